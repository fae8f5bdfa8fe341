"""What each action does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QGuiApplication

from viewer.desk import Desk
from viewer.rendering.view_state import flipped_horizontally, flipped_vertically, rotated
from viewer.tools.actions import OWN_WINDOW_KEY
from viewer.ui import words
from viewer.ui.action_set import ActionSet
from viewer.ui.captions import Captions
from viewer.ui.film import Film
from viewer.ui.hands import Tool
from viewer.ui.status_line import StatusLine
from viewer.ui.viewport import Viewport
from viewer.viewport.burned_in import may_hold_text

Deed = Callable[[], None]
_TOOLS: dict[str, Tool] = {"tool-window": "window", "tool-pan": "pan", "tool-zoom": "zoom"}
_STEP = 40  # device pixels a key moves the picture
_NUDGE = 20  # pixels of dragging a key is worth


class Deeds:
    """Does actions by name on the parts of one panel; what only the panel can do is handed in as `others`."""

    def __init__(
        self,
        desk: Desk,
        picture: Viewport,
        film: Film,
        actions: ActionSet,
        captions: Captions,
        status: StatusLine,
        others: dict[str, Deed],
    ) -> None:
        self._desk = desk
        self._picture = picture
        self._film = film
        self._actions = actions
        self._captions = captions
        self._status = status
        self._deeds = {**self._on_the_picture(), **self._among_images(), **others}

    def do(self, name: str) -> None:
        """Do an action."""
        if name in _TOOLS:
            self.take_tool(name)
        elif name.startswith("number-"):
            self._press_number(name.removeprefix("number-"))
        else:
            self._deeds[name]()

    def choose_window(self, place: int) -> None:
        """Take a window by its place in the list; -1 is the file's own."""
        if place < len(self._captions.windows):
            self._picture.stage.choose(None if place < 0 else self._captions.windows[place].voi)
            self._refresh()

    def take_tool(self, name: str) -> None:
        """Give the left button another tool."""
        self._actions[name].setChecked(True)
        self._picture.set_tool(_TOOLS[name])
        self._captions.show_status()

    def step(self, steps: int) -> None:
        """Go through images; in a document along the page first."""
        self._film.stop()
        if not self._desk.is_awaited and self._picture.stage.scroll_page(steps):
            self._refresh()
        else:
            self._desk.step(steps)

    def go_to(self, index: int) -> None:
        """Show one image of the set."""
        self._jump(partial(self._desk.go_to, index))

    def _jump(self, move: Deed) -> None:
        self._film.stop()
        self._picture.stage.from_below = False
        move()

    def _on_the_picture(self) -> dict[str, Deed]:
        stage = self._picture.stage
        changes: dict[str, Deed] = {
            "fit": stage.fit,
            "actual": stage.actual,
            "zoom-in": lambda: stage.zoom(1.25, self._picture.pointer),
            "zoom-out": lambda: stage.zoom(0.8, self._picture.pointer),
            "reset": self._reset,
            "invert": stage.invert,
            "flip-horizontal": lambda: stage.change_view(flipped_horizontally),
            "flip-vertical": lambda: stage.change_view(flipped_vertically),
            "rotate-left": lambda: stage.change_view(lambda view: rotated(view, -1)),
            "rotate-right": lambda: stage.change_view(lambda view: rotated(view, 1)),
            "move-left": lambda: stage.pan(-_STEP, 0),
            "move-right": lambda: stage.pan(_STEP, 0),
            "move-up": lambda: stage.pan(0, -_STEP),
            "move-down": lambda: stage.pan(0, _STEP),
            "brighter": lambda: stage.nudge_window(0, _NUDGE),
            "darker": lambda: stage.nudge_window(0, -_NUDGE),
            "softer": lambda: stage.nudge_window(_NUDGE, 0),
            "harder": lambda: stage.nudge_window(-_NUDGE, 0),
            "text": self._captions.next_amount,
            "drawings": self._show_drawings,
        }
        return {name: partial(self._refresh, change) for name, change in changes.items()} | {"copy": self._copy}

    def _among_images(self) -> dict[str, Deed]:
        steps = {"previous-image": -1, "next-image": 1, "back-ten": -10, "forward-ten": 10}
        return {name: partial(self.step, count) for name, count in steps.items()} | {
            "first-image": partial(self._jump, self._desk.go_to_first),
            "last-image": partial(self._jump, self._desk.go_to_last),
            "previous-series": partial(self._desk.step_set, -1),
            "next-series": partial(self._desk.step_set, 1),
            "cine": self._play_or_stop,
            "slower": partial(self._film.change_speed, faster=False),
            "faster": partial(self._film.change_speed, faster=True),
            "sweep": lambda: self._film.set_sweep(self._actions["sweep"].isChecked()),
        }

    def _refresh(self, change: Deed | None = None) -> None:
        if change is not None:
            change()
        self._captions.refresh()
        self._picture.refresh()

    def _reset(self) -> None:
        self._actions["invert"].setChecked(False)
        self._picture.stage.reset()

    def _show_drawings(self) -> None:
        self._picture.stage.drawings = self._actions["drawings"].isChecked()

    def _play_or_stop(self) -> None:
        if self._film.playing:
            self._film.stop()
        else:
            self._film.start()

    def _press_number(self, key: str) -> None:
        if key == OWN_WINDOW_KEY:
            self.choose_window(-1)
            return
        place = next((n for n, item in enumerate(self._captions.windows) if item.key == key), None)
        if place is not None:
            self.choose_window(place)

    def _copy(self) -> None:
        image = self._picture.image()
        if not image.isNull():
            QGuiApplication.clipboard().setImage(image)
            frame = self._picture.stage.frame
            self._status.show_answer(
                words.copied(may_hold_text=frame is None or may_hold_text(frame.shown.description))
            )
