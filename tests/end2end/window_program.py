"""The program's window with a glass pane: what is to be seen on it is written to a file, over and over.

`python -m tests.end2end.window_program SHELF SETTINGS REPORT [PATH…]`. Gestures come from outside, from the screen.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget

from app.window.shell.controller import Controller
from app.window.starting.open import listen_for_the_end, make_controller
from app.window.starting.start import make_application, make_frame

REPORT_MS = 40


def main(shelf: Path, settings: Path, report: Path, *paths: Path) -> int:
    """Open the window and stay until the process is asked to end."""
    application = make_application(["scanshelf"])
    frame = make_frame(application, settings)
    controller = make_controller(frame, shelf, [str(path) for path in paths])
    listen_for_the_end(frame.window, controller.end)
    pane = QTimer(frame.window, interval=REPORT_MS)
    pane.timeout.connect(lambda: _write(report, _seen(controller)))
    pane.start()
    status = application.exec()
    controller.close()
    return int(status)


def _seen(controller: Controller) -> dict[str, object]:
    window = controller.window
    buttons = [made for kind in (QPushButton, QToolButton) for made in window.findChildren(kind) if made.isVisible()]
    focused = QApplication.focusWidget()
    return {
        "place": window.place(),
        "buttons": {_name(made): _box(made) for made in buttons},
        "enabled": [_name(made) for made in buttons if made.isEnabled()],
        "words": [words.text() for words in window.findChildren(QLabel) if words.isVisible()],
        "running": window.strip.running(),
        "focus": "" if focused is None else type(focused).__name__,
        "shown": _shown(controller),
    }


def _shown(controller: Controller) -> list[str | int]:
    """Give the series and the number of the picture that is on the screen; nothing where none is."""
    panel = controller.viewer.panel
    frame = None if panel is None else panel.picture.presentation.frame
    wanted = None if panel is None else panel.position.frame
    if frame is None or wanted is None or wanted.key != frame.shown.key:
        return []
    return [str(frame.shown.description.series_instance_uid), panel.position.index + 1]


def _name(button: QWidget) -> str:
    return str(button.property("text")).replace("\u2002", "").replace("&&", "&").strip()


def _box(part: QWidget) -> list[int]:
    corner = part.mapToGlobal(QPoint(0, 0))
    return [corner.x(), corner.y(), part.width(), part.height()]


def _write(report: Path, seen: dict[str, object]) -> None:
    beside = report.with_suffix(".new")
    beside.write_text(json.dumps(seen), encoding="utf-8")
    beside.replace(report)


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
