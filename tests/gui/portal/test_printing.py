"""Printing an invitation leaves the window's thread alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from reportlab.pdfgen.canvas import Canvas

from app.window.desk import Desk, Task
from app.window.printing import print_pages


def no_engine() -> object:
    raise AssertionError


def test_what_is_printed_is_drawn_in_a_thread(qtbot: QtBot, tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "two.pdf"))
    for number in (1, 2):
        canvas.drawString(100, 700, f"Page {number}")
        canvas.showPage()
    canvas.save()
    desk = Desk(no_engine, no_engine)  # type: ignore[arg-type]
    threads: list[str] = []
    ended: list[bool] = []

    def beside(paint: Callable[[], bool]) -> None:
        def noted(job: object) -> bool:
            threads.append(threading.current_thread().name)
            return paint()

        task: Task[bool] = Task(done=ended.append)
        desk.run(desk.lane("printing"), noted, task)

    window = QWidget()
    qtbot.addWidget(window)
    dialog = print_pages((tmp_path / "two.pdf").read_bytes(), window, beside)
    printer = dialog.printer()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    dialog.accepted.emit(printer)
    dialog.reject()
    qtbot.waitUntil(lambda: bool(ended), timeout=60_000)
    assert ended == [True]
    assert threads != [threading.main_thread().name]
    assert (tmp_path / "printed.pdf").read_bytes().startswith(b"%PDF")
    assert desk.close(30)
