"""A header read by pydicom, for files the bounded header reader could not settle."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from pydicom.dataset import Dataset

from dicom.bytes_source import ByteSource
from dicom.dataset import open_data_set
from dicom.describe import snake_case
from dicom.elements import integer, quietly, raw_element, text
from dicom.model import MEDIA_STORAGE_DIRECTORY, Header
from dicom.text import decode_text

_KEYWORDS = (
    "SOPClassUID",
    "SOPInstanceUID",
    "SpecificCharacterSet",
    "ImageType",
    "StudyDate",
    "SeriesDate",
    "StudyTime",
    "AccessionNumber",
    "Modality",
    "InstitutionName",
    "StudyDescription",
    "SeriesDescription",
    "PatientName",
    "PatientID",
    "IssuerOfPatientID",
    "PatientBirthDate",
    "PatientSex",
    "BodyPartExamined",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "StudyID",
    "Laterality",
)
_SOP_INSTANCE = 0x00080018
_NUMBERS = ("SeriesNumber", "InstanceNumber")
_NAMES = {field.name for field in fields(Header)}
_KNOWN_MARKS = {"non-standard", "truncated", "header-damaged", "no-uid", "text-guessed"}


@quietly
def salvaged_header(source: ByteSource) -> Header:
    """Read a header as far as the data set can be read at all; raises `DicomError("not-dicom")` where it cannot."""
    data_set = open_data_set(source)
    elements = data_set.elements
    charset = text(elements, "SpecificCharacterSet")
    facts: dict[str, Any] = {snake_case(keyword): _text(elements, keyword, charset) for keyword in _KEYWORDS}
    facts |= {snake_case(keyword): integer(elements, keyword) for keyword in _NUMBERS}
    facts["transfer_syntax_uid"] = data_set.declared
    if text(data_set.meta, "MediaStorageSOPClassUID") == MEDIA_STORAGE_DIRECTORY:
        facts["sop_class_uid"] = MEDIA_STORAGE_DIRECTORY
    if not facts["sop_instance_uid"] and max(elements.keys(), default=0) < _SOP_INSTANCE:  # cut before its number
        facts["sop_instance_uid"] = text(data_set.meta, "MediaStorageSOPInstanceUID")
    marks = ["non-standard" if mark.endswith("transfer-syntax") else mark for mark in data_set.marks]
    if not facts["sop_instance_uid"] and facts["sop_class_uid"] != MEDIA_STORAGE_DIRECTORY:
        marks.append("no-uid")
    facts["marks"] = tuple(dict.fromkeys(mark for mark in marks if mark in _KNOWN_MARKS))
    return Header(**{name: value for name, value in facts.items() if name in _NAMES})


def _text(elements: Dataset, keyword: str, charset: str | None) -> str | None:
    raw = raw_element(elements, keyword)
    if raw is not None and isinstance(raw.value, bytes):
        return decode_text(raw.value, charset)[0].strip(" \0") or None
    return text(elements, keyword)
