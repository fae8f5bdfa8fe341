"""Where the patient's directions lie on the screen after flip and rotation."""

from __future__ import annotations

from dicom.showing.geometry import EdgeLetters
from viewer.rendering.view_state import ViewState, unturn_vector


def on_screen(image: EdgeLetters, view: ViewState) -> EdgeLetters:
    """Return the letters of the image's edges as they lie in the viewport."""

    def towards(direction: tuple[float, float]) -> str:
        u, v = unturn_vector(view, direction)
        if abs(u) > abs(v):
            return image.right if u > 0 else image.left
        return image.bottom if v > 0 else image.top

    return EdgeLetters(towards((-1, 0)), towards((0, -1)), towards((1, 0)), towards((0, 1)))
