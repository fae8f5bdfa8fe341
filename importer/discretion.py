"""What an import may say where persons stay on the medium: nothing that names them, their folders or their files.

A receipt is kept with the chosen person and may be printed and sent on. Trouble with files of nobody known is still
told, with its place only where that place is surely the chosen person's.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from dicom.model import Instance, Patient, Rejection
from dicom.names import parse_name, words_of
from importer.bins import in_recycle_bin
from importer.listing_rows import Listings
from importer.names import shown
from importer.people import all_problems, says_who
from importer.plan import ImportPlan
from importer.report import is_harmless, source_to_json
from importer.results import instances_of
from importer.whose import of_persons

_SHORTEST_WORD = 3
_SHORTEST_ID = 4


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
    place = _Place(own, absent, theirs, _telling_words(plan))
    return [told for problem in plan.scan.problems if (told := place.tell(problem)) is not None]


def own_source(plan: ImportPlan) -> dict[str, Any]:
    """Name the source; one that is called after somebody who stays behind is named by its kind alone."""
    named = source_to_json(plan.scan.source)
    if plan.leaves_persons and _tells(f"{named['label']} {named['path']}", _telling_words(plan)):
        return named | {"label": named["kind"], "path": ""}
    return named


class _Place:
    """Knows which files are the chosen persons' and which are others'."""

    def __init__(self, own: set[str], absent: set[str], theirs: set[str], words: frozenset[str]) -> None:
        self._files, self._own, self._theirs, self._words = own, own | absent, theirs, words
        self._own_folders = {str(PurePosixPath(path).parent) for path in own}
        self._their_folders = {str(folder) for path in theirs for folder in PurePosixPath(path).parents}

    def tell(self, problem: Rejection) -> Rejection | None:
        """Give a problem as it may be told, or nothing."""
        if problem.path in self._own:
            path = problem.path if problem.path in self._files or not _tells(problem.path, self._words) else ""
            return Rejection(path, problem.code, "" if _tells(problem.detail, self._words) else problem.detail)
        if problem.path in self._theirs or is_harmless(problem.code) or in_recycle_bin(problem.path):
            return None
        if self._is_sure(problem):
            return problem
        return Rejection("", problem.code)

    def _is_sure(self, problem: Rejection) -> bool:
        """Tell whether a file nobody knows the owner of lies where only the chosen persons' files lie."""
        folder = str(PurePosixPath(problem.path).parent)
        if folder not in self._own_folders or folder in self._their_folders:
            return False
        return not _tells(f"{problem.path} {problem.detail}", self._words)


def _paths(instances: Iterable[Instance]) -> set[str]:
    return {shown(path) for instance in instances for path in (instance.path, *instance.duplicates)}


def _absent(listings: Listings) -> set[str]:
    return {shown(gone.path) for series in listings.series for gone in series.absent}


def _telling_words(plan: ImportPlan) -> frozenset[str]:
    """Give the words that tell who the others are, but for those that the chosen persons share."""
    chosen = [patient for patient in plan.scan.patients if patient.key in plan.persons]
    return frozenset(_words(plan.leaves_persons) - _words(chosen))


def _words(patients: Iterable[Patient]) -> set[str]:
    found: set[str] = set()
    for patient in patients:
        for name in parse_name(patient.patient_name):
            found.update(_long(" ".join((name.family, name.given, name.middle)), _SHORTEST_WORD))
        for number in (patient.patient_id, patient.patient_birth_date):
            found.update(_long(number or "", _SHORTEST_ID))
    return found


def _long(text: str, shortest: int) -> set[str]:
    return {
        word for wide in (False, True) for word in words_of(text, wide) if len(word) >= shortest or not word.isascii()
    }


def _tells(text: str, words: frozenset[str]) -> bool:
    folded = {" ".join(words_of(text[:20_000], wide)) for wide in (False, True)}
    return any(word in one for word in words for one in folded)
