"""How the tests of this room send instances, and where their instances come from."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable
from typing import Any

import requests
from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from dicom.reading.elements import quietly
from tests.portal_tools import Portal
from tests.tools import pydicom_file

BOUNDARY = "scanshelf-test-boundary"
STORED, FAILED, NAMELESS = "00081199", "00081198", "0008119A"


def wait_for(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


@quietly
def made(**values: Any) -> bytes:
    """Make a small CT image of Anna; keywords replace what it says, `None` leaves it out."""
    said: dict[str, Any] = {
        "SOPClassUID": CTImageStorage, "SOPInstanceUID": generate_uid(), "StudyInstanceUID": "1.2.3.4",
        "SeriesInstanceUID": "1.2.3.4.5", "PatientName": "MUELLER^ANNA", "PatientBirthDate": "19510504",
        "PatientID": "A-1", "Modality": "CT", "StudyDate": "20240510", "StudyTime": "101500",
        "AccessionNumber": "ACC1", "StudyDescription": "CT Thorax", "InstanceNumber": "1", "SeriesNumber": "1",
        "BodyPartExamined": "CHEST", "Rows": 4, "Columns": 4, "BitsAllocated": 16, "BitsStored": 12, "HighBit": 11,
        "SamplesPerPixel": 1, "PixelRepresentation": 0, "PhotometricInterpretation": "MONOCHROME2",
        "PixelData": bytes(range(32)),
    }  # fmt: skip
    data_set = Dataset()
    for keyword, value in (said | values).items():
        if value is not None:
            setattr(data_set, keyword, value)
    return written(data_set)


def written(data_set: Dataset) -> bytes:
    """Write a data set as a file."""
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data_set.file_meta.MediaStorageSOPClassUID = data_set.get("SOPClassUID", CTImageStorage)
    data_set.file_meta.MediaStorageSOPInstanceUID = data_set.get("SOPInstanceUID", "1.2")
    out = io.BytesIO()
    data_set.save_as(out, enforce_file_format=True)
    return out.getvalue()


@quietly
def real(name: str, **values: Any) -> tuple[bytes, Dataset]:
    """Take one of pydicom's files, as Anna's; its pixels and transfer syntax stay."""
    data_set = dcmread(pydicom_file(name))
    said = {"PatientName": "MUELLER^ANNA", "PatientBirthDate": "19510504", "PatientID": "A-1"} | values
    for keyword, value in said.items():
        setattr(data_set, keyword, value)
    out = io.BytesIO()
    data_set.save_as(out)
    return out.getvalue(), data_set


def body_of(parts: Iterable[bytes], headers: bytes = b"Content-Type: application/dicom\r\n") -> bytes:
    """Write a multipart body."""
    mark = f"--{BOUNDARY}".encode()
    return b"".join(mark + b"\r\n" + headers + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def sent(
    portal: Portal, token: str, *parts: bytes, study: str | None = None, body: Any = None, **headers: str
) -> requests.Response:
    """Send instances."""
    kind = f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'
    path = "/dicomweb/studies" + (f"/{study}" if study else "")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return portal.post(
        path, token, data=body if body is not None else body_of(parts), headers={"Content-Type": kind} | named
    )


def uids(answer: requests.Response, sequence: str = STORED) -> list[str]:
    """List the SOP Instance UIDs an answer names."""
    return [item["00081155"]["Value"][0] for item in answer.json().get(sequence, {}).get("Value", [])]


def reasons(answer: requests.Response, sequence: str = FAILED) -> list[int]:
    """List the FailureReasons of an answer."""
    return [item["00081197"]["Value"][0] for item in answer.json().get(sequence, {}).get("Value", [])]
