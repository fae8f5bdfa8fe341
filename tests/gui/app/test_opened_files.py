"""Files that the system opens with the program are looked at, also those that came before the window was filled."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from app.window.starting.opened_files import OpenedFiles


def test_files_opened_before_and_after_the_window_is_filled_are_looked_at(qapp: QApplication) -> None:
    opened = OpenedFiles(qapp)
    looked: list[list[str]] = []
    for name in ("/discs/one.iso", "/discs/two.dcm"):
        QCoreApplication.sendEvent(qapp, QFileOpenEvent(name))
    assert looked == []
    opened.begin(looked.append)
    QCoreApplication.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile("/discs/drei und ü.zip")))
    assert looked == [["/discs/one.iso", "/discs/two.dcm"], ["/discs/drei und ü.zip"]]
    qapp.removeEventFilter(opened)
    opened.deleteLater()


def test_what_is_no_file_of_this_computer_is_left_alone(qapp: QApplication) -> None:
    opened = OpenedFiles(qapp)
    looked: list[list[str]] = []
    opened.begin(looked.append)
    QCoreApplication.sendEvent(qapp, QFileOpenEvent(QUrl("https://portal.example/exam")))
    assert looked == []
    qapp.removeEventFilter(opened)
    opened.deleteLater()
