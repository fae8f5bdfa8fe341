"""Small shelves and files to put on them, all made up."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dicom.model import Header
from library.objects.incoming import Incoming
from library.shelf import Library

ANNA = "aaaaaaaaaaaa"
BERTA = "bbbbbbbbbbbb"

CT = Header(
    sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
    sop_instance_uid="1.2.3.1",
    transfer_syntax_uid="1.2.840.10008.1.2.1",
    study_date="20240131",
    study_time="101500",
    accession_number="ACC-7781",
    modality="CT",
    study_description="Thorax nativ",
    series_description="Lung 1.0",
    patient_name="Müller^Anna Zoé",
    patient_id="PID42",
    patient_birth_date="19490302",
    patient_sex="F",
    study_instance_uid="1.2.3",
    series_instance_uid="1.2.3.4",
    series_number=1,
    instance_number=1,
)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_days(self, days: float) -> None:
        self.now += timedelta(days=days)


def incoming(library: Library, content: bytes, *, person: str = ANNA, **changed: Any) -> Incoming:
    """Write a temp file as a copying worker would, and describe it; header fields and others by keyword."""
    temp = library.incoming / uuid.uuid4().hex
    with open(temp, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    of_item = {name: changed.pop(name) for name in ("damaged", "same_as", "source_path") if name in changed}
    of_item.setdefault("source_path", f"DICOM/{temp.name}")
    sha256 = hashlib.sha256(content).hexdigest()
    return Incoming(temp, sha256, len(content), replace(CT, **changed), person=person, **of_item)


def series_of(library: Library, count: int, *, start: int = 1, **changed: Any) -> list[Incoming]:
    """Make `count` instances of one series, numbered from `start`."""
    study = changed.get("study_instance_uid", CT.study_instance_uid)
    return [
        incoming(
            library,
            f"{study} {number} {changed}".encode() * 50,
            sop_instance_uid=f"{study}.1.{number}",
            instance_number=number,
            **changed,
        )
        for number in range(start, start + count)
    ]


def put(library: Library, items: Iterable[Incoming], import_id: str | None = None) -> list[str]:
    """Commit items as one import and say what became of them."""
    run = import_id or library.begin_import("folder", "Disc 1", "/media/disc")
    return [outcome.kind for outcome in library.commit(list(items), run)]


def stored_hashes(folder: Path) -> set[str]:
    """List the hashes that files under `objects` really have, and insist that their names say so."""
    found = {file.stem: hashlib.sha256(file.read_bytes()).hexdigest() for file in (folder / "objects").rglob("*.dcm")}
    assert all(name == sha256 for name, sha256 in found.items())
    return set(found)


def assert_sound(folder: Path) -> None:
    """Insist on I2: every row has its file with that hash, every object is referenced, nothing waits in `incoming`."""
    with Library.open(folder) as library:
        assert {row.sha256 for row in library.instances()} == stored_hashes(folder)
        assert list(library.incoming.iterdir()) == []
        assert sum(study.instances for study in library.studies()) == len(library.instances())
