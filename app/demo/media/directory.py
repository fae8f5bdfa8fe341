"""Write the DICOMDIR of a made-up disc (PS3.3 Annex F, PS3.10 section 8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import dcmwrite, write_dataset
from pydicom.uid import UID, ExplicitVRLittleEndian, MediaStorageDirectoryStorage

ITEM_HEAD = 8
KEYS = {
    "PATIENT": ("PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex"),
    "STUDY": ("StudyDate", "StudyTime", "AccessionNumber", "StudyDescription", "StudyInstanceUID", "StudyID"),
    "SERIES": ("Modality", "InstitutionName", "SeriesDescription", "SeriesInstanceUID", "SeriesNumber"),
    "IMAGE": ("ImageType", "InstanceNumber"),
    "ENCAP DOC": (
        "ContentDate",
        "ContentTime",
        "InstanceNumber",
        "DocumentTitle",
        "ConceptNameCodeSequence",
        "MIMETypeOfEncapsulatedDocument",
    ),
}


@dataclass(slots=True)
class _Record:
    data_set: Dataset
    children: list[_Record] = field(default_factory=list)
    offset: int = 0


def write_directory(path: Path, file_set_id: str, uid: UID, files: Sequence[tuple[str, Dataset]]) -> None:
    """Write a DICOMDIR that lists files (path on the disc with "/", data set) of any number of persons."""
    roots = _tree(files)
    head = _head(file_set_id, uid)
    # Offsets count from the file's start; the sequence begins where a file without records ends.
    _place(roots, len(_encoded(head)))
    for siblings in _levels(roots):
        for record, following in zip(siblings, [*siblings[1:], None], strict=True):
            record.data_set.OffsetOfTheNextDirectoryRecord = following.offset if following else 0
            below = record.children[0].offset if record.children else 0
            record.data_set.OffsetOfReferencedLowerLevelDirectoryEntity = below
    head.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = roots[0].offset
    head.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity = roots[-1].offset
    head.DirectoryRecordSequence = [record.data_set for record in _in_order(roots)]
    path.write_bytes(_encoded(head))


def _tree(files: Iterable[tuple[str, Dataset]]) -> list[_Record]:
    roots: list[_Record] = []
    for path, source in files:
        level = roots
        for kind, uid in (("PATIENT", "PatientID"), ("STUDY", "StudyInstanceUID"), ("SERIES", "SeriesInstanceUID")):
            if not level or level[-1].data_set[uid].value != source[uid].value:
                level.append(_Record(_record(kind, source)))
            level = level[-1].children
        level.append(_Record(_file_record(path, source)))
    return roots


def _record(kind: str, source: Dataset) -> Dataset:
    record = Dataset()
    record.OffsetOfTheNextDirectoryRecord = 0
    record.RecordInUseFlag = 0xFFFF
    record.OffsetOfReferencedLowerLevelDirectoryEntity = 0
    record.DirectoryRecordType = kind
    record.SpecificCharacterSet = source.SpecificCharacterSet
    for keyword in KEYS[kind]:
        if keyword in source:
            record[keyword] = source[keyword]
    return record


def _file_record(path: str, source: Dataset) -> Dataset:
    record = _record("ENCAP DOC" if "EncapsulatedDocument" in source else "IMAGE", source)
    record.ReferencedFileID = path.split("/")
    record.ReferencedSOPClassUIDInFile = source.SOPClassUID
    record.ReferencedSOPInstanceUIDInFile = source.SOPInstanceUID
    record.ReferencedTransferSyntaxUIDInFile = source.file_meta.TransferSyntaxUID
    return record


def _head(file_set_id: str, uid: UID) -> Dataset:
    head = Dataset()
    head.file_meta = FileMetaDataset()
    head.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    head.file_meta.MediaStorageSOPInstanceUID = uid
    head.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    head.FileSetID = file_set_id
    head.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = 0
    head.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity = 0
    head.FileSetConsistencyFlag = 0
    head.DirectoryRecordSequence = []
    return head


def _encoded(data_set: Dataset) -> bytes:
    target = BytesIO()
    dcmwrite(target, data_set, enforce_file_format=True)
    return target.getvalue()


def _place(roots: Sequence[_Record], start: int) -> None:
    for record in _in_order(roots):
        record.offset = start
        start += ITEM_HEAD + _size(record.data_set)


def _size(record: Dataset) -> int:
    target = DicomBytesIO()
    target.is_little_endian, target.is_implicit_VR = True, False
    return write_dataset(target, record)


def _in_order(records: Sequence[_Record]) -> list[_Record]:
    return [found for record in records for found in (record, *_in_order(record.children))]


def _levels(records: list[_Record]) -> list[list[_Record]]:
    """Return every list of siblings."""
    return [records, *(level for record in records for level in _levels(record.children))] if records else []
