"""An exam's card and the question before a share say how much of the exam is there: never more than was proved."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.window.appearance.languages import English
from app.window.places.portal.looking.activity_words import activity_lines, exam_choices
from app.window.places.portal.words import exam_card, share_card, share_question
from portal.ui.dialogs.share_dialog import ShareDialog
from portal.ui.exams_view import ExamsView
from portal.wire.activity import Activity
from portal.wire.exams import Exam, ExamStudy, Origin, Report
from portal.wire.people import Person
from portal.wire.sharing import Share
from portal.wire.well_known import WellKnown
from portal.wire.wholeness import NotHere, Wholeness

ANNA = Person("SAMPLE^ANNA", "19510504")
PORTAL = WellKnown("Portal", "1", "https://p.example", "/api", "/dicomweb", "/oauth", "https://p.example/s", False)
PARTIAL = Wholeness("partial", 62, 63, (NotHere("damaged", 1),))


@pytest.fixture(autouse=True)
def english(qapp: QApplication) -> None:
    if not any(isinstance(each, English) for each in qapp.children()):
        qapp.installTranslator(English(qapp))


def exam(*parts: Wholeness | None, origin: Origin = "upload") -> Exam:
    studies = tuple(
        ExamStudy(f"1.2.{place}", "20190312", None, None, None, ("CT",), 1, 62, 1000, part)
        for place, part in enumerate(parts)
    )
    return Exam("e", "CT of the chest", "20190312", origin, ANNA, studies, Report("not-expected"), True, 0, "2026")


def labels(widget: QWidget) -> list[str]:
    return [each.text() for each in widget.findChildren(QLabel)]


def icon(*_: object) -> QIcon:
    return QIcon()


@pytest.mark.parametrize(
    "found, says, tone",
    [
        (exam(PARTIAL), "62 of 63 files: 1 was damaged on the disc and is not here.", "amber"),
        (exam(Wholeness("whole", 63, 63)), "All 63 images of the sender's copy are here.", ""),
        (exam(Wholeness("unknown", 62, 62)), "Whether these are all images of the exam, nobody told the portal.", ""),
        (
            exam(Wholeness("unknown", 62, 62), origin="practice"),
            "These are the images the practice put here. Whether there are more, the portal does not know.",
            "",
        ),
        (exam(None), "This portal cannot say whether these are all images of the exam.", ""),
        (
            exam(Wholeness("arriving", 3, 10, (NotHere("not-arrived", 7),))),
            "3 of 10 files: 7 have not arrived yet. These 7 are not here.",
            "amber",
        ),
        (exam(Wholeness("arriving", 10, 10)), "The images are still being checked.", "amber"),
        (
            exam(Wholeness("unknown", 62, 62, (NotHere("perhaps-unreadable", 1),))),
            "1 file of the disc could not be read: it may hold an image of this exam, and is not here.",
            "amber",
        ),
        (
            exam(Wholeness("whole", 2, 2), PARTIAL),
            "64 of 65 files: 1 was damaged on the disc and is not here.",
            "amber",
        ),
        (
            exam(Wholeness("partial", 0, 2, (NotHere("a-reason-of-tomorrow", 2),))),  # type: ignore[arg-type]
            "0 of 2 files: 2 were not sent. These 2 are not here.",
            "amber",
        ),
    ],
)
def test_a_card_says_how_much_is_there(qtbot: QtBot, found: Exam, says: str, tone: str) -> None:
    card = exam_card(found, on_shelf=False, several_persons=False)
    assert (card.whole, card.whole_tone) == (says, tone)
    view = ExamsView(icon)
    qtbot.addWidget(view)
    view.show_exams([card])
    assert says in labels(view)


def test_a_portal_that_says_impossible_numbers_does_no_harm(qtbot: QtBot) -> None:
    huge = (NotHere("damaged", 10**30), NotHere("missing", -4), NotHere("<b>x</b>", 1))  # type: ignore[arg-type]
    card = exam_card(exam(Wholeness("partial", -5, 10**40, huge)), on_shelf=False, several_persons=False)
    assert card.whole.startswith("0 of 999,999,999 files: 999,999,999 were damaged on the disc, 1 was not sent.")
    many = tuple(NotHere(f"reason-{number}", 1) for number in range(5000))  # type: ignore[arg-type]
    card = exam_card(exam(Wholeness("partial", 0, 5000, many)), on_shelf=False, several_persons=False)
    assert card.whole == "0 of 5,000 files: 5,000 were not sent. These 5,000 are not here."


def test_before_a_share_the_person_sees_what_its_recipient_is_told(qtbot: QtBot) -> None:
    dialog = ShareDialog(icon, share_question(exam(PARTIAL), PORTAL))
    qtbot.addWidget(dialog)
    says = "62 of 63 files: 1 was damaged on the disc and is not here. The recipient is told this."
    assert says in labels(dialog)


def test_before_a_share_at_an_older_portal_the_person_is_told_who_has_to_say_it(qtbot: QtBot) -> None:
    question = share_question(exam(None), PORTAL)
    assert question.whole.startswith("This portal cannot say whether these are all images of the exam.")
    assert question.whole.endswith("tell the recipient yourself.")


def test_a_share_that_lives_bears_the_note(qtbot: QtBot) -> None:
    share = Share(
        "s", ("1.2",), ("e",), "CT", ANNA, "active", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z", 10, 0,
        wholeness=PARTIAL,
    )  # fmt: skip
    says = "62 of 63 files: 1 was damaged on the disc and is not here."
    assert share_card(share, "").whole == says
    assert share_card(replace(share, status="revoked"), "").whole == ""
    assert share_card(replace(share, wholeness=None), "").whole == ""


def test_a_share_says_what_came_later_and_an_exam_that_a_report_waits(qtbot: QtBot) -> None:
    share = Share(
        "s", ("1.2",), ("e",), "CT", ANNA, "active", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z", 10, 0,
        later=("1.3", "1.4"),
    )  # fmt: skip
    assert share_card(share, "").later == "2 more exams of the same day came later and are not part of this share."
    assert share_card(replace(share, later=()), "").later == ""
    waits = replace(exam(PARTIAL), report=Report("held", count=1, held=1))
    assert "1 report, not yet released" in exam_card(waits, False, False).facts


def test_an_exam_is_known_again_by_the_name_it_has_on_the_shelf() -> None:
    called = exam(Wholeness("whole", 62, 62))
    named = replace(called, studies=tuple(replace(one, study_description="CT  Thorax nativ") for one in called.studies))
    card, question = exam_card(named, True, False), share_question(named, PORTAL)
    assert card.title == question.title == "\u2068CT Thorax nativ\u2069"
    assert card.facts[0] == question.facts[0] == "\u2068CT of the chest\u2069"
    assert exam_choices([named]) == [("e", "\u2068CT Thorax nativ\u2069, 12 March 2019")]
    same = replace(called, studies=tuple(replace(one, study_description="ct of the Chest") for one in called.studies))
    for one, title in ((same, "\u2068ct of the Chest\u2069"), (called, "\u2068CT of the chest\u2069")):
        assert exam_card(one, True, False).title == title
        assert "CT of the chest" not in " ".join(exam_card(one, True, False).facts)


SHARE = Share("s", (), ("e",), "CT of the chest", ANNA, "active", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z", 10, 0)


def test_a_wrong_code_and_a_locked_share_have_one_tone_each(qtbot: QtBot) -> None:
    for kind, share in (("wrong-code", replace(SHARE, wrong_codes=2)), ("share-locked", replace(SHARE, locked=True))):
        line = Activity(1, "2026-11-01T00:00:00Z", kind, ("e",), "s")  # type: ignore[arg-type]
        card = share_card(share, "")
        assert activity_lines([line], {}, {})[0].tone == card.warning_tone
        assert card.warning
    stopped = Activity(1, "2026-11-01T00:00:00Z", "share-revoked", ("e",), "s")
    assert activity_lines([stopped], {}, {})[0].tone == share_card(replace(SHARE, status="revoked"), "").status_tone


def test_a_share_and_what_happened_have_the_name_of_the_shelf(qtbot: QtBot) -> None:
    named = replace(SHARE, name="CT Thorax nativ")
    assert share_card(named, "").what.startswith("\u2068CT Thorax nativ\u2069 · \u2068CT of the chest\u2069 · ")
    assert share_card(SHARE, "").what.startswith("\u2068CT of the chest\u2069 · images")
    line = Activity(1, "2026-11-01T00:00:00Z", "viewed", ("e",), "s")
    told = [replace(line, exam_names=("Thorax", "Knie")), line, line, line]
    exams: list[dict[str, str]] = [{}, {"e": "CT Thorax nativ"}, {}, {}]
    shares: list[dict[str, Share]] = [{}, {}, {"s": named}, {}]
    said = [activity_lines([one], *known)[0].what for one, *known in zip(told, exams, shares, strict=True)]
    shelf = "You looked at “\u2068CT Thorax nativ\u2069”"
    assert said == ["You looked at “\u2068Thorax\u2069”, “\u2068Knie\u2069”", shelf, shelf, "You looked at an exam"]
