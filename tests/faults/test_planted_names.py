"""No name, number or date of a person leaves a worker in a log line, a warning, or the facts of an error."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from core.errors import ScanshelfError
from dicom.comparing.fingerprint import data_set_fingerprint
from dicom.dicomdir.dicomdir import read_dicomdir
from dicom.objects.opened import open_object
from dicom.objects.salvage import salvaged_header
from dicom.objects.tags import data_set_tags
from dicom.pixels.frames import read_frame
from dicom.reading.bytes_source import MemoryBytes
from dicom.reading.header import read_header
from tests.discs import ANNA, HOSTILE_DISCS
from tests.pixel_files import image_bytes

NAME, IDENTIFIER, DATE = "Planted^Secret", "PLANTED-4711", "19410203"
GREY = np.arange(64, dtype=np.uint16).reshape(8, 8)


def whole() -> bytes:
    return image_bytes(
        GREY, PatientName=NAME, PatientID=IDENTIFIER, PatientBirthDate=DATE, WindowCenter="40", InstanceNumber="7"
    )


def bent_everywhere() -> list[bytes]:
    """The file with each length of the patient's group, and each value beside it, made wrong in turn; and cut off."""
    data = whole()
    start, end = data.index(b"\x10\x00\x10\x00PN"), data.index(b"\xe0\x7f\x10\x00")
    found = [data[:start] + bytes([value]) + data[start + 1 :] for value in (0, 0xFF)]
    for place in range(start, end):
        found += [data[:place] + bytes([value]) + data[place + 1 :] for value in (0x00, 0x5C, 0xFF)]
    return found + [data[:place] for place in range(start, end, 3)]


def tasks() -> list[Callable[[bytes], object]]:
    def go_on() -> None:
        """Nobody stops these."""

    def decode(data: bytes) -> object:
        opened = open_object(MemoryBytes(data))
        return read_frame(MemoryBytes(data), opened.pixel_layout(), 0)

    return [
        lambda data: read_header(data, len(data), lambda offset, length: data[offset : offset + length]),
        lambda data: salvaged_header(MemoryBytes(data)),
        lambda data: data_set_tags(MemoryBytes(data), go_on),
        lambda data: data_set_fingerprint(MemoryBytes(data), go_on),
        decode,
    ]


@contextmanager
def all_said(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[list[str]]:
    """Collect what is logged, warned and printed, and what the block adds."""
    said: list[str] = []
    with warnings.catch_warnings(record=True) as warned, caplog.at_level(logging.DEBUG):
        warnings.simplefilter("always")
        yield said
    said += [caplog.text, *(str(warning.message) for warning in warned), *capfd.readouterr()]


def test_bent_files_tell_nothing_about_the_person(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    refusals = 0
    with all_said(caplog, capfd) as said:
        for data in bent_everywhere():
            for task in tasks():
                try:
                    task(data)
                except ScanshelfError as error:
                    refusals += 1
                    said.append(f"{error.code} {error.facts}")
    assert refusals > 10
    for secret in (NAME, "Secret", IDENTIFIER, "4711", DATE):
        assert secret not in "\n".join(said)


def test_a_damaged_directory_names_nobody(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with all_said(caplog, capfd) as said:
        for name in ("offset_to_itself", "child_to_parent", "record_without_keys", "cut_directory", "bad_file_ids"):
            disc = HOSTILE_DISCS[name](tmp_path_factory.mktemp(name) / "disc")
            data = (disc.folder / "DICOMDIR").read_bytes()
            for cut in range(len(data) - 600, len(data), 7):
                said += read_dicomdir(data[:cut]).problems
    assert said
    for secret in (str(ANNA.patient_name), ANNA.patient_id, ANNA.patient_birth_date, "PASSWD", "OUTSIDE"):
        assert str(secret) not in "\n".join(said)
