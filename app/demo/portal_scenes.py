"""My portal played in the window: the practice portal, the sample person's account, a share, and a doctor outside."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtWidgets import QLabel, QWidget

from app.demo.browsing.doctor import NAME, Seen, open_share
from app.demo.browsing.person import SamplePersonAtHome
from app.demo.story import Step
from app.demo.wait import Wait
from app.window.shell.controller import Controller
from core.job import Job
from portal.ui.dialogs.new_share_dialog import NewShareDialog
from portal.ui.dialogs.share_dialog import ShareDialog

ENDED = {"complete", "partial", "failed"}


class Shoot(Protocol):
    """Draws the window, with a question over it, into a PNG."""

    def __call__(self, name: str, dialog: QWidget | None = None) -> None:
        """Draw it."""


class PortalScenes:
    """What is done at "My portal"; `folder` takes what the browsers saw."""

    def __init__(self, controller: Controller, shoot: Shoot, folder: Path, step: Step, job: Job) -> None:
        self._controller = controller
        self._portal = controller.portal
        self._shoot, self._folder, self._step, self._job = shoot, folder, step, job

    def script(self) -> Iterator[Wait]:
        """Play all scenes."""
        yield from self._practise()
        yield from self._send()
        yield from self._share()
        yield from self._be_opened()
        yield from self._look_what_happened()

    def _practise(self) -> Iterator[Wait]:
        self._controller.window.go_to("portal")
        panel, presenters = self._portal.panel, self._portal.presenters
        person = SamplePersonAtHome(None, self._folder, self._job)
        presenters.browser.open_url = person.open_browser
        panel.welcome.practice.click()
        yield Wait("the question whom the practice portal is for", lambda: presenters.signing_in.dialog is not None)
        assert presenters.signing_in.dialog is not None
        next(choice for choice in presenters.signing_in.dialog.choices.buttons() if "Martha" in choice.text()).click()
        self._shoot("portal-practice", presenters.signing_in.dialog)
        presenters.signing_in.dialog.start.click()
        yield Wait("being signed in", panel.is_home)
        person.leave()
        self._step.wrong += person.complaints
        self._step.pictures += map(str, person.pictures)
        self._shoot("portal-signed-in")

    def _send(self) -> Iterator[Wait]:
        sending = self._portal.presenters.sending
        self._controller.window.go_to("shelf")
        yield Wait("the study on the shelf", lambda: self._controller.shelf.preview.is_ready())
        self._controller.shelf.preview.send.click()
        yield Wait("the question whether to send", lambda: sending.dialog is not None)
        assert sending.dialog is not None
        sending.dialog.consent.click()
        self._shoot("portal-send", sending.dialog)
        sending.dialog.send.click()
        yield Wait("the images to be sent", lambda: bool(sending.rows) and sending.rows[-1].state in ENDED)
        self._step.figures["sent from the window"] = sending.rows[-1].stored
        self._portal.panel.go_to("sending")
        yield Wait("what was sent", lambda: True)
        self._shoot("portal-sending")

    def _share(self) -> Iterator[Wait]:
        panel, sharing = self._portal.panel, self._portal.presenters.sharing
        panel.go_to("exams")
        yield Wait("the exam", lambda: any("share" in view.buttons for view in panel.exams.list.views.values()))
        self._shoot("portal-exams")
        next(iter(panel.exams.list.views.values())).buttons["share"].click()
        yield Wait("the question how to share", lambda: isinstance(sharing.dialog, ShareDialog))
        assert isinstance(sharing.dialog, ShareDialog)
        sharing.dialog.whom.setText(NAME)
        self._shoot("portal-share", sharing.dialog)
        sharing.dialog.share.click()
        yield Wait("link and code", lambda: isinstance(sharing.dialog, NewShareDialog))
        self._shoot("portal-share-link", sharing.dialog)

    def _be_opened(self) -> Iterator[Wait]:
        dialog: Any = self._portal.presenters.sharing.dialog
        seen: list[Seen] = []
        words = (dialog.share.url, dialog.share.verification_code, self._folder, self._job)
        doctor = threading.Thread(target=lambda: seen.append(open_share(*words)), name="the doctor")
        dialog.accept()
        doctor.start()
        yield Wait("the doctor", lambda: not doctor.is_alive())
        self._step.wrong += seen[0].complaints
        self._step.pictures += map(str, seen[0].pictures)
        self._step.check("images the doctor saw", seen[0].images, seen[0].of)
        self._portal.panel.go_to("shared")
        self._portal.presenters.looking.look("shares")
        yield Wait("the share to be opened", lambda: "Opened 1 of 10 times" in self._words())
        self._shoot("portal-shared")

    def _look_what_happened(self) -> Iterator[Wait]:
        self._portal.panel.go_to("activity")
        self._portal.presenters.looking.look("activity")
        yield Wait("what happened", lambda: NAME in self._words())
        self._shoot("portal-activity")

    def _words(self) -> str:
        labels = self._portal.panel.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible())
