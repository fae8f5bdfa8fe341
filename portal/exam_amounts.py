"""How much of an exam there is at a portal, as people count it."""

from __future__ import annotations

from dicom.amounts import NOTHING, Amount, Count, all_words
from portal.wire.exams import Exam


def exam_amount(exam: Exam) -> Amount:
    """Count what a portal tells of: what it does not tell of is counted as images."""
    parts = (Amount(0, one.reports, one.documents, one.others).among(one.instances) for one in exam.studies)
    return sum(parts, start=NOTHING)


def all_mixed(amount: Amount, count: Count) -> str:
    """Begin a sentence about all of an amount of which not all are images; "" where they are."""
    return all_words(amount, count) if amount.besides else ""
