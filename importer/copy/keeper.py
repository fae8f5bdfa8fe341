"""Decides about each copied file - changed, damaged, the same as something kept - and hands batches to the shelf."""

from __future__ import annotations

import contextlib
import stat
import time
from dataclasses import replace
from pathlib import Path

from core.errors import DicomError, WorkerError
from core.files.durable import remove_file
from core.job import Job
from dicom.model import DAMAGE, FileCode, Header
from dicom.people.same_person import identity_of, person_key
from dicom.source import FileContent, Source
from importer.copy.copies import Copy
from importer.copy.copy_rows import CopyRow
from importer.copy.temp_file import TEMP_NAME
from importer.copy.twins import Judge, Meeting, Twins
from importer.plan import PlanItem
from importer.reasons import is_not_looked_into
from importer.receipts.completion import Completion
from importer.receipts.receipt import NOT_WHOLE, ImportReport
from importer.scan.adopt import FROM_RECORD, completed, fits
from importer.scan.siblings import as_scanned
from library.objects.incoming import Incoming
from library.shelf import Library

REDUCED = "the original and a reduced copy of one image; the original counts, the reduced one is kept aside"
_BATCH_FILES = 128
_BATCH_BYTES = 512 << 20
_BATCH_SECONDS = 5.0
_IDENTITY = ("sop_instance_uid", "study_instance_uid", "series_instance_uid")


class Keeper:
    """Takes copied files and keeps them in batches, one transaction each."""

    def __init__(self, report: ImportReport, library: Library, judge: Judge, job: Job) -> None:
        self._report = report
        self._library = library
        self._judge = judge
        self._job = job
        self._batch: list[Incoming] = []
        self._batch_uids: set[str | None] = set()
        self._batch_bytes = 0
        self._batch_began = 0.0
        self.changed: set[str] = set()  # paths of files that are not what was scanned
        self._met_studies: set[tuple[str, str]] = set()
        self._met: list[tuple[str, str]] = []
        self._made: set[Path] = set()
        self._twins = Twins(library, judge, job, f"{report.import_id}-")

    @property
    def source(self) -> Source:
        """Where the files come from."""
        return self._report.plan.scan.source

    @property
    def import_id(self) -> str:
        """Which import this is."""
        return self._report.import_id

    def take(self, item: PlanItem, row: CopyRow) -> None:
        """Decide about one file; it is kept with the next commit."""
        if row.outcome == "already":
            self.meet(item, row.sha256)
            return
        temp = self._temp(row)
        header = self._header(item, row, temp)
        is_another = (
            self._is_another(item, row, temp) if row.lost else header is not None and _changed(item, row, header)
        )
        if header is None or is_another:
            remove_file(temp)
            self.changed.add(item.instance.path)
            self.fail(item, "changed", "the file is not what it was when the disc was looked at")
            return
        header = as_scanned(header, item.instance.header)
        damaged = _damage(row, header)
        if damaged is not None:
            self._report.tell(item.kept_path, damaged, row.detail)
        if is_not_looked_into(row.detail):
            self._report.tell(item.kept_path, "archive", row.detail)
        self._add(item, row, temp, header, damaged)

    def meet(self, item: PlanItem, sha256: str) -> None:
        """Count a content that is on the shelf; the receipt of this import is then listed with its study."""
        self._report.already += 1
        self._report.reached.add(item.kept_path)
        study = item.instance.header.study_instance_uid or item.instance.path.rpartition("/")[0]
        if (item.person, study) not in self._met_studies:
            self._met_studies.add((item.person, study))
            self._met.append((item.person, sha256))
        self._tell_damaged(item, sha256)

    def _tell_damaged(self, item: PlanItem, sha256: str) -> None:
        """Say of a file that was taken in before that it is damaged, and whether a whole copy of it is here."""
        uid = item.instance.header.sop_instance_uid
        if not uid:
            return
        twins = self._library.twins(uid)
        damaged = next((one for one in twins if (one.person_key, one.sha256) == (item.person, sha256)), None)
        code = next((code for code in NOT_WHOLE if damaged is not None and code == damaged.damaged), None)
        if damaged is None or code is None:
            return
        path = item.kept_path
        self._report.tell(item.kept_path, code)
        whole = next((one for one in twins if not one.aside and not one.damaged), None)
        if damaged.aside and whole is not None:
            number = whole.instance_number
            completion = Completion("covered", path, uid, number, whole.source, whole.source_path)
            self._report.completions.append(completion)

    def fail(self, item: PlanItem, code: FileCode, detail: str) -> None:
        """Note a file that is not kept."""
        self._report.failed += 1
        self._report.not_kept.add(item.kept_path)
        self._report.tell(item.kept_path, code, detail)

    def commit(self) -> None:
        """Keep what has been taken."""
        batch, self._batch, self._batch_bytes = self._batch, [], 0
        self._batch_uids.clear()
        if batch:
            for outcome in self._library.commit(batch, self._report.import_id):
                self._count(outcome.item, outcome.kind)
        met, self._met = self._met, []
        if met:
            self._library.note_met(self._report.import_id, met)

    def _temp(self, row: CopyRow) -> Path:
        """Say which file was written: the worker, having read foreign bytes, may name only what it was told to make."""
        if not TEMP_NAME.fullmatch(row.temp.removeprefix(f"{self.import_id}-")):
            raise WorkerError("task-failed", kind="temp")
        path = self._library.incoming / row.temp
        with contextlib.suppress(OSError):
            status = path.lstat()
            if stat.S_ISREG(status.st_mode) and status.st_size == row.size:
                return path
        raise WorkerError("task-failed", kind="temp")

    def _header(self, item: PlanItem, row: CopyRow, temp: Path) -> Header | None:
        """Give the header as it is in the copied bytes; where sectors are lost, as the scan read it."""
        scanned = item.instance.header
        if row.lost:
            return scanned
        header = row.header
        if header is None or not DAMAGE.isdisjoint(header.marks):
            header = self._salvaged(row, temp) or header
        if FROM_RECORD in scanned.marks and fits(scanned, header):
            return completed(header or Header(), scanned)
        return header

    def _is_another(self, item: PlanItem, row: CopyRow, temp: Path) -> bool:
        """Tell whether what is left where sectors are lost names another object than the one that was looked at.

        Another disc may have come into the drive meanwhile, with a file of this name.
        """
        left = self._salvaged(row, temp)
        scanned = item.instance.header
        return left is not None and any(_contradicts(getattr(left, name), getattr(scanned, name)) for name in _IDENTITY)

    def _salvaged(self, row: CopyRow, temp: Path) -> Header | None:
        try:
            return self._judge.salvage_header(FileContent(str(temp), row.sha256), self._job)
        except (DicomError, WorkerError):
            return None

    def _add(self, item: PlanItem, row: CopyRow, temp: Path, header: Header, damaged: FileCode | None) -> None:
        uid = header.sop_instance_uid
        if uid and uid in self._batch_uids:
            self.commit()  # so that the two are compared
        self._batch_uids.add(uid)
        if not self._batch:
            self._batch_began = time.monotonic()
        kept = Incoming(
            temp_path=temp,
            sha256=row.sha256,
            size=row.size,
            header=header,
            source_path=item.kept_path,
            person=item.person,
            damaged=damaged,
            lost=row.lost,
        )
        meeting = self._meet(item, kept)
        self._batch.append(replace(kept, same_as=meeting.same_as, aside=tuple(meeting.aside)))
        for made in meeting.made:  # put together from this one and another
            self._made.add(made.temp_path)
            self._batch.append(made)
        self._batch_bytes += row.size
        if self._is_full():
            self.commit()

    def _is_full(self) -> bool:
        return (
            len(self._batch) >= _BATCH_FILES
            or self._batch_bytes >= _BATCH_BYTES
            or time.monotonic() - self._batch_began > _BATCH_SECONDS
        )

    def _meet(self, item: PlanItem, kept: Incoming) -> Meeting:
        """Compare a file with what is on the shelf under its SOP Instance UID."""
        uid = kept.header.sop_instance_uid
        if not uid:
            return Meeting()
        meeting = self._twins.meet(uid, self._copy(kept))
        if meeting.same_as is not None:
            self._report.tell(item.kept_path, "duplicate", meeting.sameness)
        for one in meeting.completions:
            if one.how == "reduced":
                self._report.tell(item.kept_path, "duplicate", REDUCED)
        self._report.completions.extend(meeting.completions)
        return meeting

    def _copy(self, kept: Incoming) -> Copy:
        header = kept.header
        return Copy(
            kept.person,
            identity_of(header),
            kept.sha256,
            kept.size,
            FileContent(str(kept.temp_path), kept.sha256),
            header.study_instance_uid,
            header.series_instance_uid,
            header.instance_number,
            kept.damaged,
            kept.lost,
            kept.source_path,
            self.source.label,
            self.import_id,
        )

    def _count(self, kept: Incoming, kind: str) -> None:
        if kept.temp_path in self._made:
            return  # it was on no medium
        self._report.reached.add(kept.source_path)
        if kind == "already":
            self._report.already += 1
            return
        self._report.imported += 1
        self._report.bytes += kept.size
        self._report.damaged += kept.damaged is not None
        if kind == "conflict":
            self._report.conflicts += 1
            self._report.tell(kept.source_path, "conflict", "other content under the same SOP Instance UID")


def _changed(item: PlanItem, row: CopyRow, header: Header) -> bool:
    scanned = item.instance.header
    return (
        row.size != item.place.entry.size
        or any(getattr(header, name) != getattr(scanned, name) for name in _IDENTITY)
        or person_key(header) != person_key(scanned)
    )


def _contradicts(left: str | None, scanned: str | None) -> bool:
    """Tell whether a UID that was read is another one, not the same cut short or overwritten with zeros."""
    there = (left or "").partition("\0")[0].strip()
    return bool(there) and scanned is not None and not scanned.startswith(there)


def _damage(row: CopyRow, header: Header) -> FileCode | None:
    if row.lost:
        return "unreadable"
    if row.truncated or "truncated" in header.marks:
        return "truncated"
    return "header-damaged" if "header-damaged" in header.marks else None
