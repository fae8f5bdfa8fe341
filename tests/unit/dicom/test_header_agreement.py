"""On every file that pydicom reads, the header reader says the same; on the others it says something sensible."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.errors import InvalidDicomError
from pydicom.multival import MultiValue

from core.errors import DicomError
from dicom.model import Header
from dicom.reading.header import FIELDS
from tests.tools import corpus_folder
from tests.unit.dicom.headers import header_of

# Where the reader knows better: pydicom leaves the escapes of (0008,0005) "GB18030\ISO 2022 IR 58" in the text, and
# takes a file without preamble that holds "DICM" by accident for an empty one.
KNOWN_BETTER = {("chrGB2312.dcm", "patient_name")}
NO_PREAMBLE = "no_preamble_dicm_in_data"


def packaged() -> list[Path]:
    folder = Path(str(get_testdata_file("CT_small.dcm", download=False))).parent.parent
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc"))


def value_of(data_set: pydicom.Dataset, tag: int, kind: str) -> str | int | None:
    """Return pydicom's value as our header writes it."""
    element = data_set.get(tag)
    value = None if element is None else element.value
    if isinstance(value, MultiValue | list):
        value = str(value[0]) if kind == "uid" else "\\".join(map(str, value))
    if value is None or not str(value).strip(" \0"):
        return None
    return int(value) if kind == "integer" else str(value).strip(" \0")


def differences(path: Path, header: Header) -> Iterator[str]:
    data_set = pydicom.dcmread(path, stop_before_pixels=True)
    for tag, (name, kind) in FIELDS.items():
        theirs, ours = value_of(data_set, tag, kind), getattr(header, name)
        if name == "sop_instance_uid" and theirs is None:  # where it is lost, the meta group still says it
            theirs = data_set.file_meta.get("MediaStorageSOPInstanceUID") if ours is not None else None
        is_directory = name == "sop_class_uid" and theirs is None and ours == "1.2.840.10008.1.3.10"
        if ours != theirs and not is_directory and (path.name, name) not in KNOWN_BETTER:
            yield f"{path.name}: {name} {ours!r} instead of {theirs!r}"
    declared = data_set.file_meta.get("TransferSyntaxUID")
    if declared != header.transfer_syntax_uid:
        yield f"{path.name}: transfer syntax"


def compare(path: Path) -> list[str]:
    try:
        header = header_of(path.read_bytes())
    except DicomError as error:
        return [] if not reads(path) or error.code == "truncated" else [f"{path.name}: {error.code}"]
    if not reads(path) or path.name == NO_PREAMBLE:
        return [] if "non-standard" in header.marks else [f"{path.name}: should be marked"]
    return list(differences(path, header))


def reads(path: Path) -> bool:
    try:
        pydicom.dcmread(path, stop_before_pixels=True)
    except (InvalidDicomError, OSError, EOFError, AttributeError):
        return False
    return True


@pytest.mark.parametrize("path", packaged(), ids=lambda path: path.name)
def test_a_file_of_pydicoms_says_what_pydicom_says(path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert compare(path) == []


@pytest.mark.corpus
def test_every_file_of_the_corpus_says_what_pydicom_says() -> None:
    folder = corpus_folder()
    if folder is None:
        pytest.skip("no corpus")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = [line for path in sorted(folder.rglob("*")) if path.is_file() for line in compare(path)]
    assert found == []
