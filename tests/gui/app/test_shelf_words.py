"""What the shelf says of the disc a study came from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from app.window.appearance.languages import English
from app.window.places.shelf.kept_words import receipt_line
from app.window.places.shelf.words import persons_of
from core.language.isolates import bare
from dicom.amounts import NOTHING, Amount
from library.index.rows import ReceiptRow, StudyRow

OF_ANOTHER = {"study_instance_uid": "1.9", "code": "missing", "sop_instance_uids": ["1.9.1"], "nameless": 3}
OF_THIS = {"study_instance_uid": "1.2", "code": "missing", "sop_instance_uids": ["1.2.1"], "nameless": 1}


def study(instances: int, besides: Amount = NOTHING) -> StudyRow:
    return StudyRow(
        "s", "p", "W1", None, "WEBER^HANNA", "19800401", "F", "1.2", None, "20240315", None, None, None, None, ("CT",),
        series=1, instances=instances, bytes=1,
        damaged=0, conflicts=0, added_at="", source=None, same_uid_elsewhere=False, besides=besides,
    )  # fmt: skip


def line(facts: dict[str, object], instances: int, besides: Amount = NOTHING) -> tuple[str, str]:
    receipt = ReceiptRow("i", "2026-01-01T00:00:00Z", "drive", "CD", "/media/x", facts)
    said, tone = receipt_line([receipt], study(instances, besides))
    return bare(said), tone


@pytest.fixture(autouse=True)
def english(qapp: QApplication) -> Iterator[None]:
    translator = English(qapp)
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


@pytest.mark.parametrize(
    "facts, said",
    [
        ({"imported": 2, "planned": 2}, "Both images on “CD” are kept."),
        ({"imported": 2, "planned": 2, "totals": {"missing": 1}}, "2 of 3 images on “CD” are kept."),
        ({"imported": 2, "planned": 2, "of_others": 3}, "Both images chosen from “CD” are kept."),
        ({"imported": 2, "planned": 2, "in_recycle_bin": 1}, "Both images chosen from “CD” are kept."),
    ],
)
def test_a_disc_of_which_something_stayed_behind_is_not_called_kept_whole(facts: dict[str, object], said: str) -> None:
    assert line(facts, 2)[0] == said


@pytest.mark.parametrize(
    "kept, of, said, tone",
    [
        (64, 64, "All 64 images on “CD” are kept.", ""),
        (63, 64, "63 of 64 images on “CD” are kept.", "amber"),
        (1, 2, "1 of 2 images on “CD” are kept.", "amber"),
        (1, 1, "The image on “CD” is kept.", ""),
    ],
)
def test_what_is_short_is_amber(kept: int, of: int, said: str, tone: str) -> None:
    assert line({"imported": kept, "already": 0, "planned": of, "totals": {}}, kept) == (said, tone)


def test_a_disc_with_a_report_on_it_is_not_counted_in_images_alone() -> None:
    short = {"imported": 63, "planned": 63, "totals": {"missing": 1}}
    paper = Amount(documents=1)
    assert line(short, 63, paper)[0] == "63 of 64 images, reports and other files on “CD” are kept."
    assert line(short | {"totals": {}}, 63, paper)[0] == "All 62 images and 1 document on “CD” are kept."


@pytest.mark.parametrize(
    "absent, said, tone",
    [
        ({"images": [], "files": 0}, "All that “CD” holds of this exam was kept.", ""),
        ({"images": [OF_ANOTHER], "files": 0}, "All that “CD” holds of this exam was kept.", ""),
        ({"images": [OF_ANOTHER, OF_THIS], "files": 0}, "2 files of this exam on “CD” were not kept.", "amber"),
        ({"images": [], "files": 1}, "1 file on “CD” could not be read and may belong to this exam.", "amber"),
        (None, "40 of 44 files of all exams on “CD” were kept.", "amber"),  # a receipt of an older version
    ],
)
def test_of_a_disc_of_several_persons_one_exam_tells_of_itself_alone(
    absent: dict[str, object] | None, said: str, tone: str
) -> None:
    facts = {"imported": 40, "planned": 44, "totals": {}} | ({"absent": absent} if absent is not None else {})
    assert line(facts, 12) == (said, tone)


def test_where_a_heading_is_cut_short_the_birth_date_and_the_id_are_not_what_goes(qapp: QApplication) -> None:
    (person,) = persons_of([study(1)])
    assert [part.split()[0] for part in bare(person.details).split(" · ")] == ["born", "ID", "woman"]
