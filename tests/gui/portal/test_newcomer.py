"""A newcomer's whole way, in the window alone: practise, sign in, send, share, see it opened, stop sharing."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import requests
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.window.controller import Controller
from portal.ui.confirm import Confirm
from portal.ui.new_share_dialog import NewShareDialog
from portal.ui.share_dialog import ShareDialog
from tests.gui.portal.conftest import LONG, AtTheBrowser, MakeWindow, close
from tests.tools import REPOSITORY


def texts(widget: QWidget) -> str:
    """Give everything a widget says."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def put_on_shelf(controller: Controller, qtbot: QtBot, disc: str) -> None:
    """Put a disc of two persons on the shelf."""
    controller.add_paths([disc])
    qtbot.waitUntil(lambda: _card(controller, disc).state == "ready", timeout=LONG)
    controller.discs.cards[disc].buttons["keep"].click()
    chooser = controller.discs.chooser
    assert chooser is not None
    for box in chooser.boxes.values():
        box.setChecked(True)
    chooser.keep.click()
    qtbot.waitUntil(lambda: _card(controller, disc).state == "kept", timeout=LONG)


def _card(controller: Controller, disc: str) -> Any:
    return controller.discs.cards[disc].card


def practise(controller: Controller, qtbot: QtBot, browser: AtTheBrowser) -> None:
    """Start the practice portal for the first person of the shelf and sign in there."""
    controller.window.go_to("portal")
    desk = controller.portal.desk
    desk.open_url = browser
    controller.portal.panel.welcome.practice.click()
    qtbot.waitUntil(lambda: desk.dialog is not None, timeout=LONG)
    assert desk.dialog is not None
    next(choice for choice in desk.dialog.choices.buttons() if "Anna" in choice.text()).click()
    desk.dialog.start.click()
    qtbot.waitUntil(controller.portal.panel.is_home, timeout=LONG)
    browser.join()


def choose_study(controller: Controller, qtbot: QtBot, name: str) -> None:
    """Choose a person's first study on the shelf."""
    controller.window.go_to("shelf")
    qtbot.waitUntil(lambda: controller.shelf.table.shelf.rowCount() == 2, timeout=LONG)
    row = next(row for row in controller.desk.library().studies() if name in (row.patient_name or ""))
    controller.shelf.table.choose(f"{row.person_key}:{row.key}")
    qtbot.waitUntil(
        lambda: controller.shelf.preview.shown is not None and row.key in controller.shelf.preview.shown.key,
        timeout=LONG,
    )


def send(controller: Controller, qtbot: QtBot, name: str) -> None:
    """Send the chosen study and wait until the portal proved that it has all of it."""
    choose_study(controller, qtbot, name)
    controller.shelf.preview.send.click()
    sending = controller.portal.sending
    qtbot.waitUntil(lambda: sending.dialog is not None, timeout=LONG)
    assert sending.dialog is not None
    assert not sending.dialog.send.isEnabled()
    sending.dialog.consent.click()
    sending.dialog.send.click()
    qtbot.waitUntil(lambda: bool(sending.rows) and sending.rows[-1].state == "complete", timeout=LONG)


def share_first(controller: Controller, qtbot: QtBot, whom: str) -> NewShareDialog:
    """Share the first exam; gives the dialog that shows link and codes."""
    panel, sharing = controller.portal.panel, controller.portal.sharing
    controller.window.go_to("portal")
    panel.go_to("exams")
    qtbot.waitUntil(lambda: bool(panel.exams.list.views), timeout=LONG)
    view = next(iter(panel.exams.list.views.values()))
    qtbot.waitUntil(lambda: "share" in view.buttons, timeout=LONG)
    view.buttons["share"].click()
    assert isinstance(sharing.dialog, ShareDialog)
    sharing.dialog.whom.setText(whom)
    sharing.dialog.share.click()
    qtbot.waitUntil(lambda: isinstance(sharing.dialog, NewShareDialog), timeout=LONG)
    assert isinstance(sharing.dialog, NewShareDialog)
    return sharing.dialog


def open_share(link: str, code: str) -> requests.Response:
    """Open a share as a recipient does, without any account."""
    address, _, token = link.partition("/s/")
    with requests.Session() as session:
        session.trust_env = False
        said = {"token": token, "code": code, "recipient_name": "Dr. Weiss"}
        return session.post(f"{address}/api/v1/redeem", json=said, timeout=30)


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
    controller.portal.desk.look("shares")
    qtbot.waitUntil(lambda: "Viewed" in texts(panel) and "Opened 1 of 10 times" in texts(panel), timeout=LONG)

    view.buttons["stop"].click()
    asked = controller.portal.sharing.dialog
    assert isinstance(asked, Confirm)
    assert "Copies that were already downloaded cannot be recalled." in texts(asked)
    asked.yes.click()
    qtbot.waitUntil(lambda: "Revoked" in texts(panel), timeout=LONG)
    assert open_share(link, code).status_code in {404, 410}
    panel.go_to("activity")
    qtbot.waitUntil(lambda: "Dr. Weiss" in texts(panel) and "You signed in" in texts(panel), timeout=LONG)
    close(controller, qtbot)


def test_the_practice_portal_ends_with_the_window_and_comes_back_at_the_same_address(
    make_window: MakeWindow, qtbot: QtBot, disc: str
) -> None:
    controller = make_window()
    put_on_shelf(controller, qtbot, disc)
    practise(controller, qtbot, AtTheBrowser())
    address = controller.portal.work.practice.usual_url()
    assert controller.portal.work.practice.runs()
    close(controller, qtbot)
    with pytest.raises(requests.RequestException):
        requests.get(f"{address}/.well-known/patient-portal", timeout=5)
    again = make_window()
    again.window.go_to("portal")
    qtbot.waitUntil(again.portal.panel.is_home, timeout=LONG)
    assert again.portal.desk.home is not None
    assert again.portal.desk.home.url == address


def test_waiting_for_the_browser_can_be_cancelled(make_window: MakeWindow, qtbot: QtBot, disc: str) -> None:
    controller = make_window()
    controller.window.go_to("portal")
    seen: list[str] = []
    controller.portal.desk.open_url = lambda address: not seen.append(address)
    controller.portal.desk.try_practice(("SAMPLE^ANNA", "19510504", ""))
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
        "import sys, app.window.open, app.window.controller, app.window.portal_place;"
        "heavy = ('requests', 'keyring', 'authlib', 'fastapi', 'segno', 'reportlab', 'portal');"
        "print([name for name in heavy if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert found.stdout.strip() == "[]"
