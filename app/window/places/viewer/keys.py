"""The keys of the viewer, as the help lists them; the page a share opens has the same ones (`recipient/keys.js`)."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

_KEYS = (
    ("↑ ↓", QT_TRANSLATE_NOOP("ViewerKeys", "Previous and next image")),
    ("Shift+↑ ↓, Home, End", QT_TRANSLATE_NOOP("ViewerKeys", "Ten images, first, last")),
    ("← →, Page up, Page down", QT_TRANSLATE_NOOP("ViewerKeys", "Previous and next series")),
    ("+ −", QT_TRANSLATE_NOOP("ViewerKeys", "Larger and smaller")),
    ("F, A", QT_TRANSLATE_NOOP("ViewerKeys", "The whole picture; each of its pixels one of the screen")),
    ("B, Shift+B", QT_TRANSLATE_NOOP("ViewerKeys", "Brighter and darker")),
    ("S, Shift+S", QT_TRANSLATE_NOOP("ViewerKeys", "Softer and harder")),
    ("1 - 8, 0", QT_TRANSLATE_NOOP("ViewerKeys", "Ready-made windows for lung, bone and others; as in the file")),
    ("W, P, Z", QT_TRANSLATE_NOOP("ViewerKeys", "The left button changes brightness, moves, enlarges")),
    ("Ctrl+Shift+↑ ↓ ← →", QT_TRANSLATE_NOOP("ViewerKeys", "Move the picture, as dragging with the space bar held")),
    ("I, R, C", QT_TRANSLATE_NOOP("ViewerKeys", "Invert, reset, play")),
    ("H, V, [ ]", QT_TRANSLATE_NOOP("ViewerKeys", "Mirror, flip, turn left and right")),
    ("T, O, D, F11", QT_TRANSLATE_NOOP("ViewerKeys", "Texts, drawings of the file, picture only, full screen")),
    ("Esc", QT_TRANSLATE_NOOP("ViewerKeys", "One step back, also on every other page")),
)


def viewer_keys() -> tuple[tuple[str, str], ...]:
    """Give keys and what they do, in the person's language."""
    return tuple((keys, QCoreApplication.translate("ViewerKeys", str(said))) for keys, said in _KEYS)
