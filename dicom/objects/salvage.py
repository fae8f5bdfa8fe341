"""Headers that the bounded header reader could not settle within its limits: read with larger ones, and by pydicom."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from pydicom.dataset import Dataset

from core.errors import DicomError
from dicom.model import DAMAGE, MEDIA_STORAGE_DIRECTORY, Header
from dicom.objects.describe import snake_case
from dicom.reading.bytes_source import ByteSource
from dicom.reading.dataset import open_data_set
from dicom.reading.elements import integer, quietly, raw_element, text
from dicom.reading.header import read_header, to_texts

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
_VALUES = tuple(field.name for field in fields(Header) if field.name not in {"marks", "specific_character_set"})
_NUMBERED = ("sop_instance_uid", "study_instance_uid", "series_instance_uid")
_STEP = 1 << 20
_BUDGET = 256 << 20
_KNOWN_MARKS = {"non-standard", "truncated", "header-damaged", "no-uid", "text-guessed"}


def is_settled(header: Header) -> bool:
    """Tell whether the header reader was sure of what it read."""
    return DAMAGE.isdisjoint(header.marks)


@quietly
def salvaged_header(source: ByteSource) -> Header:
    """Read a header as far as the data set can be read at all; raises `DicomError("not-dicom")` where it cannot."""
    ours = _with_more_room(source)
    if ours is not None and is_settled(ours):
        return ours
    try:
        theirs = _by_pydicom(source)
    except DicomError:
        if ours is None:
            raise
        return ours
    return theirs if ours is None else _better(ours, theirs)


def _with_more_room(source: ByteSource) -> Header | None:
    try:
        return read_header(source.read_at(0, _STEP), source.size, source.read_at, budget=_BUDGET, step=_STEP)
    except DicomError:
        return None


def _better(ours: Header, theirs: Header) -> Header:
    """Believe the reading that says most; what one reader has for damaged and the other reads whole is whole."""
    if (
        None not in (ours.sop_instance_uid, theirs.sop_instance_uid)
        and ours.sop_instance_uid != theirs.sop_instance_uid
    ):
        return ours
    told = all(_says(theirs, name) for name in _VALUES if _says(ours, name) or name in _NUMBERED)
    if is_settled(theirs) and told:
        return theirs
    missing = {name: getattr(theirs, name) for name in _VALUES if not _says(ours, name)}
    marks = tuple(mark for mark in ours.marks if mark != "no-uid" or theirs.sop_instance_uid is None)
    return replace(ours, **missing, marks=marks)


def _says(header: Header, name: str) -> bool:
    return getattr(header, name) is not None


def _by_pydicom(source: ByteSource) -> Header:
    data_set = open_data_set(source)
    elements = data_set.elements
    charset = text(elements, "SpecificCharacterSet")
    raws = {keyword: raw for keyword in _KEYWORDS if (raw := _raw(elements, keyword)) is not None}
    facts: dict[str, Any] = {
        snake_case(keyword): text(elements, keyword) for keyword in _KEYWORDS if keyword not in raws
    }
    decoded, guessed, doubtful = to_texts({snake_case(keyword): raw for keyword, raw in raws.items()}, charset)
    facts |= decoded | {"doubtful": doubtful}
    facts |= {snake_case(keyword): integer(elements, keyword) for keyword in _NUMBERS}
    facts["transfer_syntax_uid"] = data_set.declared
    if text(data_set.meta, "MediaStorageSOPClassUID") == MEDIA_STORAGE_DIRECTORY:
        facts["sop_class_uid"] = MEDIA_STORAGE_DIRECTORY
    ends_early = not facts["sop_instance_uid"] and max(elements.keys(), default=0) < _SOP_INSTANCE
    if ends_early:  # cut before its number: the meta group may still say it
        facts["sop_instance_uid"] = text(data_set.meta, "MediaStorageSOPInstanceUID")
    marks = ["non-standard"] if guessed else []
    marks += ["truncated"] if ends_early and facts["sop_instance_uid"] else []
    marks += ["non-standard" if mark.endswith("transfer-syntax") else mark for mark in data_set.marks]
    if not facts["sop_instance_uid"] and facts["sop_class_uid"] != MEDIA_STORAGE_DIRECTORY:
        marks.append("no-uid")
    if not any(facts.get(name) for name in _VALUES if name != "transfer_syntax_uid"):
        raise DicomError("header-damaged")  # nothing is left of it
    facts["marks"] = tuple(dict.fromkeys(mark for mark in marks if mark in _KNOWN_MARKS))
    return Header(**{name: value for name, value in facts.items() if name in _NAMES})


def _raw(elements: Dataset, keyword: str) -> bytes | None:
    raw = raw_element(elements, keyword)
    return raw.value if raw is not None and isinstance(raw.value, bytes) else None
