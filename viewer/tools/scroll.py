"""Going through the images of a set; in a document along the page first."""

from __future__ import annotations

from collections.abc import Callable

from core.language.marking import QT_TRANSLATE_NOOP
from viewer.tools.action import Action, ActiveViewport
from viewer.viewport.position import Position


def step(at: ActiveViewport, steps: int) -> None:
    """Go so many images on."""
    at.player.stop()
    if not at.position.is_awaited and at.presentation.scroll_page(steps):
        at.refresh()
    else:
        at.position.step(steps)


def jump(at: ActiveViewport, move: Callable[[Position], None]) -> None:
    """Go to another image of the set, wherever it is."""
    at.player.stop()
    at.presentation.from_below = False
    move(at.position)


def _steps(name: str, label: str, key: str, steps: int, icon: str = "", meaning: str = "") -> Action:
    return Action(
        name,
        label,
        (key,),
        "images",
        lambda at: step(at, steps),
        icon,
        in_bar=bool(icon),
        meaning=meaning,
        only_in_picture=True,
    )


def _jump(name: str, label: str, key: str, move: Callable[[Position], None]) -> Action:
    return Action(name, label, (key,), "images", lambda at: jump(at, move), only_in_picture=True)


ACTIONS = (
    _steps(
        "previous-image",
        QT_TRANSLATE_NOOP("Viewer", "Previous"),
        "Up",
        -1,
        "chevron-up",
        QT_TRANSLATE_NOOP("Viewer", "Previous image"),
    ),
    _steps(
        "next-image",
        QT_TRANSLATE_NOOP("Viewer", "Next"),
        "Down",
        1,
        "chevron-down",
        QT_TRANSLATE_NOOP("Viewer", "Next image"),
    ),
    _steps("back-ten", QT_TRANSLATE_NOOP("Viewer", "Ten images back"), "Shift+Up", -10),
    _steps("forward-ten", QT_TRANSLATE_NOOP("Viewer", "Ten images on"), "Shift+Down", 10),
    _jump("first-image", QT_TRANSLATE_NOOP("Viewer", "First image"), "Home", Position.go_to_first),
    _jump("last-image", QT_TRANSLATE_NOOP("Viewer", "Last image"), "End", Position.go_to_last),
)
