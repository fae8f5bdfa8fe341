"""What the shelf says of the disc a study came from."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from app.window.places.shelf.words import persons_of, receipt_line
from core.language.isolates import bare
from dicom.amounts import Amount
from library.index.rows import ReceiptRow, StudyRow


@pytest.mark.parametrize(
    "facts, words",
    [
        ({"imported": 2, "planned": 2}, "All 2 images on “CD” are kept."),
        ({"imported": 2, "planned": 2, "totals": {"missing": 1}}, "2 of 3 images on “CD” are kept."),
        ({"imported": 2, "planned": 2, "of_others": 3}, "All 2 images chosen from “CD” are kept."),
        ({"imported": 2, "planned": 2, "in_recycle_bin": 1}, "All 2 images chosen from “CD” are kept."),
    ],
)
def test_a_disc_of_which_something_stayed_behind_is_not_called_kept_whole(
    qapp: QApplication, facts: dict[str, object], words: str
) -> None:
    row = ReceiptRow("i", "2026-01-01T00:00:00Z", "drive", "CD", "/media/x", facts)
    assert bare(receipt_line([row])[0]) == words


@pytest.mark.parametrize(
    "kept, of, said, tone",
    [
        (64, 64, "All 64 images on “\u2068CD\u2069” are kept.", ""),
        (63, 64, "63 of 64 images on “\u2068CD\u2069” are kept.", "amber"),
        (1, 2, "1 of 2 images on “\u2068CD\u2069” are kept.", "amber"),
        (0, 1, "0 of 1 image on “\u2068CD\u2069” is kept.", "loss"),
        (1, 1, "All 1 image on “\u2068CD\u2069” is kept.", ""),
    ],
)
def test_what_is_short_is_amber_and_red_only_where_nothing_was_kept(kept: int, of: int, said: str, tone: str) -> None:
    facts = {"imported": kept, "already": 0, "planned": of, "totals": {}}
    row = ReceiptRow("i", "2026-01-01T00:00:00Z", "drive", "CD", "/media/x", facts)
    assert receipt_line([row]) == (said, tone)


def test_a_disc_with_a_report_on_it_is_not_counted_in_images_alone(qapp: QApplication) -> None:
    facts = {"imported": 63, "planned": 63, "totals": {"missing": 1}}
    short = ReceiptRow("i", "2026-01-01T00:00:00Z", "drive", "CD", "/media/x", facts)
    whole = ReceiptRow("i", "2026-01-01T00:00:00Z", "drive", "CD", "/media/x", facts | {"totals": {}})
    besides = Amount(documents=1)
    assert bare(receipt_line([short], besides)[0]) == "63 of 64 images, reports and other files on “CD” are kept."
    assert bare(receipt_line([whole], besides)[0]) == "All 63 images, reports and other files on “CD” are kept."


def test_where_a_heading_is_cut_short_the_birth_date_and_the_id_are_not_what_goes(qapp: QApplication) -> None:
    row = StudyRow(
        "s", "p", "W1", None, "WEBER^HANNA", "19800401", "F", "1.2", None, "20240315", None, None, None, None, ("CT",),
        series=1, instances=1, bytes=1,
        damaged=0, conflicts=0, added_at="", source=None, same_uid_elsewhere=False,
    )  # fmt: skip
    (person,) = persons_of([row])
    assert [part.split()[0] for part in bare(person.details).split(" · ")] == ["born", "ID", "woman"]
