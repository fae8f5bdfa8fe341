"""A disc in a folder, together with what a reader of it must find."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from tests.discs.directory import Record, dicomdir, image_record, person_tree
from tests.discs.files import ANNA, Person, Value, image, uid


@dataclass
class Disc:
    """What lies in `folder`: `good` files (path → SOP Instance UID) must be imported, each code must be told.

    `codes` maps a path to the codes one of which must be reported for it; `kept` names files that are odd but must be
    kept, `missing` and `unlisted` the totals where they are certain. Paths as a report writes them.
    """

    folder: Path
    good: dict[str, str] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    codes: dict[str, set[str]] = field(default_factory=dict)
    missing: int | None = None
    unlisted: int | None = None
    entries: int | None = None

    def write(self, path: str | bytes, data: bytes) -> Path:
        """Put a file on the disc, making its folders."""
        target = Path(os.fsdecode(os.path.join(os.fsencode(self.folder), os.fsencode(path))))  # noqa: PTH118
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return target

    def add_good(self, path: str, data: bytes, sop_instance_uid: str) -> None:
        """Put a file on the disc that every import must keep."""
        self.write(path, data)
        self.good[path] = sop_instance_uid

    def add_image(
        self, path: str, person: Person = ANNA, study: str = "T1", series: str = "S1", number: int = 1, **values: Value
    ) -> str:
        """Put a valid image on the disc and return its SOP Instance UID."""
        sop_instance_uid = str(values.get("sop_instance_uid") or uid(f"{person.patient_id}/{study}/{series}/{number}"))
        self.add_good(path, image(person, study, series, number, **values), sop_instance_uid)
        return sop_instance_uid

    def expect(self, path: str, *codes: str) -> None:
        """Say that one of these codes is reported for a path."""
        self.codes[path] = set(codes)

    def sha256(self, path: str) -> str:
        """Hash a file of the disc."""
        return hashlib.sha256((self.folder / path).read_bytes()).hexdigest()

    def snapshot(self) -> dict[bytes, tuple[int, int, int]]:
        """Take down type, size and time of every name, to prove that the disc was not written."""
        found: dict[bytes, tuple[int, int, int]] = {}
        for place, folders, files in os.walk(os.fsencode(self.folder)):
            for name in folders + files:
                path = os.path.join(place, name)  # noqa: PTH118
                status = os.lstat(path)
                found[path] = (status.st_mode, status.st_size, status.st_mtime_ns)
        return found


def disc_with_good_files(folder: Path, count: int = 2) -> Disc:
    """Make a disc with a few valid images in GOOD/, the neighbours of whatever is put beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    disc = Disc(folder)
    for number in range(1, count + 1):
        disc.add_image(f"GOOD/A{number}", number=number)
    return disc


def good_records(disc: Disc) -> list[Record]:
    """Make the DICOMDIR records of the files in GOOD/."""
    return [
        image_record(path.replace("/", "\\"), sop_instance_uid, number)
        for number, (path, sop_instance_uid) in enumerate(disc.good.items(), 1)
        if path.startswith("GOOD/")
    ]


def listed_disc(folder: Path, count: int = 2) -> Disc:
    """Make a disc with a true DICOMDIR."""
    disc = disc_with_good_files(folder, count)
    disc.write("DICOMDIR", dicomdir([person_tree(ANNA, "T1", "S1", good_records(disc))]))
    disc.expect("DICOMDIR", "dicomdir")
    disc.missing = disc.unlisted = 0
    disc.entries = count + 1
    return disc
