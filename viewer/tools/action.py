"""What a tool is made of: the descriptor of each thing a person can do, and what it is done to.

A new tool is a file beside this one with its descriptors, and its name in `table.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from viewer.rendering.view_state import Point
from viewer.viewport.position import Position
from viewer.viewport.presentation import Presentation

Group = Literal["tool", "size", "move", "turn", "grey", "play", "images", "series", "picture", "text", "screen"]
Kind = Literal["do", "tool", "switch"]
Cursor = Literal["cross", "hand", "up-down"]


class Player(Protocol):
    """Plays the set of a viewport as a film."""

    @property
    def playing(self) -> bool:
        """Whether it runs."""

    def start(self) -> None:
        """Play from the frame that is shown."""

    def stop(self) -> None:
        """Stand still."""

    def change_speed(self, *, faster: bool) -> None:
        """Run a quarter faster or slower."""

    def set_sweep(self, sweep: bool) -> None:
        """Run there and back instead of round and round."""


class ActiveViewport(Protocol):
    """The viewport a person works in, and what is around it."""

    @property
    def position(self) -> Position:
        """Where it is in its study."""

    @property
    def presentation(self) -> Presentation:
        """How it shows its frame."""

    @property
    def player(self) -> Player:
        """What plays its set."""

    @property
    def pointer(self) -> Point | None:
        """Where the mouse is on it, in device pixels."""

    def refresh(self) -> None:
        """Draw it and its texts anew."""

    def is_on(self, name: str) -> bool:
        """Tell whether a switch is on."""

    def turn_off(self, name: str) -> None:
        """Turn a switch off without doing what it does."""

    def show_next_texts(self) -> None:
        """Show all texts, few, or none."""

    def copy_picture(self) -> None:
        """Copy the picture as shown."""

    def show_alone(self, alone: bool) -> None:
        """Show the picture alone, or everything again."""

    def fill_screen(self, full: bool) -> None:
        """Fill the screen, or no longer."""


Do = Callable[[ActiveViewport], None]
Follow = Callable[[float, float], None]  # right and down since the drag began, in logical pixels
Gesture = Callable[
    [Presentation, Point, float], Follow
]  # begun at a point in logical pixels; device pixels in one of them


@dataclass(frozen=True, slots=True)
class Action:
    """One action by a stable name. Keys are in Qt's portable notation, texts are marked for translation.

    `in_bar` means it is a button of the tool bar; all are in the menu.
    """

    name: str
    label: str
    keys: tuple[str, ...]
    group: Group
    do: Do
    icon: str = ""
    kind: Kind = "do"
    in_bar: bool = False
    meaning: str = ""  # what it does, where the label does not say it all
    redraws: bool = False  # the picture or its texts look different then
    only_in_picture: bool = False  # keys that lists and buttons need for themselves
    everywhere: tuple[str, ...] = ()  # further keys, which also lists and buttons leave to it


@dataclass(frozen=True, slots=True)
class Tool:
    """What the left mouse button does: an action that takes it up, and its gesture."""

    action: Action
    gesture: Gesture
    hint: str
    cursor: Cursor


def take_up(name: str, label: str, key: str, icon: str, meaning: str) -> Action:
    """Return the action that gives the left button a tool; who holds the button does the rest."""
    return Action(name, label, (key,), "tool", lambda _: None, icon, "tool", in_bar=True, meaning=meaning)
