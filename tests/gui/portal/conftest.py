"""The whole window with the real engines, and a person before the browser who fills in its forms."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.demo.browsing.forms import TIMEOUT, forms_of, send_form
from app.window.shell.controller import Controller
from app.window.starting.garbage import Garbage
from app.window.starting.open import begin
from app.window.starting.start import make_frame
from tests.discs import two_persons
from tests.gui.engines import QuietEngines

LONG = 60_000
PASSWORD = "seven wooden spoons"


class AtTheBrowser:
    """Stands for the system's browser: fills in the portal's form in a thread, as a person would."""

    def __init__(self, user_name: str = "anna", password: str = PASSWORD) -> None:
        self.user_name, self.password = user_name, password
        self.addresses: list[str] = []
        self.pages: list[str] = []
        self._threads: list[threading.Thread] = []

    def __call__(self, address: str) -> bool:
        self.addresses.append(address)
        if "/oauth/" in address:
            thread = threading.Thread(target=self._fill, args=(address,), name="the browser")
            self._threads.append(thread)
            thread.start()
        return True

    def join(self) -> None:
        """Wait until every page is done."""
        for thread in self._threads:
            thread.join()

    def _fill(self, address: str) -> None:
        with requests.Session() as session:
            session.trust_env = False
            page = session.get(address, timeout=TIMEOUT)
            self.pages.append(page.text)
            form = next(form for form in forms_of(page) if form.passwords)
            filled = {"user_name": self.user_name} | dict.fromkeys(form.passwords, self.password)
            self.pages.append(send_form(session, form, filled).text)


MakeWindow = Callable[[], Controller]


@pytest.fixture
def make_window(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MakeWindow]:
    """Open windows on one shelf and one folder of settings; those still open are closed at the end."""
    monkeypatch.setenv("SCANSHELF_STYLE", "light")
    monkeypatch.setenv("SCANSHELF_KEYRING", f"file:{tmp_path / 'keys'}")
    opened: list[Controller] = []
    garbage = Garbage()

    def make() -> Controller:
        frame = make_frame(qapp, tmp_path / "settings")
        frame.store.change(welcomed=True, place="discs")
        made = Controller(frame, QuietEngines(), tmp_path / "shelf")
        opened.append(made)
        frame.window.show()
        begin(made, [])
        return made

    yield make
    for controller in opened:
        close(controller, qtbot)
        controller.window.deleteLater()
    opened.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    garbage.stop()


def close(controller: Controller, qtbot: QtBot) -> None:
    """Close a window as a person does, and wait until it is gone."""
    controller.window.close()
    qtbot.waitUntil(lambda: not controller.window.isVisible(), timeout=LONG)


@pytest.fixture
def disc(tmp_path: Path) -> str:
    return str(two_persons(tmp_path / "disc").folder)
