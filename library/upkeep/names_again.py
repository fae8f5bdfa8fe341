"""Names that an older program decoded wrongly are read again from the objects, when the index is made again.

The key of a person stays what it was: everything on the shelf is filed under it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from core.errors import DicomError
from core.files.content_address import hash_file
from core.job import Job
from dicom.model import Header
from dicom.people.names import normalised_name
from library.index.headers import clean, unpack_header
from library.index.person_names import TEXTS
from library.records.record_files import Record
from library.records.writing import Writer

_OBJECTS = """
SELECT i.sha256 FROM instance i JOIN patient p ON p.id = i.patient WHERE p.person_key = ? ORDER BY i.id"""
_NAME = "SELECT patient_name FROM patient WHERE person_key = ?"


def correct_names(writer: Writer, read_object_header: Callable[[Path], Header], job: Job) -> None:
    """Read the name of each person again that only an older program read and that is not plain ASCII."""
    for person in list(_read_by_an_older_program(writer)):
        job.check()
        with writer.index.reading() as connection:
            row = connection.execute(_NAME, (person,)).fetchone()
            objects = [found["sha256"] for found in connection.execute(_OBJECTS, (person,))]
        header = next((one for sha256 in objects[:1] if (one := _read(writer, sha256, read_object_header))), None)
        if row is None or header is None or header.patient_name is None:
            continue
        if header.doubtful_name is None and normalised_name(header.patient_name) == normalised_name(row[0]):
            continue
        raw = clean(header.doubtful_name) if header.doubtful_name is not None else None
        facts = {"person": person, "patient_name": clean(header.patient_name), "raw": raw, "objects": objects}
        writer.carry_out("name", facts)


def _read_by_an_older_program(writer: Writer) -> Iterator[str]:
    """Name the persons of records that say nothing about their texts, and of no later ones."""
    older: dict[str, None] = {}
    known: set[str] = set()
    for record in writer.log.after(0):
        if not isinstance(record, Record):
            continue
        if record.kind == "name":
            known.add(record.facts["person"])
        elif record.kind == "commit":
            for item in record.facts["items"]:
                name = unpack_header(record.facts["shared"], item["header"]).patient_name
                if record.facts.get("texts") == TEXTS:
                    known.add(item["person"])
                elif name is not None and not name.isascii():
                    older[item["person"]] = None
    return (person for person in older if person not in known)


def _read(writer: Writer, sha256: str, read_object_header: Callable[[Path], Header]) -> Header | None:
    path = writer.store.path(sha256)
    try:
        return read_object_header(path) if hash_file(path) == sha256 else None
    except (DicomError, OSError):
        return None
