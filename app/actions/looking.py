"""Looking at an account: its exams, its shares, what happened, and what of it is on the shelf."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.actions.sharing import note_on_shelf

if TYPE_CHECKING:
    from library.shelf import Library
    from portal.client.account import Portal
    from portal.wire.activity import Activity
    from portal.wire.exams import Exam
    from portal.wire.sharing import Share


@dataclass(frozen=True, slots=True)
class Seen:
    """What was asked for at one look; None is what was not asked for."""

    exams: list[Exam] | None = None
    shares: list[Share] | None = None
    activity: list[Activity] | None = None
    on_shelf: frozenset[str] = field(default_factory=frozenset)  # Study Instance UIDs


def look(portal: Portal, wanted: Collection[str], library: Library | None) -> Seen:
    """Ask for "exams", "shares" or "activity", and tell the shelf how many shares there are."""
    exams = portal.exams() if "exams" in wanted else None
    shares = portal.shares() if "shares" in wanted else None
    activity = portal.activity() if "activity" in wanted else None
    here = on_shelf(exams, library) if library is not None and exams is not None else frozenset()
    if library is not None and shares is not None and not library.read_only:
        note_on_shelf(library, portal.url, shares)
    return Seen(exams, shares, activity, here)


def on_shelf(exams: Iterable[Exam], library: Library) -> frozenset[str]:
    """Give the Study Instance UIDs of these exams that are on the shelf."""
    return library.studies_here(str(study.study_instance_uid) for exam in exams for study in exam.studies)


def exam_with(portal: Portal, study_instance_uid: str) -> Exam | None:
    """Find the exam that holds a study."""
    for exam in portal.exams():
        if any(study.study_instance_uid == study_instance_uid for study in exam.studies):
            return exam
    return None
