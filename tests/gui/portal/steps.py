"""What a person does in the window, step by step, for the tests of the whole way."""

from __future__ import annotations

from typing import Any

import requests
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.window.shell.controller import Controller
from portal.ui.dialogs.new_share_dialog import NewShareDialog
from portal.ui.dialogs.send_dialog import SendDialog
from portal.ui.dialogs.share_dialog import ShareDialog
from tests.gui.portal.conftest import LONG, AtTheBrowser


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
    presenters = controller.portal.presenters
    presenters.browser.open_url = browser
    controller.portal.panel.welcome.practice.click()
    qtbot.waitUntil(lambda: presenters.signing_in.dialog is not None, timeout=LONG)
    assert presenters.signing_in.dialog is not None
    next(choice for choice in presenters.signing_in.dialog.choices.buttons() if "Anna" in choice.text()).click()
    presenters.signing_in.dialog.start.click()
    qtbot.waitUntil(controller.portal.panel.is_home, timeout=LONG)
    browser.join()


def choose_study(controller: Controller, qtbot: QtBot, name: str) -> None:
    """Choose a person's first study on the shelf."""
    controller.window.go_to("shelf")
    qtbot.waitUntil(lambda: controller.shelf.table.shelf.rowCount() == 2, timeout=LONG)
    row = next(row for row in controller.jobs.library().studies() if name in (row.patient_name or ""))
    controller.shelf.table.choose(f"{row.person_key}:{row.key}")
    qtbot.waitUntil(
        lambda: controller.shelf.preview.shown is not None and row.key in controller.shelf.preview.shown.key,
        timeout=LONG,
    )


def ask_to_send(controller: Controller, qtbot: QtBot, name: str) -> SendDialog:
    """Press "Send" for a person's first study; gives the question that comes."""
    choose_study(controller, qtbot, name)
    controller.shelf.preview.send.click()
    sending = controller.portal.presenters.sending
    qtbot.waitUntil(lambda: sending.dialog is not None, timeout=LONG)
    assert sending.dialog is not None
    return sending.dialog


def send(controller: Controller, qtbot: QtBot, name: str) -> None:
    """Send a study and wait until the portal proved that it has all of it."""
    dialog = ask_to_send(controller, qtbot, name)
    assert not dialog.send.isEnabled()
    dialog.consent.click()
    dialog.send.click()
    wait_sent(controller, qtbot)


def wait_sent(controller: Controller, qtbot: QtBot) -> None:
    """Wait until the newest upload is complete."""
    rows = lambda: controller.portal.presenters.sending.rows  # noqa: E731
    qtbot.waitUntil(lambda: bool(rows()) and rows()[-1].state == "complete", timeout=LONG)


def sign_in(controller: Controller, qtbot: QtBot, url: str, browser: AtTheBrowser) -> None:
    """Type the portal's address, look who answers, and sign in."""
    controller.window.go_to("portal")
    panel = controller.portal.panel
    controller.portal.presenters.browser.open_url = browser
    panel.welcome.address.setText(url)
    panel.welcome.look.click()
    qtbot.waitUntil(lambda: panel.welcome.found is not None, timeout=LONG)
    panel.welcome.sign_in.click()
    qtbot.waitUntil(panel.is_home, timeout=LONG)
    browser.join()


def share_first(controller: Controller, qtbot: QtBot, whom: str, email: str = "") -> NewShareDialog:
    """Share the first exam; gives the dialog that shows link and codes."""
    panel, sharing = controller.portal.panel, controller.portal.presenters.sharing
    controller.window.go_to("portal")
    panel.go_to("exams")
    qtbot.waitUntil(lambda: bool(panel.exams.list.views), timeout=LONG)
    view = next(iter(panel.exams.list.views.values()))
    qtbot.waitUntil(lambda: "share" in view.buttons, timeout=LONG)
    view.buttons["share"].click()
    assert isinstance(sharing.dialog, ShareDialog)
    sharing.dialog.whom.setText(whom)
    sharing.dialog.email.setText(email)
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
