"""Does the viewer's actions on the viewport a person works in."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from viewer.rendering.view_state import Point
from viewer.tools import scroll
from viewer.tools.table import ACTIONS, TOOLS
from viewer.ui import words
from viewer.ui.controls.action_set import ActionSet
from viewer.ui.controls.captions import Captions
from viewer.ui.controls.status_line import StatusLine
from viewer.ui.picture.film_player import FilmPlayer
from viewer.ui.picture.viewport import Viewport
from viewer.viewport.burned_in import may_hold_text
from viewer.viewport.position import Position
from viewer.viewport.presentation import Presentation
from viewer.viewport.window_list import OWN_WINDOW_KEY

_ACTIONS = {action.name: action for action in ACTIONS}


class ActionRunner(QObject):
    """The `ActiveViewport` of the tools; what only the panel can do it asks for by signals."""

    alone_wished = Signal(bool)
    full_screen_wished = Signal(bool)

    def __init__(
        self,
        position: Position,
        picture: Viewport,
        player: FilmPlayer,
        actions: ActionSet,
        captions: Captions,
        status: StatusLine,
    ) -> None:
        super().__init__(picture)
        self.position = position
        self.player = player
        self._picture = picture
        self._actions = actions
        self._captions = captions
        self._status = status

    def do(self, name: str) -> None:
        """Do an action."""
        if name in TOOLS:
            self.take_tool(name)
        elif name.startswith("number-"):
            self._press_number(name.removeprefix("number-"))
        else:
            action = _ACTIONS[name]
            action.do(self)
            if action.redraws:
                self.refresh()

    def choose_window(self, place: int) -> None:
        """Take a window by its place in the list; -1 is the file's own."""
        if place < len(self._captions.windows):
            self.presentation.choose(None if place < 0 else self._captions.windows[place].voi)
            self.refresh()

    def take_tool(self, name: str) -> None:
        """Give the left button another tool."""
        self._actions[name].setChecked(True)
        self._picture.set_tool(TOOLS[name])
        self._captions.show_status()

    def step(self, steps: int) -> None:
        """Go through images, as the wheel does."""
        scroll.step(self, steps)

    def go_to(self, index: int) -> None:
        """Show one image of the set."""
        scroll.jump(self, lambda position: position.go_to(index))

    # what the tools work on

    @property
    def presentation(self) -> Presentation:
        """How the viewport shows its frame."""
        return self._picture.presentation

    @property
    def pointer(self) -> Point | None:
        """Where the mouse is on it."""
        return self._picture.pointer

    def refresh(self) -> None:
        """Draw it and its texts anew."""
        self._captions.refresh()
        self._picture.refresh()

    def is_on(self, name: str) -> bool:
        """Tell whether a switch is on."""
        return self._actions[name].isChecked()

    def turn_off(self, name: str) -> None:
        """Turn a switch off without doing what it does."""
        self._actions[name].setChecked(False)

    def show_next_texts(self) -> None:
        """Show all texts, few, or none."""
        self._captions.next_amount()

    def show_alone(self, alone: bool) -> None:
        """Ask for the picture alone, or for everything again."""
        self.alone_wished.emit(alone)

    def fill_screen(self, full: bool) -> None:
        """Ask for the whole screen, or no longer."""
        self.full_screen_wished.emit(full)

    def copy_picture(self) -> None:
        """Copy the picture as shown and say so."""
        image = self._picture.image()
        if not image.isNull():
            QGuiApplication.clipboard().setImage(image)
            frame = self.presentation.frame
            self._status.show_answer(
                words.copied(may_hold_text=frame is None or may_hold_text(frame.shown.description))
            )

    def _press_number(self, key: str) -> None:
        if key == OWN_WINDOW_KEY:
            self.choose_window(-1)
            return
        place = next((n for n, item in enumerate(self._captions.windows) if item.key == key), None)
        if place is not None:
            self.choose_window(place)
