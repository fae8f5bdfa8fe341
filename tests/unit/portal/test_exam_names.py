"""One name for an exam: what the hospital calls it, as on the shelf, the portal's plain words beside it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dicom.study_names import study_names
from portal.exam_names import exam_name
from portal.wire.exams import Exam, ExamStudy, Report
from portal.wire.people import Person
from portal.wire.sharing import Share

MOMENT = "2026-11-01T00:00:00Z"


def exam(descriptions: Sequence[str | None], name: str = "") -> Exam:
    studies = tuple(ExamStudy("1", None, None, None, said, ("CT",), 1, 1, 1) for said in descriptions)
    report = Report("not-expected")
    return Exam("e", "CT of the chest", None, "upload", Person(), studies, report, True, 0, MOMENT, name)


@pytest.mark.parametrize(
    "said, written",
    [
        (exam(["Thorax  nativ "], "Thorax nativ"), "Thorax nativ (CT of the chest)"),
        (exam(["Thorax  nativ "]), "Thorax nativ (CT of the chest)"),  # an older portal
        (exam(["Thorax", "Knie", "Thorax"]), "Thorax, Knie (CT of the chest)"),
        (exam(["ct of the Chest"]), "ct of the Chest"),
        (exam([None, " "]), "CT of the chest"),
        (exam([]), "CT of the chest"),
        (Share("s", (), (), "CT", Person(), "active", MOMENT, MOMENT, 10, 0, name="Thorax"), "Thorax (CT)"),
        (Share("s", (), (), "CT", Person(), "active", MOMENT, MOMENT, 10, 0), "CT"),
    ],
)
def test_the_hospitals_name_comes_first(said: Exam | Share, written: str) -> None:
    assert str(exam_name(said)) == written


def test_many_names_are_told_to_be_more() -> None:
    assert study_names(["a", "b", "c", "d"]) == "a, b, c, …"
    assert study_names(["a", None, "b", "c"]) == "a, b, c"
