"""What tests of uploading share: made-up studies on a shelf, and how an upload is run to its end."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal

from core.job import Job, QuietJob
from dicom.model import Header
from dicom.people.same_person import person_key
from dicom.source import Content
from library.index.rows import TargetKind
from library.objects.incoming import Incoming
from library.shelf import Library
from portal.client.connecting.connection import Connection
from portal.client.connecting.credentials import Credentials
from portal.client.upload.engine import Limits, upload_study
from portal.client.upload.order import UploadReport
from portal.client.upload.pace import Patience
from portal.client.upload.targets.dicomweb_target import DicomwebTarget
from portal.client.upload.targets.target import Target
from tests.discs.files import ANNA, EXPLICIT, Form, Person, dicom_file, image_values, uid

HURRIED = Limits(patience=Patience(tries=4, base=0.01, longest=0.05))
_HEADER_FIELDS = {field.name for field in fields(Header)}
STUDY = uid(f"{ANNA.patient_id}/T1")


def put_image(library: Library, number: int = 1, *, person: Person = ANNA, **changed: Any) -> str:
    """Put one small valid image on the shelf; gives its SOP Instance UID. `damaged` marks it; others override."""
    return put_images(library, [number], person=person, **changed)[0]


def put_images(library: Library, numbers: Iterable[int], *, person: Person = ANNA, **changed: Any) -> list[str]:
    """Put images of one series on the shelf as one import."""
    damaged, study = changed.pop("damaged", None), changed.pop("study", "T1")
    form = Form(changed.pop("syntax", EXPLICIT))
    items = []
    for number in numbers:
        values = {**image_values(person, study, number=number), **changed}
        items.append(_incoming(library, dicom_file(values, form), values, damaged))
    library.commit(items, library.begin_import("folder", "Disc 1", "/media/disc"))
    return [str(item.header.sop_instance_uid) for item in items]


def put_unreadable(library: Library, number: int) -> str:
    """Put an instance on the shelf that passes here for a whole one, and at a server for nothing; gives its UID."""
    values = image_values(ANNA, "T1", number=number)
    item = _incoming(library, b"no DICOM at all", values, None)
    library.commit([item], library.begin_import("folder", "Disc 2", "/media/disc"))
    return str(item.header.sop_instance_uid)


def _incoming(library: Library, content: bytes, values: dict[str, Any], damaged: str | None) -> Incoming:
    temp = library.incoming / uuid.uuid4().hex
    with open(temp, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    known = {name: value for name, value in values.items() if name in _HEADER_FIELDS}
    known["series_number"] = int(str(values["series_number"]))
    header = Header(**known, transfer_syntax_uid=EXPLICIT)
    sha256 = hashlib.sha256(content).hexdigest()
    return Incoming(temp, sha256, len(content), header, f"DICOM/{temp.name}", person_key(header), damaged=damaged)


class Looks:
    """Says the same of every two objects it is asked to compare, and counts."""

    def __init__(self, said: Literal["same-data-set", "same-image", "different"] = "different") -> None:
        self.said = said
        self.asked = 0

    def __call__(self, one: Content, other: Content, job: Job) -> Literal["same-data-set", "same-image", "different"]:
        """Compare."""
        self.asked += 1
        return self.said


def plain_target(url: str, folder: Path, compare: Any = None, credentials: Credentials | None = None) -> DicomwebTarget:
    """Give a DICOMweb server as target."""
    return DicomwebTarget(Connection(url, credentials), compare or Looks(), folder)


def run_upload(
    library: Library,
    target: Target,
    *,
    kind: TargetKind = "dicomweb",
    study: str = STUDY,
    limits: Limits = HURRIED,
    job: Job | None = None,
    person_confirmed: str | None = None,
) -> UploadReport:
    """Put a study into the queue and bring it as far as it goes."""
    upload = library.begin_upload(study, target.url, kind, person_confirmed=person_confirmed)
    return upload_study(upload, library, target, job or QuietJob(), limits=limits)
