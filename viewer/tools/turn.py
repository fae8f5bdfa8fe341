"""Turning the picture by quarters and flipping it."""

from __future__ import annotations

from collections.abc import Callable

from core.language.marking import QT_TRANSLATE_NOOP
from viewer.rendering.view_state import ViewState, flipped_horizontally, flipped_vertically, rotated
from viewer.tools.action import Action


def _turn(name: str, label: str, key: str, change: Callable[[ViewState], ViewState], icon: str, meaning: str) -> Action:
    return Action(
        name,
        label,
        (key,),
        "turn",
        lambda at: at.presentation.change_view(change),
        icon,
        in_bar=True,
        meaning=meaning,
        redraws=True,
    )


# The icon set names a flip by the side the drawing is turned to: "flip-vertical-2" has an upright axis, left | right.
ACTIONS = (
    _turn(
        "flip-horizontal",
        QT_TRANSLATE_NOOP("Viewer", "Mirror"),
        "H",
        flipped_horizontally,
        "flip-vertical-2",
        QT_TRANSLATE_NOOP("Viewer", "Exchange left and right"),
    ),
    _turn(
        "flip-vertical",
        QT_TRANSLATE_NOOP("Viewer", "Flip"),
        "V",
        flipped_vertically,
        "flip-horizontal-2",
        QT_TRANSLATE_NOOP("Viewer", "Exchange top and bottom"),
    ),
    _turn(
        "rotate-left",
        QT_TRANSLATE_NOOP("Viewer", "Turn left"),
        "[",
        lambda view: rotated(view, -1),
        "rotate-ccw",
        QT_TRANSLATE_NOOP("Viewer", "Turn a quarter to the left"),
    ),
    _turn(
        "rotate-right",
        QT_TRANSLATE_NOOP("Viewer", "Turn right"),
        "]",
        lambda view: rotated(view, 1),
        "rotate-cw",
        QT_TRANSLATE_NOOP("Viewer", "Turn a quarter to the right"),
    ),
)
