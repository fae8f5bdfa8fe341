"""Back to how the set was first seen."""

from __future__ import annotations

from core.language.marking import QT_TRANSLATE_NOOP
from viewer.tools.action import Action, ActiveViewport


def _reset(at: ActiveViewport) -> None:
    at.turn_off("invert")
    at.presentation.reset()


RESET = Action(
    "reset",
    QT_TRANSLATE_NOOP("Viewer", "Reset"),
    ("R",),
    "size",
    _reset,
    "undo-2",
    in_bar=True,
    meaning=QT_TRANSLATE_NOOP("Viewer", "Show the picture as it was first shown"),
    redraws=True,
)
