"""The window: brightness and contrast, by dragging and by keys; black and white exchanged."""

from __future__ import annotations

from core.language.marking import QT_TRANSLATE_NOOP
from viewer.rendering.view_state import Point
from viewer.tools.action import Action, Follow, Tool, take_up
from viewer.viewport.presentation import Presentation

_NUDGE = 20  # pixels of dragging a key is worth


def drag(presentation: Presentation, start: Point, ratio: float) -> Follow:
    """Change the window it began with: right is wider, up is brighter."""
    window = presentation.window_to_drag()

    def follow(right: float, down: float) -> None:
        if window is not None:
            presentation.drag_window(window, right, -down)

    return follow


def _nudge(name: str, label: str, key: str, right: float, up: float) -> Action:
    return Action(name, label, (key,), "grey", lambda at: at.presentation.nudge_window(right, up), redraws=True)


WINDOW = Tool(
    take_up(
        "tool-window",
        QT_TRANSLATE_NOOP("Viewer", "Brightness"),
        "W",
        "contrast",
        QT_TRANSLATE_NOOP("Viewer", "Drag with the left button: right for softer, up for brighter"),
    ),
    drag,
    QT_TRANSLATE_NOOP("Viewer", "Left button: brightness and contrast"),
    "cross",
)
ACTIONS = (
    _nudge("brighter", QT_TRANSLATE_NOOP("Viewer", "Brighter"), "B", 0, _NUDGE),
    _nudge("darker", QT_TRANSLATE_NOOP("Viewer", "Darker"), "Shift+B", 0, -_NUDGE),
    _nudge("softer", QT_TRANSLATE_NOOP("Viewer", "Softer"), "S", _NUDGE, 0),
    _nudge("harder", QT_TRANSLATE_NOOP("Viewer", "Harder"), "Shift+S", -_NUDGE, 0),
    Action(
        "invert",
        QT_TRANSLATE_NOOP("Viewer", "Invert"),
        ("I",),
        "grey",
        lambda at: at.presentation.invert(),
        "sun",
        "switch",
        in_bar=True,
        meaning=QT_TRANSLATE_NOOP("Viewer", "Exchange black and white"),
        redraws=True,
    ),
)
