"""From a plan to the shelf: copied and checked in the media worker, kept in batches by the thread that calls."""

from __future__ import annotations

import errno
import logging
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.errors import Cancelled, LibraryError, SourceError, WorkerError
from core.files.durable import remove_file
from core.job import Job
from core.workers.answers import judged
from core.workers.worker import WorkerPool
from dicom.model import Header
from dicom.people.person_key import person_key_as_read, plain_date, plain_id
from importer.copy.copy_rows import CopyItem, CopyRow
from importer.copy.keeper import Keeper
from importer.copy.resume import kept_before
from importer.copy.twins import Judge, heal
from importer.copy.unfinished import plan_facts, take_over
from importer.plan import ImportPlan, PlanItem
from importer.receipts.discretion import own_source
from importer.receipts.receipt import ImportReport, ImportStopped, receipt_of
from importer.sources.archive import Archive
from importer.sources.wire import source_to_json
from library.index.rows import PatientRow
from library.shelf import Library

log = logging.getLogger(__name__)

_A_CALL = 2000
_MAX_DEATHS = 20


def begin(plan: ImportPlan, library: Library) -> str:
    """Record what is about to be imported, so that it is told as unfinished whatever happens; gives the import's id.

    Raises `LibraryError` ("no-space" when that is clear before the first byte).
    """
    plan = _as_on_shelf(plan, library)
    kept = kept_before(plan, library)
    _check_space([item for item in plan.items if item.instance.path not in kept], library)
    named = own_source(plan)
    import_id = library.begin_import(named["kind"], named["label"], named["path"], plan_facts(plan))
    _save_choice(plan, library, import_id)
    take_over(plan, library, import_id)
    return import_id


def import_files(
    plan: ImportPlan, library: Library, media: WorkerPool, decoder: Judge, job: Job, import_id: str | None = None
) -> ImportReport:
    """Copy what is planned to the shelf and say what became of each file; `import_id` where it was begun already.

    What was kept stays kept, whatever ends the import: a stop (`ImportStopped`, a `Cancelled` with the report), a
    pulled medium or a full disk (the report's `end`). Importing again goes on from there. Raises `LibraryError`
    ("no-space" when it is clear before the first byte), `WorkerError`.
    """
    import_id = import_id or begin(plan, library)
    plan = _as_on_shelf(plan, library)
    kept = kept_before(plan, library)
    items = [item for item in plan.items if item.instance.path not in kept]
    report = ImportReport(plan, import_id, len(plan.items))
    keeper = Keeper(report, library, decoder, job)
    try:
        for item in plan.items:
            if item.instance.path in kept:
                keeper.meet(item, kept[item.instance.path])
        _copy_all(items, library, media, keeper, job)
        keeper.commit()
        _heal_met(plan, library, decoder, report, job)
    except BaseException as error:
        if not _ends_early(error, keeper, report):
            if isinstance(error, Cancelled):
                raise ImportStopped(report) from error
            raise
    finally:
        _clean(library.incoming, report.import_id)
        report.problems.sort(key=lambda problem: (problem.path, problem.code, problem.detail))
        _save_receipt(library, report)
    return report


def _as_on_shelf(plan: ImportPlan, library: Library) -> ImportPlan:
    """Keep a person under the key an older shelf gave, where it knows the person under that one alone."""
    rows = library.patients()
    known = {row.person_key for row in rows}
    guessed = {_guessed(row): row.person_key for row in rows if row.name_guessed}
    older: dict[str, str] = {}
    for item in plan.items:
        if item.person not in known:
            header = item.instance.header
            as_read = guessed.get(_guessed(header)) if header.doubtful_name else person_key_as_read(header)
            if as_read in known:
                older.setdefault(item.person, as_read)
    if not older:
        return plan
    items = tuple(replace(item, person=older.get(item.person, item.person)) for item in plan.items)
    return replace(plan, items=items, kept_as={key: older.get(kept, kept) for key, kept in plan.kept_as.items()})


def _guessed(named: Header | PatientRow) -> tuple[str | None, str, str, str]:
    """Name a person by the bytes of a guessed name, as older shelves filed what was guessed under other keys."""
    ids = plain_id(named.patient_id), plain_id(named.issuer_of_patient_id)
    return (named.doubtful_name, plain_date(named.patient_birth_date), *ids)


def _heal_met(plan: ImportPlan, library: Library, judge: Judge, report: ImportReport, job: Job) -> None:
    """Compare what earlier imports left uncompared in the studies this one met."""
    uids = {(item.person, item.instance.header.study_instance_uid) for item in plan.items}
    for person, uid in sorted((person, uid) for person, uid in uids if uid):
        report.completions.extend(heal(library, judge, job, f"{person}:{uid}"))


def _ends_early(error: BaseException, keeper: Keeper, report: ImportReport) -> bool:
    """Keep what has been copied so far; tell whether the report says enough, or `error` must go on its way."""
    match error:
        case SourceError(code="medium-gone"):
            report.end = "medium-gone"
        case LibraryError(code="no-space"):
            report.end = "no-space"
        case Cancelled():
            report.end = "stopped"
        case _:
            report.end = "interrupted"
    if report.end != "no-space":
        keeper.commit()
    if report.end not in {"medium-gone", "no-space"} or (report.end == "no-space" and not report.imported):
        return False
    report.tell("", report.end, f"{report.left} of {report.planned} files were not reached")
    return True


def _save_receipt(library: Library, report: ImportReport) -> None:
    try:
        library.save_receipt(report.import_id, receipt_of(report))
    except LibraryError:
        if report.end == "complete":
            raise
        log.warning("the receipt of an import that ended early could not be saved")


def _save_choice(plan: ImportPlan, library: Library, import_id: str) -> None:
    """Record for each person kept how that was decided, and which other spellings were taken for the same person."""
    for person in dict.fromkeys(plan.kept_as.values()):
        joined = [key for key, kept in plan.kept_as.items() if kept == person != key]
        facts = {"chosen": plan.chosen} | ({"joined": joined} if joined else {})
        library.save_identity_decision(import_id, person, facts)


def _copy_all(items: Sequence[PlanItem], library: Library, media: WorkerPool, keeper: Keeper, job: Job) -> None:
    copying = _Copying(library, media, keeper, job, sum(item.place.entry.size for item in items))
    for archive, group in _by_archive(items):
        for start in range(0, len(group), _A_CALL):
            copying.run("copy_files", archive, group[start : start + _A_CALL])
    again = copying.unread
    copying.unread = []
    for archive, group in _by_archive(again):
        copying.run("rescue_files", archive, group)
    if _is_another(items, copying.given_up, keeper):
        raise SourceError("medium-gone")
    for item, detail in copying.given_up:
        keeper.fail(item, "unreadable", detail)


def _is_another(items: Sequence[PlanItem], given_up: Sequence[tuple[PlanItem, str]], keeper: Keeper) -> bool:
    """Tell whether another medium came into the place of this one: from one file on none is what was listed."""
    absent = {item.instance.path for item, detail in given_up if detail == os.strerror(errno.ENOENT)}
    other = absent | keeper.changed
    first = next((number for number, item in enumerate(items) if item.instance.path in other), len(items))
    return len(absent) > 1 and all(item.instance.path in other for item in items[first:])


def _by_archive(items: Sequence[PlanItem]) -> Iterator[tuple[Archive | None, list[PlanItem]]]:
    groups: dict[Archive | None, list[PlanItem]] = defaultdict(list)
    for item in items:
        groups[item.place.archive].append(item)
    yield from groups.items()


class _Copying:
    """Runs copy tasks and passes each row on; an item that kills the worker costs only itself."""

    def __init__(self, library: Library, media: WorkerPool, keeper: Keeper, job: Job, total_bytes: int) -> None:
        self._library = library
        self._media = media
        self._keeper = keeper
        self._job = job
        self._total_bytes = total_bytes
        self._done_bytes = 0
        self._second_try = False
        self.unread: list[PlanItem] = []
        self.given_up: list[tuple[PlanItem, str]] = []

    def run(self, task: str, archive: Archive | None, group: list[PlanItem]) -> None:
        """Copy a group of one place."""
        self._second_try = task == "rescue_files"
        left = dict(enumerate(group))
        blamed: set[int] = set()
        for _ in range(_MAX_DEATHS):
            try:
                self._call(task, archive, left)
            except WorkerError as error:
                killer = error.facts.get("item")
                if not isinstance(killer, int) or killer not in left:
                    raise
                if killer in blamed:  # once may be the system's fault, twice is the file's
                    self.given_up.append((left.pop(killer), error.code))
                blamed.add(killer)
            else:
                return
        raise WorkerError("worker-died")

    def _call(self, task: str, archive: Archive | None, left: dict[int, PlanItem]) -> None:
        def take(part: dict[str, Any], _data: bytearray) -> None:
            with judged():
                rows = [CopyRow.from_row(row) for row in part["copied"]]
            for row in rows:
                item = left.pop(row.number, None)
                if item is not None:
                    self._take(item, row)

        arguments = {
            "source": source_to_json(self._keeper.source, archive),
            "incoming": str(self._library.incoming),
            "prefix": f"{self._keeper.import_id}-",
            "items": [self._item(number, item).to_row() for number, item in left.items()],
        }
        self._media.call(task, arguments, job=self._job, on_part=take)

    def _item(self, number: int, item: PlanItem) -> CopyItem:
        return CopyItem(number, item.place.entry, tuple(_known(item, self._library)))

    def _take(self, item: PlanItem, row: CopyRow) -> None:
        invented = row.outcome == "already" and row.sha256 not in _known(item, self._library)
        if row.outcome == "read-error" or invented:  # what is not on the shelf cannot be there already
            if self._second_try:
                self.given_up.append((item, row.detail))
            else:
                self.unread.append(item)
            return
        self._keeper.take(item, row)
        self._done_bytes += item.place.entry.size
        self._job.report(self._done_bytes, self._total_bytes, "copy")


def _check_space(items: Sequence[PlanItem], library: Library) -> None:
    """Refuse before the first byte what clearly does not fit; files whose UID is kept already may need no room."""
    try:
        library.check_room(sum(item.place.entry.size for item in items))
    except LibraryError:
        needed = sum(item.place.entry.size for item in items if not _known(item, library))
        if needed:
            library.check_room(needed)


def _known(item: PlanItem, library: Library) -> list[str]:
    uid = item.instance.header.sop_instance_uid
    return library.same_uid(uid, item.person) if uid else []


def _clean(incoming: Path, import_id: str) -> None:
    for left_over in incoming.glob(f"{import_id}-*.part"):
        remove_file(left_over, missing_ok=True)
