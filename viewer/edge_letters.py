"""Which patient direction lies at which edge of the viewport."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.view_state import ViewState, unturn_vector


@dataclass(frozen=True, slots=True)
class EdgeLetters:
    """Letters such as "A", "RF" at the four edges; an empty one is not known and not shown."""

    left: str = ""
    top: str = ""
    right: str = ""
    bottom: str = ""


def on_screen(image: EdgeLetters, view: ViewState) -> EdgeLetters:
    """Return the letters of the image's edges as they lie after flip and rotation."""

    def towards(direction: tuple[float, float]) -> str:
        u, v = unturn_vector(view, direction)
        if abs(u) > abs(v):
            return image.right if u > 0 else image.left
        return image.bottom if v > 0 else image.top

    return EdgeLetters(towards((-1, 0)), towards((0, -1)), towards((1, 0)), towards((0, 1)))
