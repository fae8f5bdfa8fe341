"""The window with a practice's portal: whose images they are, waiting for the network, download, edit, invitation."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.actions import sending as actions
from app.actions import sharing
from app.actions.sending import Queue
from app.window.places.portal.printing import Paper, paint
from app.window.places.portal.sending_presenter import TimeLeft
from app.window.places.portal.sending_words import Times
from core.job import QuietJob
from core.language.isolates import bare
from library.shelf import Library
from portal.client.upload.pace import Progress
from portal.ui.dialogs.send_dialog import SendDialog
from portal.ui.dialogs.until_dialog import UntilDialog
from tests.gui.portal.conftest import LONG, AtTheBrowser, MakeWindow, close
from tests.gui.portal.steps import (
    ask_to_send,
    choose_study,
    practise,
    put_on_shelf,
    send,
    share_first,
    sign_in,
    texts,
    wait_sent,
)
from tests.portal_tools import Portal, PortalProcess, SignedIn, portal_process

ANNA = ("SAMPLE^ANNA", "19510504")


def browser_of(account: SignedIn) -> AtTheBrowser:
    return AtTheBrowser(account.user_name, account.password)


@pytest.fixture
def process(tmp_path: Path) -> Iterator[PortalProcess]:
    with portal_process(tmp_path) as running:
        yield running


def test_perhaps_the_same_person_is_sent_with_the_reason(
    make_window: MakeWindow, portal: Portal, qtbot: QtBot, disc: str
) -> None:
    controller = make_window()
    put_on_shelf(controller, qtbot, disc)
    row = next(row for row in controller.jobs.library().studies() if "ANNA" in (row.patient_name or ""))
    born = row.patient_birth_date or ""
    account = portal.account("OTHERWISE^ANNA", born)
    sign_in(controller, qtbot, portal.url, browser_of(account))
    dialog = ask_to_send(controller, qtbot, "ANNA")
    assert dialog.question.verdict == "perhaps"
    dialog.consent.click()
    assert not dialog.send.isEnabled()
    dialog.reason.setText("my name before I married")
    dialog.send.click()
    wait_sent(controller, qtbot)
    assert controller.portal.presenters.sending.rows[-1].person_confirmed == "my name before I married"


@pytest.mark.long
def test_each_question_is_about_its_own_study_whatever_was_asked_since(
    make_window: MakeWindow, portal: Portal, qtbot: QtBot, disc: str
) -> None:
    controller = make_window()
    put_on_shelf(controller, qtbot, disc)
    sign_in(controller, qtbot, portal.url, browser_of(portal.account("SAMPLE^BERT", "19630217")))
    rows = {row.patient_name or "": row for row in controller.jobs.library().studies()}
    bert = next(row for name, row in rows.items() if "BERT" in name)
    anna = next(row for name, row in rows.items() if "ANNA" in name)
    sending = controller.portal.presenters.sending
    questions: list[SendDialog] = []
    for row in (bert, anna):  # asked for one after the other, while the portal took its time to answer
        controller.portal.send(row)
        qtbot.waitUntil(lambda: sending.dialog is not None and sending.dialog not in questions, timeout=LONG)
        assert sending.dialog is not None
        questions.append(sending.dialog)
    questions[1].reject()
    questions[0].consent.click()
    questions[0].send.click()
    wait_sent(controller, qtbot)
    assert [row.patient_name for row in sending.rows] == [bert.patient_name]


def test_another_persons_images_are_refused_in_words(
    make_window: MakeWindow, portal: Portal, qtbot: QtBot, disc: str
) -> None:
    controller = make_window()
    put_on_shelf(controller, qtbot, disc)
    sign_in(controller, qtbot, portal.url, browser_of(portal.account("STRANGER^KARL", "19200101")))
    dialog = ask_to_send(controller, qtbot, "ANNA")
    assert dialog.question.verdict == "other"
    assert "another person" in texts(dialog)
    dialog.reject()
    assert controller.portal.presenters.sending.rows == []


def test_a_wish_from_the_shelf_comes_true_after_signing_in(
    make_window: MakeWindow, portal: Portal, qtbot: QtBot, disc: str
) -> None:
    controller = make_window()
    put_on_shelf(controller, qtbot, disc)
    choose_study(controller, qtbot, "BERT")
    assert "Bert" in controller.shelf.preview.send.text()
    controller.shelf.preview.send.click()
    qtbot.waitUntil(lambda: controller.window.place() == "portal", timeout=LONG)
    assert "sign in to your portal first" in texts(controller.portal.panel)
    sign_in(controller, qtbot, portal.url, browser_of(portal.account("SAMPLE^BERT", "19630217")))
    sending = controller.portal.presenters.sending
    qtbot.waitUntil(lambda: sending.dialog is not None, timeout=LONG)
    assert sending.dialog is not None
    assert sending.dialog.question.verdict == "same"
    sending.dialog.reject()


@pytest.mark.long
def test_without_a_network_it_waits_and_goes_on_at_the_next_start(
    make_window: MakeWindow, process: PortalProcess, qtbot: QtBot, disc: str
) -> None:
    controller = make_window()
    put_on_shelf(controller, qtbot, disc)
    sign_in(controller, qtbot, process.url, browser_of(process.account("SAMPLE^BERT", "19630217", "bert")))
    dialog = ask_to_send(controller, qtbot, "BERT")
    dialog.consent.click()
    process.kill9()
    dialog.send.click()
    rows = lambda: controller.portal.presenters.sending.rows  # noqa: E731
    qtbot.waitUntil(lambda: bool(rows()) and rows()[-1].state == "waiting-for-network", timeout=LONG)
    qtbot.waitUntil(lambda: "Waiting for the network" in texts(controller.portal.panel), timeout=LONG)
    close(controller, qtbot)
    process.start()
    again = make_window()
    wait_sent(again, qtbot)
    close(again, qtbot)


@pytest.mark.long
def test_a_practice_portal_that_ended_is_started_by_trying_again(
    make_window: MakeWindow, qtbot: QtBot, disc: str
) -> None:
    controller = make_window()
    put_on_shelf(controller, qtbot, disc)
    practise(controller, qtbot, AtTheBrowser())
    place = controller.portal
    panel, presenters, practice = place.panel, place.presenters, place.session.practice
    assert "SCANSHELF_KEYRING=file" in texts(panel)
    practice.end()
    presenters.looking.look("shares")
    qtbot.waitUntil(lambda: "The portal cannot be reached." in texts(panel), timeout=LONG)
    again = next(made for made in panel.findChildren(QPushButton) if made.text() == "Try again" and made.isVisible())
    again.click()
    qtbot.waitUntil(practice.runs, timeout=LONG)
    qtbot.waitUntil(lambda: "The portal cannot be reached." not in texts(panel), timeout=LONG)


@pytest.mark.long
def test_a_paused_upload_stays_paused_until_it_is_told_to_go_on(
    make_window: MakeWindow, process: PortalProcess, qtbot: QtBot, disc: str
) -> None:
    controller = make_window()
    put_on_shelf(controller, qtbot, disc)
    sign_in(controller, qtbot, process.url, browser_of(process.account("SAMPLE^BERT", "19630217", "bert")))
    dialog = ask_to_send(controller, qtbot, "BERT")
    dialog.consent.click()
    process.kill9()
    dialog.send.click()
    panel, sending = controller.portal.panel, controller.portal.presenters.sending
    qtbot.waitUntil(lambda: bool(controller.window.strip.running()), timeout=LONG)
    qtbot.waitUntil(lambda: bool(sending.rows), timeout=LONG)
    controller.window.strip.stop_requested.emit(controller.window.strip.running()[0])
    qtbot.waitUntil(lambda: sending.rows[-1].state == "paused", timeout=LONG)
    qtbot.waitUntil(lambda: "Paused." in texts(panel), timeout=LONG)
    process.start()
    panel.sending.list.views[sending.rows[-1].id].buttons["resume"].click()
    wait_sent(controller, qtbot)


def test_an_exam_comes_back_to_the_shelf_and_its_share_is_edited_and_printed(
    make_window: MakeWindow, portal: Portal, qtbot: QtBot, disc: str, tmp_path: Path
) -> None:
    controller = make_window()
    put_on_shelf(controller, qtbot, disc)
    sign_in(controller, qtbot, portal.url, browser_of(portal.account("SAMPLE^BERT", "19630217")))
    send(controller, qtbot, "BERT")
    made = share_first(controller, qtbot, "Dr. Weiss", "weiss@praxis.example")
    code = made.share.verification_code
    assert "sends it to weiss@praxis.example, and never the code" in bare(texts(made))
    (letter,) = [one for one in portal.letters() if one["To"] == "weiss@praxis.example"]
    assert made.share.url in str(letter.get_body(("plain",)))
    assert code not in letter.as_string()
    made.accept()
    panel, session = controller.portal.panel, controller.portal.session
    panel.go_to("shared")
    qtbot.waitUntil(lambda: bool(panel.shared.list.views), timeout=LONG)
    next(iter(panel.shared.list.views.values())).buttons["edit"].click()
    asked = controller.portal.presenters.sharing.dialog
    assert isinstance(asked, UntilDialog)
    asked.date.setDate(QDate.currentDate().addDays(100))
    asked.save.click()
    until = QDate.currentDate().addDays(100).toString("yyyy")
    before = controller.portal.presenters.account.shares[0].expires_at
    qtbot.waitUntil(lambda: controller.portal.presenters.account.shares[0].expires_at != before, timeout=LONG)
    assert until in texts(panel)

    pdf = sharing.invitation(session.portal(), session.share_links, made.share.key, code)
    assert pdf.startswith(b"%PDF")
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    paint(Paper("invitation", pdf), printer, controller.jobs.workers().decoder, QuietJob())
    assert (tmp_path / "printed.pdf").stat().st_size > 1000

    key = next(row for row in controller.jobs.library().studies() if "BERT" in (row.patient_name or ""))
    controller.jobs.library().delete([f"{key.person_key}:{key.key}"], now=True)
    panel.go_to("exams")
    next(iter(panel.exams.list.views.values())).buttons["download"].click()
    qtbot.waitUntil(lambda: len(controller.jobs.library().studies()) == 3, timeout=LONG)
    qtbot.waitUntil(lambda: not controller.jobs.importing, timeout=LONG)  # else the window asks before it closes


def test_an_address_where_no_portal_answers_is_said_in_words(make_window: MakeWindow, qtbot: QtBot) -> None:
    controller = make_window()
    controller.window.go_to("portal")
    panel = controller.portal.panel
    panel.welcome.address.setText("http://127.0.0.1:9")
    panel.welcome.look.click()
    qtbot.waitUntil(lambda: "portal" in texts(panel.welcome).splitlines()[-2], timeout=LONG)
    qtbot.waitUntil(panel.welcome.look.isEnabled, timeout=LONG)


def test_signing_out_forgets_and_leads_back_to_the_way_in(
    make_window: MakeWindow, portal: Portal, qtbot: QtBot
) -> None:
    controller = make_window()
    sign_in(controller, qtbot, portal.url, browser_of(portal.account()))
    panel = controller.portal.panel
    panel.sign_out.click()
    assert panel.currentWidget() is panel.welcome
    close(controller, qtbot)
    again = make_window()
    again.window.go_to("portal")
    panel = again.portal.panel
    qtbot.waitUntil(lambda: panel.currentWidget() is panel.welcome, timeout=LONG)


@pytest.mark.long
def test_while_something_is_sent_it_is_known_how_long_it_takes(
    make_window: MakeWindow, portal: Portal, qtbot: QtBot, disc: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, Times | None]] = []
    note = TimeLeft.note

    def noted(self: TimeLeft, progress: Progress) -> None:
        note(self, progress)
        told.append((progress.upload, self.by_upload().get(progress.upload)))

    monkeypatch.setattr(TimeLeft, "note", noted)
    controller = make_window()
    put_on_shelf(controller, qtbot, disc)
    sign_in(controller, qtbot, portal.url, browser_of(portal.account("SAMPLE^BERT", "19630217")))
    send(controller, qtbot, "BERT")
    assert {upload for upload, _ in told} == {controller.portal.presenters.sending.rows[-1].id}
    assert controller.portal.presenters.sending.time_left.by_upload() == {}  # nothing is sent any more


@pytest.mark.long
def test_sending_shows_what_changed_and_asks_the_shelf_for_nothing_else(
    make_window: MakeWindow, process: PortalProcess, qtbot: QtBot, disc: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller = make_window()
    put_on_shelf(controller, qtbot, disc)
    library = controller.jobs.library()
    first, second = [f"{row.person_key}:{row.key}" for row in library.studies()][:2]
    kept = [library.begin_upload(study, process.url, "portal") for study in (first, second)]
    for upload in kept:
        library.pause_upload(upload)
    sending = controller.portal.presenters.sending
    sending.show_rows()
    qtbot.waitUntil(lambda: [row.id for row in sending.rows] == kept)
    asked: list[tuple[str, ...]] = []
    how_they_stand = actions.how_they_stand

    def noted(shelf: Library, uploads: Collection[str]) -> Queue:
        asked.append(tuple(uploads))
        return how_they_stand(shelf, uploads)

    monkeypatch.setattr(actions, "how_they_stand", noted)
    monkeypatch.setattr(actions, "how_it_stands", lambda shelf: pytest.fail("the whole queue was asked for"))
    library.cancel_upload(kept[1])
    qtbot.waitUntil(lambda: [row.state for row in sending.rows] == ["paused", "cancelled"])
    assert asked[-1] == (kept[1],)


def test_nothing_is_asked_of_the_portal_while_the_place_is_not_seen(
    make_window: MakeWindow, portal: Portal, qtbot: QtBot
) -> None:
    controller = make_window()
    sign_in(controller, qtbot, portal.url, browser_of(portal.account(*ANNA)))
    presenters = controller.portal.presenters
    assert presenters.looking._timer.isActive()
    controller.window.go_to("shelf")
    qtbot.waitUntil(lambda: not presenters.looking._looking, timeout=LONG)
    assert not presenters.looking._timer.isActive()
    presenters.looking._timer.timeout.emit()  # even one that was on its way
    assert not presenters.looking._looking
    controller.window.go_to("portal")
    assert presenters.looking._looking
    assert presenters.looking._timer.isActive()


def test_two_people_of_a_family_are_told_apart_and_each_sends_to_the_own_account(
    make_window: MakeWindow, portal: Portal, qtbot: QtBot, disc: str
) -> None:
    controller = make_window()
    put_on_shelf(controller, qtbot, disc)
    bert, anna = portal.account("SAMPLE^BERT", "19630217"), portal.account("SAMPLE^ANNA", "19510504")
    panel, library = controller.portal.panel, controller.jobs.library()
    sign_in(controller, qtbot, portal.url, browser_of(bert))
    row = next(row for row in library.studies() if "BERT" in (row.patient_name or ""))
    upload = library.begin_upload(f"{row.person_key}:{row.key}", portal.url, "portal", account=bert.account_id)
    library.pause_upload(upload)
    panel.accounts.menu().actions()[-1].trigger()
    qtbot.waitUntil(lambda: "Bert SAMPLE" in bare(texts(panel.welcome)), timeout=LONG)  # who can be gone back to
    sign_in(controller, qtbot, portal.url, browser_of(anna))
    assert panel.who is not None
    assert panel.who.user_name == anna.user_name
    panel.go_to("sending")
    qtbot.waitUntil(lambda: "to the account of Bert SAMPLE" in bare(texts(panel.sending)), timeout=LONG)
    controller.portal.presenters.sending.act(upload, "resume")
    qtbot.waitUntil(lambda: library.upload(upload).state == "complete", timeout=LONG)
    assert len(portal.get("/api/v1/exams", bert.token).json()["exams"]) == 1
    assert portal.get("/api/v1/exams", anna.token).json()["exams"] == []
    named = [action for action in panel.accounts.menu().actions() if "Bert" in action.text()]
    named[0].trigger()
    qtbot.waitUntil(lambda: panel.is_home() and panel.who is not None and "Bert" in panel.who.person, timeout=LONG)
    assert [action.isChecked() for action in panel.accounts.menu().actions() if "Bert" in action.text()] == [True]


def test_a_letters_link_leads_to_its_portal_and_its_invitation_ends_signed_in(
    make_window: MakeWindow, portal: Portal, qtbot: QtBot
) -> None:
    wanted = {"patient_name": ANNA[0], "patient_birth_date": ANNA[1]}
    invited = portal.said(201, portal.post("/api/v1/staff/invitations", json=wanted, token=portal.staff_token))
    controller = make_window()
    controller.window.go_to("portal")
    panel, browser = controller.portal.panel, AtTheBrowser("anna.sample")
    controller.portal.presenters.browser.open_url = browser
    qtbot.keyClicks(panel.welcome.address, invited["url"])
    qtbot.keyClick(panel.welcome.address, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.welcome.found is not None, timeout=LONG)
    assert panel.welcome.found.url == portal.url
    assert "This is an invitation" in texts(panel.welcome)
    qtbot.keyClick(panel.welcome.sign_in, Qt.Key.Key_Space)
    qtbot.waitUntil(panel.is_home, timeout=LONG)
    browser.join()
    assert panel.who is not None
    assert panel.who.user_name == "anna.sample"
    assert "Anna SAMPLE" in bare(panel.who.person)
