"""The window with a portal that means harm: nothing of this computer is touched, opened or drawn on its word."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.window.shell.controller import Controller
from tests.discs import ANNA, image
from tests.discs.files import BERT, uid
from tests.gui.portal.conftest import LONG, MakeWindow, close
from tests.gui.portal.steps import texts
from tests.hostile_portal import EXAM, SHARE, STUDY, HostilePortal, know
from tests.unit.portal.client.strange_server import Asked, StrangeServer, strange_server

RICH = "<img src='{url}/seen.png'><a href='file:///etc/passwd'>Anna</a>\u202egpj\u2066"


@dataclass
class Visit:
    """A window that is signed in at a hostile portal; `opened` is what a browser or reader was asked to open."""

    window: Controller
    server: StrangeServer
    opened: list[str]
    bugs: list[object]


@contextmanager
def visit(
    portal: HostilePortal, make_window: MakeWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Visit]:
    def say(asked: Asked) -> Iterable[bytes]:
        return portal(asked)

    monkeypatch.setenv("SCANSHELF_TOKEN", "t0ken")
    with strange_server(say) as server:
        know(tmp_path / "settings", server.url)
        window = make_window()
        opened: list[str] = []
        bugs: list[object] = []
        window.portal.presenters.browser.open_url = lambda link: bool(opened.append(link)) or True
        window.jobs.failed.connect(bugs.append)
        window.window.go_to("portal")
        qtbot.waitUntil(window.portal.panel.is_home, timeout=LONG)
        yield Visit(window, server, opened, bugs)
        close(window, qtbot)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "1.2.3.dcm").write_text("mine")
    return folder


@pytest.mark.sweep(keep=2)
@pytest.mark.parametrize("name", ["{photos}", "../../photos", "..", "\0", 7, None, "x" * 5_000_000])
def test_an_exam_with_a_path_for_a_name_is_told_in_words_and_nothing_is_touched(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, photos: Path, name: Any
) -> None:
    portal = HostilePortal(id=name.format(photos=photos) if isinstance(name, str) else name)
    with visit(portal, make_window, tmp_path, qtbot, monkeypatch) as seen:
        panel = seen.window.portal.panel
        qtbot.waitUntil(lambda: "does not understand" in texts(panel), timeout=LONG)
        assert seen.bugs == []
    assert (photos / "1.2.3.dcm").read_text() == "mine"
    assert not (tmp_path / "settings" / "downloads").exists()


def test_what_a_portal_says_is_drawn_letter_by_letter_and_fetches_nothing(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rich = RICH.format(url="http://127.0.0.1:9")
    person = {"patient_name": rich, "patient_birth_date": rich, "patient_id": rich}
    portal = HostilePortal(
        title=rich, exam_date=rich, added_at=rich, person=person, shares=(1 << 31) - 1,
        studies=[STUDY | {"instances": (1 << 31) - 1, "bytes": 1 << 53, "modalities": [rich]}] * 3,
        report={"state": rich, "available_at": rich, "title": rich},
    )  # fmt: skip
    portal.exams.append(EXAM | {"id": "e2", "report": {"state": "held", "available_at": "9999-12-31T23:59:59Z"}})
    portal.account |= {"user_name": rich, "persons": [person]}
    portal.well_known = {"portal": rich, "practices": [{"name": rich, "phone": rich, "email": rich}]}
    portal.shares = [
        SHARE | {"label": rich, "title": rich, "status": rich, "created_at": rich, "expires_at": rich},
        SHARE
        | {"id": "s2", "status": "viewed", "last_opened_at": "0001-01-01T00:00:00Z", "wrong_codes": (1 << 31) - 1},
    ]
    portal.activity = [
        {"id": 1, "at": rich, "kind": "{what.__class__} {0} {nobody}"},
        {"id": 2, "at": "x", "kind": "uploaded", "exam_ids": ["e1"], "details": {"instances": 10**15}},
        {"id": 3, "at": "x", "kind": "wrong-code", "share_id": "s1", "details": {"remaining_attempts": -1}},
        {"id": 4, "at": "x", "kind": "share-opened", "details": {"recipient_name": {"a": [rich]}}},
        {"id": 5, "at": "x", "kind": "{what:>2000000000}"},
    ]
    with visit(portal, make_window, tmp_path, qtbot, monkeypatch) as seen:
        panel = seen.window.portal.panel
        for tab, there in (("exams", "<img"), ("shared", "<img"), ("activity", "{what.__class__}")):
            panel.go_to(tab)
            qtbot.waitUntil(lambda there=there: there in texts(panel), timeout=LONG)  # type: ignore[misc]
        labels = panel.findChildren(QLabel)
        assert labels
        for label in labels:
            assert label.textFormat() == Qt.TextFormat.PlainText or not label.text()
            assert not {"\u202e", "\u2066"} & set(label.text())
            assert not label.toolTip().startswith("<img")
        assert seen.opened == []
        assert seen.bugs == []
        assert not [asked for asked in seen.server.asked if "seen.png" in asked.first_line]


def test_an_exam_comes_to_the_shelf_and_only_what_was_made_for_it_is_removed(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, photos: Path
) -> None:
    portal = HostilePortal(studies=[STUDY | {"study_instance_uid": uid("P-1/T1")}])
    portal.image, portal.uids = image(number=1), (uid("P-1/T1/S1"), uid("P-1/T1/S1/1"))
    with visit(portal, make_window, tmp_path, qtbot, monkeypatch) as seen:
        panel = seen.window.portal.panel
        qtbot.waitUntil(lambda: "e1" in panel.exams.list.views, timeout=LONG)
        panel.exams.list.views["e1"].buttons["download"].click()
        qtbot.waitUntil(lambda: "is on your shelf" in texts(panel), timeout=LONG)
        (row,) = seen.window.jobs.library().studies()
        assert row.patient_name == ANNA.patient_name
        assert seen.bugs == []
    assert list((tmp_path / "settings" / "downloads").iterdir()) == []
    assert (photos / "1.2.3.dcm").read_text() == "mine"


class TwoImages(HostilePortal):
    """Gives an image and, as another of the same study, whatever `other` is."""

    OTHER = uid("P-1/T1/S1/2")
    other = b"no image at all " * 100

    def __call__(self, asked: Asked) -> Iterable[bytes]:
        if self.OTHER in asked.first_line:
            self.image, kept = self.other, self.image
            said = list(super().__call__(asked))
            self.image = kept
            return said
        return super().__call__(asked)

    def _listing(self) -> bytes:
        (one,) = json.loads(super()._listing())
        return json.dumps([one, one | {"00080018": {"vr": "UI", "Value": [self.OTHER]}}]).encode()


def test_an_exam_of_which_one_image_cannot_be_read_is_never_said_to_be_on_the_shelf(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = TwoImages(studies=[STUDY | {"study_instance_uid": uid("P-1/T1"), "instances": 2}])
    portal.image, portal.uids = image(number=1), (uid("P-1/T1/S1"), uid("P-1/T1/S1/1"))
    with visit(portal, make_window, tmp_path, qtbot, monkeypatch) as seen:
        panel = seen.window.portal.panel
        qtbot.waitUntil(lambda: "e1" in panel.exams.list.views, timeout=LONG)
        panel.exams.list.views["e1"].buttons["download"].click()
        qtbot.waitUntil(lambda: "on your shelf" in texts(panel), timeout=LONG)
        assert "1 of 2 files of “\u2068CT\u2069” are on your shelf." in texts(panel)
        assert "is on your shelf." not in texts(panel)
        assert seen.bugs == []


def test_an_exam_that_holds_another_persons_image_is_told_and_kept_apart(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = TwoImages(studies=[STUDY | {"study_instance_uid": uid("P-1/T1"), "instances": 2}])
    portal.image, portal.uids = image(number=1), (uid("P-1/T1/S1"), uid("P-1/T1/S1/1"))
    portal.other = image(BERT, number=1)
    with visit(portal, make_window, tmp_path, qtbot, monkeypatch) as seen:
        panel = seen.window.portal.panel
        qtbot.waitUntil(lambda: "e1" in panel.exams.list.views, timeout=LONG)
        panel.exams.list.views["e1"].buttons["download"].click()
        qtbot.waitUntil(lambda: "on your shelf" in texts(panel), timeout=LONG)
        assert "Images of several persons came with it" in texts(panel)
        assert {row.patient_name for row in seen.window.jobs.library().studies()} == {
            ANNA.patient_name,
            BERT.patient_name,
        }
        assert seen.bugs == []


def test_a_report_is_opened_from_a_file_this_program_named(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = HostilePortal()
    with visit(portal, make_window, tmp_path, qtbot, monkeypatch) as seen:
        panel = seen.window.portal.panel
        qtbot.waitUntil(lambda: "e1" in panel.exams.list.views, timeout=LONG)
        panel.exams.list.views["e1"].buttons["report"].click()
        qtbot.waitUntil(lambda: bool(seen.opened), timeout=LONG)
        (opened,) = seen.opened
        portal.report = b"MZ\x90\x00 runs"
        panel.exams.list.views["e1"].buttons["report"].click()
        qtbot.waitUntil(lambda: "does not understand" in texts(panel), timeout=LONG)
        assert seen.opened == [opened]
    file = Path(unquote(urlsplit(opened).path))
    assert (file.parent, file.suffix) == (tmp_path / "settings" / "reports", ".pdf")
    assert file.read_bytes() == b"%PDF-1.4 hers"


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "smb://host/x", "http://elsewhere.example/s/t"]
)
def test_a_link_that_is_no_secured_page_is_never_opened(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, link: str
) -> None:
    portal = HostilePortal()
    portal.shares = [SHARE]
    portal.made = {"share": SHARE, "url": link, "verification_code": "ABC123", "share_code": "DEF456-ABC123"}
    with visit(portal, make_window, tmp_path, qtbot, monkeypatch) as seen:
        panel, presenters = seen.window.portal.panel, seen.window.portal.presenters
        sharing = presenters.sharing
        (tmp_path / "settings" / "share-links.json").write_text(json.dumps({f"{seen.server.url} s1": link}))
        qtbot.waitUntil(lambda: bool(presenters.account.shares), timeout=LONG)
        sharing.open_as_recipient("s1")
        presenters.browser.open_link(link)
        qtbot.waitUntil(lambda: "leads to no secure page" in texts(panel), timeout=LONG)
        panel.exams.list.views["e1"].buttons["share"].click()
        dialog: Any = sharing.dialog
        dialog.share.click()
        qtbot.waitUntil(lambda: "does not understand" in texts(dialog), timeout=LONG)
        dialog.reject()
        assert seen.opened == []
        assert seen.bugs == []


def test_numbers_and_lists_nobody_expects_end_no_dialog(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = (1 << 31) - 1
    portal = HostilePortal(studies=[])
    portal.account |= {"persons": []}
    portal.shares = [
        SHARE,
        SHARE | {"id": "s2", "expires_at": "no moment", "max_accesses": most, "accesses_used": most},
    ]
    for limits in (0, most):
        names = ("share_days_default", "share_days_most", "share_accesses_default", "share_accesses_most")
        portal.well_known = {"limits": dict.fromkeys(names, limits)}
        with visit(portal, make_window, tmp_path, qtbot, monkeypatch) as seen:
            presenters = seen.window.portal.presenters
            sharing = presenters.sharing
            qtbot.waitUntil(lambda there=presenters.account: len(there.shares) == 2 and bool(there.exams), timeout=LONG)  # type: ignore[misc]
            for ask in (
                lambda sharing=sharing: sharing.ask("e1"),
                lambda sharing=sharing: sharing.ask_until("s2", ""),
                lambda sharing=sharing: sharing.ask_stop("s1"),
            ):
                ask()
                dialog: Any = sharing.dialog
                assert texts(dialog)
                dialog.reject()
            assert seen.bugs == []


def test_what_went_wrong_stays_to_be_read_when_the_lists_come_again(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with visit(HostilePortal(studies=[]), make_window, tmp_path, qtbot, monkeypatch) as seen:
        panel, presenters = seen.window.portal.panel, seen.window.portal.presenters
        qtbot.waitUntil(lambda: bool(presenters.account.exams), timeout=LONG)
        seen.window.portal.presenters.downloading.download("e1")
        qtbot.waitUntil(lambda: "no medical images" in texts(panel), timeout=LONG)
        for _ in range(2):
            with qtbot.waitSignal(presenters.looking.looked, timeout=LONG):
                presenters.looking.look("exams")
        assert "no medical images" in texts(panel)
        assert seen.bugs == []


def test_an_invitation_that_cannot_be_drawn_is_told_and_not_printed(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    portal = HostilePortal()
    portal.shares = [SHARE]
    with visit(portal, make_window, tmp_path, qtbot, monkeypatch) as seen:
        panel, presenters = seen.window.portal.panel, seen.window.portal.presenters
        qtbot.waitUntil(lambda: bool(presenters.account.shares), timeout=LONG)
        seen.window.portal.presenters.sharing.print_again("s1")
        qtbot.waitUntil(lambda: bool(seen.window.window.findChildren(QPrintDialog)), timeout=LONG)
        (dialog,) = seen.window.window.findChildren(QPrintDialog)
        dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        dialog.printer().setOutputFileName(str(tmp_path / "printed.pdf"))
        dialog.accepted.emit(dialog.printer())
        dialog.reject()
        qtbot.waitUntil(lambda: "was not printed" in texts(panel), timeout=LONG)
        portal.invitation = b"<html>"
        seen.window.portal.presenters.sharing.print_again("s1")
        qtbot.waitUntil(lambda: "does not understand" in texts(panel), timeout=LONG)
        assert seen.bugs == []
    assert not (tmp_path / "printed.pdf").exists()
