"""Two copies of one image: which is a damaged one of the other, and which a reduced one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal, Protocol

from core.errors import ScanshelfError
from core.job import Job
from dicom.model import FileCode, Header
from dicom.people.same_person import Identity, identity_of
from dicom.source import Content
from importer.copy.bytes_alike import Alike, compare_bytes
from library.index.rows import TwinRow

Lost = tuple[tuple[int, int], ...]
Relation = Literal["damaged", "reduced"]


class Comparer(Protocol):
    """Looks into two objects in a decode worker; `dicom.decoding.decoder.Decoder` is one."""

    def holds_all_of(self, whole: Content, damaged: Content, job: Job, *, known: bool = True) -> bool:
        """Say whether a whole object is the same image as a damaged one, or as one that lacks its pixels."""

    def reduced_of(self, one: Content, other: Content, job: Job) -> Literal["one", "other"] | None:
        """Say which of two images is a reduced copy of the other."""

    def damage_of(self, content: Content, job: Job) -> FileCode | None:
        """Say what an object lacks, if anything."""

    def salvage_header(self, content: Content, job: Job) -> Header:
        """Read a header with the tolerant parser."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy under a SOP Instance UID, on the shelf or on its way there; `lost` are stretches known to be zeros."""

    person: str
    identity: Identity
    sha256: str
    size: int
    content: Content
    study_instance_uid: str | None
    series_instance_uid: str | None
    instance_number: int | None
    damaged: str | None
    lost: Lost
    source_path: str
    source: str
    import_id: str


def copy_of(row: TwinRow, content: Content) -> Copy:
    """Take a copy that is on the shelf."""
    lost = tuple((int(first), int(length)) for first, length in json.loads(row.lost)) if row.lost else ()
    return Copy(
        row.person_key,
        identity_of(row),
        row.sha256,
        row.size,
        content,
        row.study_instance_uid,
        row.series_instance_uid,
        row.instance_number,
        row.damaged,
        lost,
        row.source_path,
        row.source,
        row.import_id,
    )


def relation(one: Copy, other: Copy, comparer: Comparer, job: Job) -> tuple[Relation, Copy, Copy] | None:
    """Say which of two copies stands back, for which, and why; None where they contradict each other.

    Raises `Cancelled`; what cannot be read or compared is not related.
    """
    try:
        for damaged, whole in _orders(one, other):
            if is_damaged_copy(damaged, whole, comparer, job):
                return "damaged", damaged, whole
        if not (one.damaged or other.damaged) and one.person == other.person:
            match comparer.reduced_of(one.content, other.content, job):
                case "one":
                    return "reduced", one, other
                case "other":
                    return "reduced", other, one
    except (ScanshelfError, OSError):
        job.check()
    return None


def _orders(one: Copy, other: Copy) -> list[tuple[Copy, Copy]]:
    """Give who may be the damaged one, the likelier first."""
    if one.damaged and not other.damaged:
        return [(one, other)]
    if other.damaged and not one.damaged:
        return [(other, one)]
    return [(one, other), (other, one)]


def is_damaged_copy(damaged: Copy, whole: Copy, comparer: Comparer, job: Job) -> bool:
    """Say whether everything one copy still has is the other's, which has more."""
    if not may_be_one(damaged, whole):
        return False
    alike = bytes_alike(damaged, whole, job)
    if alike.is_cut:
        return True
    if whole.damaged:
        return False
    if not damaged.damaged:
        if damaged.person != whole.person:
            return False
        return alike.lost_surely or comparer.holds_all_of(whole.content, damaged.content, job, known=False)
    if alike.lost_only or alike.mostly_equal:
        return True
    return comparer.holds_all_of(whole.content, damaged.content, job)


def complete_each_other(one: Copy, other: Copy, job: Job) -> bool:
    """Say whether each of two copies has what the other lost, also where nothing else calls either of them damaged.

    Raises `Cancelled`; what cannot be read completes nothing.
    """
    if one.person != other.person or not (may_be_one(one, other) or may_be_one(other, one)):
        return False
    shorter, longer = sorted((one, other), key=lambda copy: copy.size)
    try:
        return bytes_alike(shorter, longer, job).completes
    except (ScanshelfError, OSError):
        job.check()
        return False


def bytes_alike(damaged: Copy, whole: Copy, job: Job) -> Alike:
    """Compare the bytes of two copies."""
    with damaged.content.open() as one, whole.content.open() as other:
        return compare_bytes(one, other, job.check)


def may_be_one(damaged: Copy, whole: Copy) -> bool:
    """Say whether two copies may be of one person's image: a damaged one may name nobody, never somebody else."""
    if damaged.person != whole.person:
        said, true = damaged.identity, whole.identity
        names = ("patient_name", "patient_id", "issuer_of_patient_id", "patient_birth_date", "patient_sex")
        if not all(_begins(getattr(said, name), getattr(true, name)) for name in names):
            return False
        if said == true:  # the same words, and still kept for two persons: somebody chose so
            return False
    pairs = (
        (damaged.study_instance_uid, whole.study_instance_uid),
        (damaged.series_instance_uid, whole.series_instance_uid),
    )
    return all(_begins(one, other) for one, other in pairs)


def _begins(one: str | None, other: str | None) -> bool:
    """Say whether a value is missing, the other's, or its beginning: a file may end in the middle of it."""
    return not one or (other or "").startswith(one)
