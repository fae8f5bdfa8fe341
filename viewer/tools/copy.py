"""Copying the picture for another program."""

from __future__ import annotations

from core.language.marking import QT_TRANSLATE_NOOP
from viewer.tools.action import Action

COPY = Action(
    "copy",
    QT_TRANSLATE_NOOP("Viewer", "Copy"),
    ("Ctrl+C",),
    "picture",
    lambda at: at.copy_picture(),
    "copy",
    in_bar=True,
    meaning=QT_TRANSLATE_NOOP("Viewer", "Copy the picture as shown, without the texts at its edges"),
)
