"""What a copied image is to those of its number on the shelf: the same, its damaged or reduced copy, or another."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import Literal, Protocol

from core.errors import LibraryError, ScanshelfError
from core.job import Job
from dicom.model import FileCode, Header
from dicom.source import Content, FileContent
from importer.copy.combine import Combined, combine
from importer.copy.copies import Comparer, Copy, complete_each_other, copy_of, relation
from importer.receipts.completion import Completion, How
from library.objects.incoming import Incoming, StandsBack, Why
from library.shelf import Library

Sameness = Literal["same-data-set", "same-image", "different"]


class Judge(Comparer, Protocol):
    """Looks into data sets in a decode worker; `dicom.decoding.decoder.Decoder` is one."""

    def compare(self, one: Content, other: Content, job: Job) -> Sameness:
        """Say whether two objects hold the same; raises `DicomError` or `WorkerError`."""


@dataclass(slots=True)
class Meeting:
    """What is to be done with one copy: the same as `same_as`, `aside` is to stand back, a whole one was `made`."""

    same_as: str | None = None
    sameness: Sameness = "different"
    aside: list[StandsBack] = field(default_factory=list)
    made: list[Incoming] = field(default_factory=list)
    completions: list[Completion] = field(default_factory=list)


class Twins:
    """Compares a copy with those of the same SOP Instance UID."""

    def __init__(self, library: Library, judge: Judge, job: Job, prefix: str) -> None:
        self._library = library
        self._judge = judge
        self._job = job
        self._prefix = prefix

    def meet(self, uid: str, copy: Copy) -> Meeting:
        """Compare a copy that is on its way with what is on the shelf."""
        found = self.on_shelf(uid)
        meeting = Meeting()
        if any((one.person, one.sha256) == (copy.person, copy.sha256) for _, one in found):
            return meeting
        for _, kept in found:
            if (sameness := self._sameness(copy, kept)) != "different":
                meeting.same_as, meeting.sameness = kept.sha256, sameness
                return meeting
        for aside, kept in found:
            if not aside:
                self.relate(uid, copy, kept, meeting)
        return meeting

    def on_shelf(self, uid: str) -> list[tuple[bool, Copy]]:
        """Give the copies that are there, each with whether it stands back for another."""
        content = self._library.object_content
        rows = self._library.twins(uid)
        rows.sort(key=lambda row: row.damaged is not None)  # a whole one first: then nothing need be put together
        return [
            (row.aside is not None, copy_of(row, content(row.sha256)))
            for row in rows
            if self._library.has_object(row.sha256, row.size)
        ]

    def _sameness(self, copy: Copy, kept: Copy) -> Sameness:
        if kept.person != copy.person or copy.lost:
            return "different"
        if kept.damaged and not copy.damaged:  # a whole file is never given up for a damaged one
            return "different"
        try:
            return self._judge.compare(kept.content, copy.content, self._job)
        except (ScanshelfError, OSError):
            self._job.check()
            return "different"  # not known to be the same: both are kept

    def relate(self, uid: str, copy: Copy, kept: Copy, meeting: Meeting) -> None:
        """Say which of two stands back, or put a whole one together from them."""
        if any({(copy.person, copy.sha256)} <= {one[:2]} for one in meeting.aside):
            return  # it stands back already
        if not (copy.damaged and kept.damaged) and complete_each_other(copy, kept, self._job):
            self._combine(uid, copy, kept, meeting)
            if meeting.made:
                return
        found = relation(copy, kept, self._judge, self._job)
        if found is not None:
            why, loser, winner = found
            how: How = "reduced" if why == "reduced" else "covered" if loser is copy else "completed"
            _stand_back(meeting, loser, winner, why)
            if not winner.damaged:
                meeting.completions.append(_completion(uid, how, copy, kept))
        elif copy.damaged and kept.damaged:
            self._combine(uid, copy, kept, meeting)

    def _combine(self, uid: str, copy: Copy, kept: Copy, meeting: Meeting) -> None:
        try:
            made = combine(copy, kept, self._library.incoming, self._prefix, self._job.check)
        except OSError:
            return
        if made is None:
            return
        if made.temp is None:
            loser, winner = (kept, copy) if made.took == "one" else (copy, kept)
            _stand_back(meeting, loser, winner, "damaged")
            return
        try:
            whole = self._incoming(uid, made, made.temp, copy, kept)
        except (ScanshelfError, OSError):
            made.temp.unlink(missing_ok=True)
            self._job.check()
            return
        meeting.made.append(whole)
        for part in (copy, kept):
            meeting.aside.append(StandsBack(part.person, part.sha256, whole.person, whole.sha256, "combined"))
        if whole.damaged is None:
            meeting.completions.append(_completion(uid, "combined", copy, kept))

    def _incoming(self, uid: str, made: Combined, temp: Path, copy: Copy, kept: Copy) -> Incoming:
        """Make of the combined file what the shelf takes in, once its own header says that it is this image."""
        content = FileContent(str(temp), made.sha256)
        header: Header = self._judge.salvage_header(content, self._job)
        if header.sop_instance_uid != uid:
            raise LibraryError("not-on-shelf", uid=uid)
        owner = copy if copy.identity.patient_name or not kept.identity.patient_name else kept
        damaged: FileCode | None = "unreadable" if made.lost else self._judge.damage_of(content, self._job)
        return Incoming(temp, made.sha256, made.size, header, copy.source_path, owner.person, damaged, lost=made.lost)


def heal(library: Library, judge: Judge, job: Job, study: str | None = None) -> list[Completion]:
    """Compare copies that are on the shelf already and were never compared: of one study (as a UID or key), or all."""
    healed: list[Completion] = []
    for uid in library.doubtful_uids(study):
        job.check()
        healed += _heal_one(library, judge, job, uid)
    return healed


def _heal_one(library: Library, judge: Judge, job: Job, uid: str) -> list[Completion]:
    twins, meeting = Twins(library, judge, job, "heal-"), Meeting()
    copies = [copy for aside, copy in twins.on_shelf(uid) if not aside]
    for one, other in combinations(copies, 2):
        back = {pair[:2] for pair in meeting.aside}
        if not back & {(one.person, one.sha256), (other.person, other.sha256)}:
            twins.relate(uid, one, other, meeting)
            if meeting.completions and meeting.completions[-1].how == "covered":
                meeting.completions[-1] = _completion(uid, "completed", other, one)
    for made in meeting.made:
        library.commit([replace(made, aside=tuple(meeting.aside))], copies[0].import_id)
    if meeting.aside and not meeting.made:
        library.stand_back(meeting.aside)
    return meeting.completions


def _stand_back(meeting: Meeting, loser: Copy, winner: Copy, why: Why) -> None:
    meeting.aside.append(StandsBack(loser.person, loser.sha256, winner.person, winner.sha256, why))


def _completion(uid: str, how: How, copy: Copy, kept: Copy) -> Completion:
    number = copy.instance_number if copy.instance_number is not None else kept.instance_number
    return Completion(how, copy.source_path, uid, number, kept.source, kept.source_path)
