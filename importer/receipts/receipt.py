"""What an import did, in figures that add up: kept with it, shown before every upload, printed by `import --json`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from core.errors import Cancelled
from dicom.model import FileCode, Rejection
from importer.listing_rows import Listings, series_listings_to_json
from importer.people.whose import of_persons
from importer.plan import ImportPlan
from importer.reasons import is_not_looked_into
from importer.receipts.absent import absent_to_json
from importer.receipts.completion import Completion
from importer.receipts.discretion import own_problems, own_source
from importer.receipts.report import exit_status, problems_to_json, source_to_json
from importer.sources.names import shown

# codes of a file that was kept and is less than it was
NOT_WHOLE: frozenset[FileCode] = frozenset({"truncated", "header-damaged", "unreadable"})
# codes of what another reading of the same disc may still bring
NOT_READ: frozenset[FileCode] = frozenset({"unreadable", "changed", "medium-gone", "no-space"})
ImportEnd = Literal["complete", "stopped", "medium-gone", "no-space", "interrupted"]


@dataclass(slots=True)
class ImportReport:
    """The result of an import.

    `planned` = `imported` + `already` + `failed` + `left`; `conflicts` and `damaged` count among `imported`. `already`
    are contents the shelf held, byte for byte or as the same image in other wrapping; `failed` could not be read or had
    changed since the scan; `left` were not reached.
    """

    plan: ImportPlan
    import_id: str
    planned: int
    imported: int = 0
    already: int = 0
    failed: int = 0
    conflicts: int = 0
    damaged: int = 0
    bytes: int = 0
    end: ImportEnd = "complete"
    problems: list[Rejection] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)  # paths of what was kept or was there, as people see them
    not_kept: set[str] = field(default_factory=set)  # paths of `failed`
    completions: list[Completion] = field(default_factory=list)
    _told: set[tuple[str, FileCode]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.problems.extend(own_problems(self.plan))
        self._told.update((problem.path, problem.code) for problem in self.problems)

    @property
    def left(self) -> int:
        """How many were not reached."""
        return self.planned - self.imported - self.already - self.failed

    @property
    def exit_status(self) -> int:
        """The command line's exit status."""
        return exit_status(self.problems)

    @property
    def of_files(self) -> list[Rejection]:
        """The problems of single files a person should know.

        Left out are the one that repeats how the import ended, and damage of files whose whole copy is on the shelf.
        """
        covered = {one.path for one in self.completions if one.how in {"covered", "combined"}}
        told = [problem for problem in self.problems if problem.path or problem.code != self.end]
        return [problem for problem in told if problem.path not in covered or problem.code not in NOT_WHOLE]

    @property
    def unread(self) -> bool:
        """Tell whether something of the source is not on this computer, or nobody knows: it had better stay in."""
        if self.end != "complete" or self.failed or self.left:
            return True
        problems = (*self.plan.scan.problems, *self.of_files)
        return any(one.code in NOT_READ or is_not_looked_into(one.detail) for one in problems)

    @property
    def still_damaged(self) -> int:
        """How many are damaged, or cannot be read, and have no whole copy on the shelf."""
        return sum(one.code in NOT_WHOLE for one in self.of_files)

    @property
    def listings(self) -> Listings:
        """What the tables of contents list and was not there, of the persons that were chosen."""
        scan, persons = self.plan.scan, self.plan.persons
        chosen = [patient for patient in scan.patients if patient.key in persons]
        return of_persons(scan.listings, chosen, everyone=not self.plan.leaves_persons)

    def tell(self, path: str, code: FileCode, detail: str = "") -> None:
        """Add a problem, once."""
        problem = Rejection(shown(path), code, detail)
        if (problem.path, problem.code) not in self._told:
            self._told.add((problem.path, problem.code))
            self.problems.append(problem)


class ImportStopped(Cancelled):
    """The person stopped the import; `report` says what was kept until then."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__()
        self.report = report


def completions_to_json(completions: Iterable[Completion]) -> list[dict[str, Any]]:
    """Write which images are whole thanks to another copy, or have a reduced one kept aside."""
    return [asdict(one) for one in completions]


def receipt_of(report: ImportReport) -> dict[str, Any]:
    """Write the receipt: what the disc lists, what was kept and checked, and every file that was not."""
    scan = report.plan.scan
    return {
        "import_id": report.import_id,
        "end": report.end,
        "source": own_source(report.plan),
        "totals": asdict(scan.totals),
        "listed": scan.listed,
        "named_otherwise": scan.listings.here_under_another_name,
        "incomplete_series": series_listings_to_json(report.listings.series),
        "persons": list(report.plan.persons),
        "planned": report.planned,
        "imported": report.imported,
        "already": report.already,
        "failed": report.failed,
        "left": report.left,
        "of_others": report.plan.of_others,
        "in_recycle_bin": report.plan.deleted,
        "conflicts": report.conflicts,
        "damaged": report.damaged,
        "bytes": report.bytes,
        "absent": absent_to_json(report.plan, report.listings, report.reached, report.not_kept),
        "completed": completions_to_json(report.completions),
        "problems": problems_to_json(report.problems),
    }


def import_to_json(report: ImportReport) -> dict[str, Any]:
    """Write the JSON of `import`."""
    scan = report.plan.scan
    return {
        "source": source_to_json(scan.source),
        "totals": asdict(scan.totals),
        "imported": report.imported,
        "already": report.already,
        "conflicts": report.conflicts,
        "damaged": report.damaged,
        "of_others": report.plan.of_others,
        "in_recycle_bin": report.plan.deleted,
        "completed": completions_to_json(report.completions),
        "receipt": receipt_of(report),
        "incomplete_series": series_listings_to_json(report.listings.series),
        "problems": problems_to_json(report.problems),
    }
