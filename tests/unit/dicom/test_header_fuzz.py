"""Whatever the bytes, the readers end soon and raise nothing but `DicomError`."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DicomError
from dicom.dicomdir.dicomdir import read_dicomdir
from dicom.model import Header
from dicom.reading import header_walk, loops
from dicom.reading.header import find_truncation, read_header
from tests.discs import ANNA, BIG_ENDIAN, DEFLATED, EXPLICIT, IMPLICIT, Form, dicomdir, image, image_record, person_tree
from tests.tools import pydicom_file
from tests.unit.dicom.headers import Counted

CALLS = 3_000  # of `more`, for one header
RUNS = 600  # of the element loops, for one header

SEEDS: dict[str, bytes] = {
    "explicit": image(),
    "implicit": image(form=Form(IMPLICIT)),
    "big endian": image(form=Form(BIG_ENDIAN)),
    "deflated": image(form=Form(DEFLATED)),
    "bare": image(form=Form(EXPLICIT, preamble=None, meta=False)),
    "CT": pydicom_file("CT_small.dcm").read_bytes()[:8_000],
    "nested": pydicom_file("rtplan.dcm").read_bytes()[:8_000],
    "report": pydicom_file("reportsi.dcm").read_bytes()[:8_000],
}
DIRECTORY = dicomdir([person_tree(ANNA, "T1", "S1", [image_record(f"A\\B{n}", f"1.2.{n}", n) for n in range(1, 5)])])
TOKENS = [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xf0\xff\xff\xff", b"SQ\0\0", b"UN\0\0", b"OB\0\0", b"UI", b"PN"]
TOKENS += [b"\xfe\xff\x00\xe0", b"\xfe\xff\x0d\xe0", b"\xfe\xff\xdd\xe0", b"\x10\x00\x10\x00", b"\x20\x00\x0d\x00"]
TOKENS += [
    b"\x08\x00",
    b"\0",
    b"\xff",
    b"\x1b$B",
    b"\x1b)I",
    b"\\",
    b"^",
    b"=",
    b"9" * 80,
    b"\x04\x00\x00\x14UL\x04\x00",
]


def read(data: bytes, runs: list[int]) -> Header | None:
    """Read a header within the bounds on steps."""
    counted = Counted(data)
    runs.clear()
    try:
        header = read_header(data[: 64 * 1024], len(data), counted.more)
    except DicomError:
        header = None
    assert counted.calls <= CALLS
    assert counted.read <= 1_100_000
    assert len(runs) <= RUNS
    return header


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often the element loops are started."""
    started: list[int] = []
    original = loops.run

    def run(walk: loops.Walk, data: bytes, position: int) -> tuple[int, int]:
        reason, end = original(walk, data, position)
        if reason != loops.SWITCH or end <= position:  # a change to implicit and back takes 20 bytes: bounded by them
            started.append(position)
        return reason, end

    monkeypatch.setattr(header_walk.loops, "run", run)
    return started


def bend(data: bytes, chance: random.Random) -> bytes:
    """Change some bytes: one, a token put in or over, a piece left out, doubled or cut off."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(changed)) if changed else 0
        token = chance.choice(TOKENS)
        way = chance.randrange(6)
        if way == 0 and changed:
            changed[place] = chance.randrange(256)
        elif way == 1:
            changed[place:place] = token
        elif way == 2:
            changed[place : place + len(token)] = token
        elif way == 3:
            del changed[place : place + chance.randrange(1, 40)]
        elif way == 4:
            changed[place:place] = changed[place : place + chance.randrange(1, 400)]
        elif chance.random() < 0.3:
            del changed[place:]
    return bytes(changed)


@pytest.mark.parametrize("name", SEEDS)
def test_bent_files_give_a_header_or_an_error(name: str, runs: list[int]) -> None:
    chance = random.Random(name)
    for _ in range(400):
        data = bend(SEEDS[name], chance)
        header = read(data, runs)
        assert header is None or all(value != "" for value in (header.patient_name, header.sop_instance_uid))
        find_truncation(Counted(data).more, len(data))


def test_bent_directories_give_what_they_have() -> None:
    chance = random.Random(7)
    for _ in range(600):
        data = bend(DIRECTORY, chance)
        try:
            directory = read_dicomdir(data)
        except DicomError:
            continue
        assert len(directory.references) <= len(data) / 8


@pytest.mark.parametrize("place", range(132, len(DIRECTORY), 3))
def test_a_directory_with_one_wrong_byte_loses_at_most_one_file(place: int) -> None:
    if place < DIRECTORY.index(b"\xfe\xff\x00\xe0"):
        return  # the beginning holds everything together
    data = DIRECTORY[:place] + bytes([DIRECTORY[place] ^ 0x55]) + DIRECTORY[place + 1 :]
    assert len(read_dicomdir(data).references) >= 3


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.binary(max_size=600))
@pytest.mark.parametrize("start", [b"", bytes(128) + b"DICM", bytes(128) + b"DICM\2\0\x10\0UI", b"\x08\x00\x05\x00"])
def test_any_bytes_end_soon(start: bytes, data: bytes, runs: list[int]) -> None:
    read(start + data, runs)
    find_truncation(Counted(start + data).more, len(start + data))


PIECES: dict[str, Callable[[int], bytes]] = {
    "odd VRs": lambda count: b"\x09\x00\x10\x10??\0\0\x09\x00\x11\x10??\0\0" * (count // 2),
    "unsorted": lambda count: b"\x09\x00\x10\x10LO\x02\0ab" * count,
    "stray delimiters": lambda count: b"\xfe\xff\xdd\xe0\0\0\0\0" * count,
    "unknown sequences": lambda count: (b"\x09\x00\x10\x10UN\0\0" + b"\xff" * 4 + b"\xfe\xff\xdd\xe0\0\0\0\0") * count,
    "long lengths": lambda count: b"\x09\x00\x10\x10OB\0\0\xf0\xff\xff\x7f" * count,
    "noise": lambda count: random.Random(3).randbytes(count * 8),
    "look-alikes": lambda count: b"\x10\x00\x10\x00PN\xff\xff" * count,
    "zeros": lambda count: bytes(count * 8),
}


@pytest.mark.parametrize("name", PIECES)
@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
def test_a_megabyte_of_trouble_ends_soon(name: str, syntax: str, runs: list[int]) -> None:
    whole = image(form=Form(syntax))
    place = whole.index(b"\x10\x00\x10\x00")
    read(whole[:place] + PIECES[name](150_000) + whole[place:], runs)
