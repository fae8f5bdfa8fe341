"""How much of the window and the screen the picture has."""

from __future__ import annotations

from core.language.marking import QT_TRANSLATE_NOOP
from viewer.tools.action import Action

ACTIONS = (
    Action(
        "alone",
        QT_TRANSLATE_NOOP("Viewer", "Picture only"),
        ("D",),
        "screen",
        lambda at: at.show_alone(at.is_on("alone")),
        "expand",
        "switch",
        in_bar=True,
        meaning=QT_TRANSLATE_NOOP("Viewer", "Hide everything but the picture"),
    ),
    Action(
        "full-screen",
        QT_TRANSLATE_NOOP("Viewer", "Full screen"),
        ("F11",),
        "screen",
        lambda at: at.fill_screen(at.is_on("full-screen")),
        kind="switch",
    ),
)
