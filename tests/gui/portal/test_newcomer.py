"""A newcomer's whole way, in the window alone: practise, sign in, send, share, see it opened, stop sharing."""

from __future__ import annotations

import subprocess
import sys

import pytest
import requests
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.ui.confirm import Confirm
from tests.gui.portal.conftest import LONG, AtTheBrowser, MakeWindow, close
from tests.gui.portal.steps import open_share, practise, put_on_shelf, send, share_first, texts
from tests.tools import REPOSITORY


def test_a_newcomer_practises_sends_shares_sees_it_opened_and_stops(
    make_window: MakeWindow, qtbot: QtBot, disc: str
) -> None:
    controller = make_window()
    browser = AtTheBrowser()
    put_on_shelf(controller, qtbot, disc)
    practise(controller, qtbot, browser)
    panel = controller.portal.panel
    assert "activation_code=" in browser.addresses[0]
    assert panel.banner.isVisible()
    assert panel.who is not None
    assert "Anna" in panel.who.person
    panel.exams.shelf_requested.emit()
    qtbot.waitUntil(controller.shelf.table.hasFocus, timeout=LONG)  # not its first button, which is the bin

    send(controller, qtbot, "ANNA")
    assert controller.window.place() == "portal"
    qtbot.waitUntil(lambda: "checked on" in texts(panel), timeout=LONG)
    made = share_first(controller, qtbot, "Dr. Weiss")
    assert "what you share reaches nobody else" in texts(made)
    assert made.share.verification_code in texts(made)
    made.copies["link"].click()
    assert QApplication.clipboard().text() == made.share.url
    link, code = made.share.url, made.share.verification_code
    made.accept()

    panel.go_to("shared")
    qtbot.waitUntil(lambda: "Active" in texts(panel), timeout=LONG)
    view = next(iter(panel.shared.list.views.values()))
    view.buttons["open"].click()
    assert browser.addresses[-1] == link
    assert open_share(link, code).status_code == 200
    controller.portal.presenters.looking.look("shares")
    qtbot.waitUntil(lambda: "Viewed" in texts(panel) and "Opened 1 of 10 times" in texts(panel), timeout=LONG)

    view.buttons["stop"].click()
    asked = controller.portal.presenters.sharing.dialog
    assert isinstance(asked, Confirm)
    assert "Copies that were already downloaded cannot be recalled." in texts(asked)
    asked.yes.click()
    qtbot.waitUntil(lambda: "Stopped" in texts(panel), timeout=LONG)
    assert open_share(link, code).status_code in {404, 410}
    panel.go_to("activity")
    qtbot.waitUntil(lambda: "Dr. Weiss" in texts(panel) and "You signed in" in texts(panel), timeout=LONG)
    close(controller, qtbot)


@pytest.mark.long
def test_the_practice_portal_ends_with_the_window_and_comes_back_at_the_same_address(
    make_window: MakeWindow, qtbot: QtBot, disc: str
) -> None:
    controller = make_window()
    put_on_shelf(controller, qtbot, disc)
    practise(controller, qtbot, AtTheBrowser())
    address = controller.portal.session.practice.usual_url()
    assert controller.portal.session.practice.runs()
    close(controller, qtbot)
    with pytest.raises(requests.RequestException):
        requests.get(f"{address}/.well-known/patient-portal", timeout=5)
    again = make_window()
    again.window.go_to("portal")
    qtbot.waitUntil(again.portal.panel.is_home, timeout=LONG)
    assert again.portal.presenters.account.home is not None
    assert again.portal.presenters.account.home.url == address


@pytest.mark.long
def test_waiting_for_the_browser_can_be_cancelled(make_window: MakeWindow, qtbot: QtBot, disc: str) -> None:
    controller = make_window()
    controller.window.go_to("portal")
    seen: list[str] = []
    controller.portal.presenters.browser.open_url = lambda address: not seen.append(address)
    controller.portal.presenters.signing_in.try_practice(("SAMPLE^ANNA", "19510504", ""))
    qtbot.waitUntil(lambda: bool(seen), timeout=LONG)
    waiting = controller.portal.panel.waiting
    assert "Finish in your browser" in texts(waiting)
    waiting.copy.click()
    assert QApplication.clipboard().text() == seen[0]
    waiting.cancel.click()
    panel = controller.portal.panel
    qtbot.waitUntil(lambda: panel.currentWidget() is panel.welcome, timeout=LONG)


def test_the_start_of_the_window_leaves_the_network_alone() -> None:
    code = (
        "import sys, app.window.starting.open, app.window.shell.controller, app.window.places.portal.place;"
        "heavy = ('requests', 'keyring', 'authlib', 'fastapi', 'segno', 'reportlab', 'portal');"
        "print([name for name in heavy if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert found.stdout.strip() == "[]"


@pytest.mark.long
def test_a_practice_portal_that_cannot_start_says_why_and_what_to_do(
    make_window: MakeWindow, qtbot: QtBot, disc: str
) -> None:
    controller = make_window()
    folder = controller.portal.session.practice.folder
    folder.mkdir(parents=True)
    (folder / "portal.db").write_text("MUELLER^ANNA is no database. " * 400)
    put_on_shelf(controller, qtbot, disc)
    controller.window.go_to("portal")
    presenters, welcome = controller.portal.presenters, controller.portal.panel.welcome
    welcome.practice.click()
    qtbot.waitUntil(lambda: presenters.signing_in.dialog is not None, timeout=LONG)
    assert presenters.signing_in.dialog is not None
    next(choice for choice in presenters.signing_in.dialog.choices.buttons() if "Anna" in choice.text()).click()
    presenters.signing_in.dialog.start.click()
    qtbot.waitUntil(lambda: "data on this computer is damaged" in texts(controller.portal.panel), timeout=LONG)
    said = texts(controller.portal.panel)
    assert f"Its folder is {folder}." in said
    assert "Put its folder aside" in said
    assert "MUELLER^ANNA is" not in said
    assert welcome.isVisible()  # from where it can be tried again
