"""Comparing copies of one image: which contradict each other, and what has become whole since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from core.job import Job

if TYPE_CHECKING:
    from app.build import Workers
    from importer.receipts.completion import Completion
    from library.index.rows import TwinRow
    from library.shelf import Library


def copies_to_decide(library: Library, study: str) -> dict[str, list[TwinRow]]:
    """Give the copies of a study under one number that contradict each other, or of which the person chose one."""
    person = study.partition(":")[0]
    uids = [row.sop_instance_uid for row in library.instance_refs(study) if row.conflict]
    uids += [row.sop_instance_uid for row in library.copies_aside(study) if row.why == "chosen"]
    found: dict[str, list[TwinRow]] = {}
    for uid in dict.fromkeys(uids):
        rows = [row for row in library.twins(uid or "") if row.person_key == person and row.aside in {None, "chosen"}]
        if uid and len(rows) > 1:
            found[uid] = rows
    return found


def heal_shelf(library: Library, workers: Callable[[], Workers], job: Job) -> int:
    """Compare what earlier imports kept as damaged or in conflict beside another copy; gives how many became whole.

    No worker is started where nothing is doubtful.
    """
    if not library.doubtful_uids():
        return 0
    from importer.copy.twins import heal

    return len(heal(library, workers().decoder, job))


def heal_studies(library: Library, workers: Workers, studies: Sequence[str], job: Job) -> list[Completion]:
    """Do the same in these studies alone; gives what became whole."""
    from importer.copy.twins import heal

    doubtful = [study for study in studies if library.doubtful_uids(study)]
    return [one for study in doubtful for one in heal(library, workers, job, study)]
