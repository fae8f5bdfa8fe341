"""Everything hands can do in the viewer: a stable name, its keys, its icon, and where it is offered.

Words are in `ui/words.py`. Keys are in Qt's portable notation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal[
    "tool", "size", "move", "turn", "grey", "play", "window", "images", "series", "picture", "text", "screen"
]
Kind = Literal["do", "tool", "switch"]


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action; `in_bar` means it is a button of the tool bar, all are in the menu."""

    name: str
    keys: tuple[str, ...]
    group: Group
    icon: str = ""
    kind: Kind = "do"
    in_bar: bool = False
    only_in_picture: bool = False  # keys that lists and buttons need for themselves
    everywhere: tuple[str, ...] = ()  # further keys, which also lists and buttons leave to it


# The icon set names a flip by the side the drawing is turned to: "flip-vertical-2" has an upright axis, left | right.
ACTIONS = (
    ActionSpec("tool-window", ("W",), "tool", "contrast", "tool", True),
    ActionSpec("tool-pan", ("P",), "tool", "hand", "tool", True),
    ActionSpec("tool-zoom", ("Z",), "tool", "search", "tool", True),
    ActionSpec("previous-image", ("Up",), "images", "chevron-up", "do", True, only_in_picture=True),
    ActionSpec("next-image", ("Down",), "images", "chevron-down", "do", True, only_in_picture=True),
    ActionSpec("back-ten", ("Shift+Up",), "images", only_in_picture=True),
    ActionSpec("forward-ten", ("Shift+Down",), "images", only_in_picture=True),
    ActionSpec("first-image", ("Home",), "images", only_in_picture=True),
    ActionSpec("last-image", ("End",), "images", only_in_picture=True),
    ActionSpec("zoom-in", ("+", "="), "size", "zoom-in", "do", True),
    ActionSpec("zoom-out", ("-",), "size", "zoom-out", "do", True),
    ActionSpec("fit", ("F",), "size", "maximize", "do", True),
    ActionSpec("actual", ("A",), "size", "scaling", "do", True),
    ActionSpec("reset", ("R",), "size", "undo-2", "do", True),
    ActionSpec("move-left", ("Ctrl+Shift+Left", "Shift+Left"), "move", only_in_picture=True),
    ActionSpec("move-right", ("Ctrl+Shift+Right", "Shift+Right"), "move", only_in_picture=True),
    ActionSpec("move-up", ("Ctrl+Shift+Up",), "move", only_in_picture=True),
    ActionSpec("move-down", ("Ctrl+Shift+Down",), "move", only_in_picture=True),
    ActionSpec("brighter", ("B",), "grey"),
    ActionSpec("darker", ("Shift+B",), "grey"),
    ActionSpec("softer", ("S",), "grey"),
    ActionSpec("harder", ("Shift+S",), "grey"),
    ActionSpec("invert", ("I",), "grey", "sun", "switch", True),
    ActionSpec("flip-horizontal", ("H",), "turn", "flip-vertical-2", "do", True),
    ActionSpec("flip-vertical", ("V",), "turn", "flip-horizontal-2", "do", True),
    ActionSpec("rotate-left", ("[",), "turn", "rotate-ccw", "do", True),
    ActionSpec("rotate-right", ("]",), "turn", "rotate-cw", "do", True),
    ActionSpec("cine", ("C",), "play", "play", "switch", True),
    ActionSpec("slower", (",",), "play", "skip-back"),
    ActionSpec("faster", (".",), "play", "skip-forward"),
    ActionSpec("sweep", (), "play", "", "switch"),
    ActionSpec("text", ("T",), "text", "captions", "do", True),
    ActionSpec("drawings", ("O",), "text", "", "switch"),
    ActionSpec("copy", ("Ctrl+C",), "picture", "copy", "do", True),
    ActionSpec("previous-series", ("Left",), "series", "chevron-left", only_in_picture=True, everywhere=("PgUp",)),
    ActionSpec("next-series", ("Right",), "series", "chevron-right", only_in_picture=True, everywhere=("PgDown",)),
    ActionSpec("alone", ("D",), "screen", "expand", "switch", True),
    ActionSpec("full-screen", ("F11",), "screen", "", "switch"),
)

PRESET_KEYS = ("1", "2", "3", "4", "5", "6", "7", "8")
OWN_WINDOW_KEY = "0"
