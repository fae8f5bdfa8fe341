"""How much of a source seems to be on the shelf already, before its content is read: what numbers and sizes tell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from dicom.model import Instance
from dicom.people.same_person import is_of_nobody
from importer.bins import is_deleted
from importer.people.who_is_here import joined_keys
from importer.results import ScanResult, instances_of
from library.index.rows import PlannedImage
from library.shelf import Library


@dataclass(frozen=True, slots=True)
class Known:
    """Of `images`, so many are here by number and size, by number alone, in the bin; the others are new."""

    images: int
    alike: int = 0
    other: int = 0
    binned: int = 0

    @property
    def new(self) -> int:
        """Count those of which no number is known."""
        return self.images - self.alike - self.other - self.binned


def known_to_json(known: Known | None) -> dict[str, int] | None:
    """Write it; None where the shelf could not be asked."""
    if known is None:
        return None
    return {"images": known.images, "seem_here": known.alike, "number_alone": known.other, "in_bin": known.binned,
            "new": known.new}  # fmt: skip


def known_of_nothing(scan: ScanResult) -> Known:
    """Say what is known where there is no shelf yet."""
    return Known(len(_images(scan)))


def known_on_shelf(scan: ScanResult, library: Library) -> Known:
    """Compare what lies on a source, and in no recycle bin, with the shelf; colour tables and the like do not count."""
    images = _images(scan)
    seen = Counter(library.seen_before(images))
    return Known(len(images), seen["alike"], seen["other"], seen["binned"])


def _images(scan: ScanResult) -> list[PlannedImage]:
    persons = [patient for patient in scan.patients if not is_of_nobody(patient)]
    kept = joined_keys(scan.patients, [patient.key for patient in persons])
    return [
        _planned(scan, one, kept[patient.key])
        for patient in persons
        for one in instances_of(patient)
        if not is_deleted(one)
    ]


def _planned(scan: ScanResult, one: Instance, person: str) -> PlannedImage:
    header = one.header
    size = scan.places[one.path].entry.size
    uids = header.study_instance_uid, header.sop_instance_uid, header.transfer_syntax_uid
    return PlannedImage(person, *uids, size, one.path)
