"""S2: an invitation on paper says how to get in, until when, how often and whom to ask, and nothing of the person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import cv2
import numpy as np
import pypdfium2
import pytest

from portal.exam_names import ExamName
from portal.invitation import InvitationSheet, invitation_pdf, not_whole_words, sheet_of, until_words, views_words
from portal.wire.people import Person, Practice
from portal.wire.sharing import NewShare, Share
from portal.wire.well_known import WellKnown
from portal.wire.wholeness import NotHere, Wholeness

LINK = "https://portal.example/s/4fKz9QmT7bXw2LpR8sVn3C"
SHEET = InvitationSheet(
    Practice("Radiology Lindenhof", "+49 40 1234567"),
    "https://portal.example/s",
    "7KQ4M2",
    datetime(2026, 12, 22, 8, 41, tzinfo=UTC),
    LINK,
    "XD9FTP",
)


def _texts(sheet: InvitationSheet) -> list[str]:
    pdf = pypdfium2.PdfDocument(invitation_pdf(sheet))
    try:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in pdf]
    finally:
        pdf.close()


def _picture(sheet: InvitationSheet) -> np.ndarray:
    pdf = pypdfium2.PdfDocument(invitation_pdf(sheet))
    try:
        return np.array(pdf[0].render(scale=2).to_pil().convert("RGB"))
    finally:
        pdf.close()


def test_it_says_how_to_get_in_until_when_how_often_and_whom_to_ask() -> None:
    (text,) = _texts(SHEET)
    for fact in ("XD9FTP", "7KQ4M2-XD9FTP", "22 December 2026, 08:41 UTC", "10 views (ten)", "+49 40 1234567"):
        assert fact in text
    assert LINK in text.replace(" ", "").replace("\r", "")
    assert "share only with people you trust" in text


def test_it_is_one_a4_page_in_large_print() -> None:
    pdf = pypdfium2.PdfDocument(invitation_pdf(SHEET))
    size = pdf[0].get_size()
    pages = len(pdf)
    pdf.close()
    assert pages == 1
    assert [round(side * 25.4 / 72) for side in size] == [210, 297]


@pytest.mark.parametrize("link", [LINK, None])
def test_the_square_holds_the_address(link: str | None) -> None:
    read, *_ = cv2.QRCodeDetector().detectAndDecode(_picture(replace(SHEET, link=link)))
    assert read == (link or SHEET.page)


def test_the_code_goes_on_a_sheet_of_its_own_where_asked() -> None:
    first, second = _texts(replace(SHEET, second_sheet=True))
    assert "XD9FTP" not in first
    assert "comes to you by another way" in first
    assert "XD9FTP" in second
    assert "7KQ4M2" not in second  # alone it opens nothing
    assert "portal.example" not in second


def test_without_the_link_it_leads_to_the_page_where_the_code_is_typed() -> None:
    (text,) = _texts(replace(SHEET, link=None))
    assert "7KQ4M2-XD9FTP" in text
    assert "Type the share code" in text


def test_it_leaves_room_for_a_code_it_does_not_know() -> None:
    (text,) = _texts(replace(SHEET, verification_code=None))
    assert "_" in text
    assert "XD9FTP" not in text


def test_a_portal_on_this_computer_says_so() -> None:
    assert "this link works on this computer only" in _texts(replace(SHEET, local=True))[0]
    assert "this computer" not in _texts(SHEET)[0]


def test_neither_person_nor_exam_is_on_it_unless_asked() -> None:
    share = Share("1", (), (), "CT of the chest", Person("MUELLER^ANNA"), "active", "", "2026-12-22T08:41:00Z", 10, 0)
    known = WellKnown("P", "1", "", "", "", "", "https://portal.example/s", False)
    made = NewShare(share, LINK, "XD9FTP", "7KQ4M2-XD9FTP")
    quiet, asked = (
        _texts(sheet_of(made, known, SHEET.practice, with_title=with_title))[0] for with_title in (False, True)
    )
    assert "CT of the chest" not in quiet
    assert "CT of the chest" in asked
    named = replace(made, share=replace(share, name="Thorax nativ"))
    both = _texts(sheet_of(named, known, SHEET.practice, with_title=True))[0]
    assert both.index("Thorax nativ") < both.index("CT of the chest")
    assert "Thorax" not in _texts(sheet_of(named, known, SHEET.practice))[0]
    assert "MUELLER" not in quiet + asked
    assert "7KQ4M2-XD9FTP" in quiet


@pytest.mark.parametrize(
    "name",
    [
        "放射線科 山田",
        "عيادة الأشعة",
        "מרפאת רנטגן",
        "Рентген Кабинет",
        "영상의학과",
        "Ακτινολογία",
        "Praxis 山田 أحمد",
        "\U0001f9b4",
        "\U000f0000",
    ],
)
def test_a_name_in_any_script_is_printed_or_said_to_be_left_out_and_never_as_boxes(name: str) -> None:
    sheet = replace(SHEET, practice=Practice(name, "03-1234-5678"))
    texts = _texts(sheet)
    assert len(texts) == 1
    assert "03-1234-5678" in texts[0]
    assert (_picture(sheet)[:150] < 200).any()


def test_endless_names_take_another_sheet_and_lose_nothing() -> None:
    practice = Practice("Centre for Radiology and Nuclear Medicine " * 12, "040 1234567")
    pages = _texts(replace(SHEET, practice=practice, exam=ExamName("CT " * 400), local=True))
    assert len(pages) > 1
    assert "040 1234567" in pages[-1]


def test_a_moment_is_written_so_that_day_and_month_cannot_be_taken_for_each_other() -> None:
    moment = datetime(2027, 3, 4, 22, 5, tzinfo=timezone(timedelta(hours=1), "CET"))
    assert until_words(moment) == "4 March 2027, 22:05 CET"


def test_views_are_said_in_words() -> None:
    assert [views_words(number) for number in (1, 3, 10)] == ["1 view (one)", "3 views (three)", "10 views (ten)"]


@pytest.mark.parametrize("local", [True, False])
@pytest.mark.parametrize("link", [LINK, None])
@pytest.mark.parametrize(
    "missing, says",
    [
        ((NotHere("damaged", 1),), "62 of 63 files: 1 was damaged on the disc and is not here."),
        (
            (NotHere("missing", 1), NotHere("unreadable", 2)),
            "62 of 65 files: 1 was missing on the disc, 2 could not be read from the disc. These 3 are not here.",
        ),
    ],
)
def test_what_is_not_here_is_printed_and_all_of_it_stays_on_one_page(
    missing: tuple[NotHere, ...], says: str, link: str | None, local: bool
) -> None:
    of = 62 + sum(one.images for one in missing)
    words = not_whole_words(Wholeness("partial", 62, of, missing))
    texts = _texts(replace(SHEET, not_whole=words, link=link, local=local))
    assert len(texts) == 1
    assert says in texts[0]


@pytest.mark.parametrize("whole", [None, Wholeness("unknown", 62, 62), Wholeness("whole", 63, 63)])
def test_where_nothing_is_known_to_be_missing_the_sheet_claims_nothing(whole: Wholeness | None) -> None:
    assert not_whole_words(whole) == ""
