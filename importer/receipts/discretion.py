"""What an import may say where persons stay on the medium: nothing that names them, their folders or their files.

A receipt is kept with the chosen person and may be printed and sent on. Trouble with files of nobody known is still
told, with its place only where that place is surely the chosen person's.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from dicom.model import FileCode, Instance, Rejection
from importer.bins import in_recycle_bin
from importer.listing_rows import Listings
from importer.people.hidden_names import tells
from importer.people.who_is_here import all_problems, says_who
from importer.people.whose import of_persons
from importer.plan import ImportPlan
from importer.reasons import NOT_TAKEN
from importer.receipts.report import is_harmless, source_to_json
from importer.results import instances_of
from importer.sources.names import shown

# Codes whose words say that a file was kept, which one of nobody's is not where one person was chosen.
_OF_KEPT: frozenset[FileCode] = frozenset({"truncated", "header-damaged"})


def own_problems(plan: ImportPlan) -> list[Rejection]:
    """Give the problems of a scan that concern what is imported; all of them where nobody stays behind."""
    others = plan.leaves_persons
    if not others:
        return all_problems(plan.scan)
    own = _paths(item.instance for item in plan.items)
    theirs = _paths(instance for patient in others if says_who(patient) for instance in instances_of(patient))
    chosen = [patient for patient in plan.scan.patients if patient.key in plan.persons]
    listed = of_persons(plan.scan.listings, chosen, everyone=False)
    absent = _absent(listed)
    theirs |= _absent(Listings(tuple(one for one in plan.scan.listings.series if one.person))) - absent - own
    place = _Place(plan, own, absent, theirs)
    return [told for problem in plan.scan.problems if (told := place.tell(problem)) is not None]


def own_source(plan: ImportPlan) -> dict[str, Any]:
    """Name the source; one that is called after somebody who stays behind is named by its kind alone."""
    named = source_to_json(plan.scan.source)
    if plan.leaves_persons and tells(f"{named['label']} {named['path']}", plan.telling):
        return named | {"label": named["kind"], "path": ""}
    return named


class _Place:
    """Knows which files are the chosen persons' and which are others'."""

    def __init__(self, plan: ImportPlan, own: set[str], absent: set[str], theirs: set[str]) -> None:
        self._own, self._theirs, self._words, self._hide = own | absent, theirs, plan.telling, plan.hide
        self._own_folders = {str(PurePosixPath(path).parent) for path in own}
        self._their_folders = {str(folder) for path in theirs for folder in PurePosixPath(path).parents}

    def tell(self, problem: Rejection) -> Rejection | None:
        """Give a problem as it may be told, or nothing."""
        if problem.path in self._own:
            path = self._hide(problem.path)
            return Rejection(path, problem.code, "" if tells(problem.detail, self._words) else problem.detail)
        if problem.path in self._theirs or is_harmless(problem.code) or in_recycle_bin(problem.path):
            return None
        detail = NOT_TAKEN if problem.code in _OF_KEPT else problem.detail
        if self._is_sure(problem):
            return Rejection(problem.path, problem.code, detail)
        return Rejection("", problem.code, detail if detail == NOT_TAKEN else "")

    def _is_sure(self, problem: Rejection) -> bool:
        """Tell whether a file nobody knows the owner of lies where only the chosen persons' files lie."""
        folder = str(PurePosixPath(problem.path).parent)
        if folder not in self._own_folders or folder in self._their_folders:
            return False
        return not tells(f"{problem.path} {problem.detail}", self._words)


def _paths(instances: Iterable[Instance]) -> set[str]:
    return {shown(path) for instance in instances for path in (instance.path, *instance.duplicates)}


def _absent(listings: Listings) -> set[str]:
    return {shown(gone.path) for series in listings.series for gone in series.absent}
