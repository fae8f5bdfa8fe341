"""The viewer's actions as Qt actions, and the bar and the menu made of them."""

from __future__ import annotations

from collections.abc import Callable, Container
from itertools import groupby

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFontMetrics, QIcon, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QMenu, QToolButton, QWidget

from core.ui.parts import plain_tip
from viewer.tools.action import Action
from viewer.tools.table import ACTIONS
from viewer.ui import words
from viewer.viewport.window_list import OWN_WINDOW_KEY, PRESET_KEYS

Icons = Callable[[str], QIcon]
_LABELS = {spec.name: spec.label for spec in ACTIONS}


class ActionSet(QObject):
    """All actions by name; `triggered` tells which one was meant, whether by button, menu or key."""

    triggered = Signal(str)
    window_chosen = Signal(int)  # place in the list of windows, -1 for the file's own; number keys trigger "number-1"…

    def __init__(self, panel: QWidget, picture: QWidget, icons: Icons) -> None:
        super().__init__(panel)
        self.by_name: dict[str, QAction] = {}
        self._icons = icons
        tools = QActionGroup(self)
        for spec in ACTIONS:
            action = self._made(spec, icons)
            if spec.kind == "tool":
                tools.addAction(action)
            (picture if spec.only_in_picture else panel).addAction(action)
            self._keys_everywhere(panel, spec, action)
            self.by_name[spec.name] = action
        self.window_menu = QMenu(words.say("Presets"), panel)
        self.chosen_window = -1
        self._number_keys(panel)

    def __getitem__(self, name: str) -> QAction:
        return self.by_name[name]

    def menu(self, parent: QWidget) -> QMenu:
        """Return a menu of everything."""
        menu = QMenu(parent)
        menu.addMenu(self.window_menu)
        for group, specs in groupby(ACTIONS, key=lambda spec: spec.group):
            heading = words.group_name(group)
            home = menu.addMenu(heading) if heading else menu
            for spec in specs:
                home.addAction(self.by_name[spec.name])
        return menu

    def offer_windows(self, named: list[tuple[str, str]], chosen: int, *, automatic: bool = False) -> None:
        """List windows by name and key; `chosen` is ticked, -1 is the file's own or, where it has none, `automatic`."""
        self.chosen_window = chosen
        self.window_menu.clear()
        first = "Automatic" if automatic else "As the file says"
        everything = [(words.say(first), OWN_WINDOW_KEY), *named]
        for place, (name, key) in enumerate(everything, start=-1):
            action = self.window_menu.addAction(f"{name}\t{key}" if key else name)
            action.setCheckable(True)
            action.setChecked(place == chosen)
            action.triggered.connect(lambda _checked=False, place=place: self.window_chosen.emit(place))

    def allow(self, *, picture: bool, tones: bool) -> None:
        """Grey out what needs a picture, or one whose brightness can be changed."""
        for spec in ACTIONS:
            if spec.group in ("size", "move", "turn", "picture"):
                self.by_name[spec.name].setEnabled(picture)
            elif spec.group == "grey":
                self.by_name[spec.name].setEnabled(tones)
        self.window_menu.setEnabled(tones)

    def show_playing(self, playing: bool, *, can_play: bool) -> None:
        """Show whether the film runs: its button then pauses it."""
        cine = self.by_name["cine"]
        cine.setChecked(playing)
        cine.setEnabled(can_play)
        cine.setText(words.playing_label() if playing else words.say(_LABELS["cine"]))
        cine.setIcon(self._icons("pause" if playing else "play"))
        for name in ("slower", "faster"):
            self.by_name[name].setEnabled(playing)

    def _made(self, spec: Action, icons: Icons) -> QAction:
        action = QAction(words.say(spec.label), self)
        if spec.icon:
            action.setIcon(icons(spec.icon))
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setShortcutContext(
            Qt.ShortcutContext.WidgetShortcut if spec.only_in_picture else Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        action.setCheckable(spec.kind != "do")
        keys = ", ".join(
            QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in (*spec.everywhere, *spec.keys)
        )
        said = spec.meaning or spec.label
        action.setToolTip(f"{words.say(said)} ({keys})" if keys else words.say(said))
        action.triggered.connect(lambda _checked=False, name=spec.name: self.triggered.emit(name))
        return action

    def _keys_everywhere(self, panel: QWidget, spec: Action, action: QAction) -> None:
        """Let keys do the action wherever in the panel one is; a shortcut has one reach, so they are another action."""
        if spec.everywhere:
            also = QAction(self)
            also.setShortcuts([QKeySequence(key) for key in spec.everywhere])
            also.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            also.triggered.connect(action.trigger)
            panel.addAction(also)

    def _number_keys(self, panel: QWidget) -> None:
        for key in (OWN_WINDOW_KEY, *PRESET_KEYS):
            action = QAction(self)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(lambda _checked=False, key=key: self.triggered.emit(f"number-{key}"))
            panel.addAction(action)


class ToolBar(QWidget):
    """One row of buttons with icon and word; what has no room is in a menu behind the last one."""

    def __init__(self, actions: ActionSet, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 4, 8, 4)
        self._row.setSpacing(2)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._buttons: list[QToolButton] = []
        self._folded: list[str] = []
        for spec in ACTIONS:
            if spec.in_bar:
                self._add(spec.name).setDefaultAction(actions[spec.name])
                if spec.name == "tool-zoom":
                    self._add_windows(actions, icons)
        self.more = self._add_more(icons)
        self._row.addStretch(1)
        self.fit_icons()

    def folded(self) -> list[str]:
        """Name what has no room in the row and is in the menu."""
        return list(self._folded)

    def minimumSizeHint(self) -> QSize:
        """Ask for no width: what has no room goes into the menu."""
        return QSize(0, self.sizeHint().height())

    def sizeHint(self) -> QSize:
        """Be as high as one button."""
        heights = [button.sizeHint().height() for button in (*self._buttons, self.more)]
        return QSize(self.width(), max(heights) + 8)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put as many buttons into the row as there is room for."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """Leave what there is no room for to the menu: what turns the picture first, then from the end."""
        room = self.width() - 16 + self._row.spacing()
        widths = {made: made.sizeHint().width() + self._row.spacing() for made in (*self._buttons, self.more)}
        there = dict.fromkeys(self._buttons)
        while sum(widths[made] for made in there) > room - (widths[self.more] if self._left(there) else 0) and there:
            del there[min(reversed(there), key=_stays)]
        left = self._left(there)
        self._folded = [made.objectName().removeprefix("button-") for made in left]
        had_focus = any(made.hasFocus() for made in left)
        for made in self._buttons:
            made.setVisible(made in there)
        self.more.setVisible(bool(left))
        if had_focus:
            self.more.setFocus()

    def _left(self, there: Container[QToolButton]) -> list[QToolButton]:
        return [made for made in self._buttons if made not in there]

    def _add_more(self, icons: Icons) -> QToolButton:
        made = self._add("more")
        self._buttons.remove(made)
        made.setIcon(icons("ellipsis"))
        made.setText(words.say("More"))
        made.setToolTip(words.say("More tools"))
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(made)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        made.setMenu(menu)
        return made

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        for made in self._buttons:
            if made.isHidden():
                menu.addAction(made.defaultAction())

    def _add(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"button-{name}")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAutoRaise(True)
        self._row.addWidget(button)
        self._buttons.append(button)
        return button

    def _add_windows(self, actions: ActionSet, icons: Icons) -> None:
        button = self._add("windows")
        opener = actions.window_menu.menuAction()
        opener.setIcon(icons("sliders-horizontal"))
        button.setDefaultAction(opener)
        meaning = words.say("Ready-made windows for brain, lung, bone and more (keys {first} to {last})")
        button.setToolTip(plain_tip(meaning.format(first=PRESET_KEYS[0], last=PRESET_KEYS[-1])))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def fit_icons(self) -> None:
        """Take the icon size the text size asks for."""
        side = max(20, round(QFontMetrics(self.font()).height() * 1.25))
        for button in (*self._buttons, self.more):
            button.setIconSize(QSize(side, side))
        self._fold()
        self.updateGeometry()


def _stays(button: QToolButton) -> int:
    """Tell how long a button stays in the row: what turns the picture is wanted least."""
    return 0 if button.objectName() in _TURNS else 1


_TURNS = {f"button-{spec.name}" for spec in ACTIONS if spec.group == "turn"}
