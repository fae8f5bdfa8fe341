"""multipart/related comes in pieces of any size, from clients of every kind."""

from __future__ import annotations

import pytest

from portal.server.dicomweb.messages.multipart_in import MultipartBody

Part = tuple[dict[str, str], bytes]


class Taken:
    """Whoever takes the parts."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._open: tuple[dict[str, str], bytearray] | None = None

    def begin(self, headers: dict[str, str]) -> None:
        assert self._open is None
        self._open = headers, bytearray()

    def write(self, piece: memoryview) -> None:
        assert self._open is not None
        self._open[1].extend(piece)

    def end(self) -> None:
        assert self._open is not None
        self.parts.append((self._open[0], bytes(self._open[1])))
        self._open = None


def read(body: bytes, size: int, boundary: bytes = b"b") -> tuple[list[Part], bool]:
    taken = Taken()
    reader = MultipartBody(boundary, taken)
    for start in range(0, len(body), size):
        reader.feed(body[start : start + size])
    reader.finish()
    return taken.parts, reader.broken


DICOM = {"content-type": "application/dicom"}
TRICKY = b"\r\n--bc\r\n--b \tx\r\n--\r\n--b\r\r\n-b--\r\n"
HEAD = b"Content-Type: application/dicom\r\n\r\n"
WHOLE = {
    "plain": (b"--b\r\n" + HEAD + b"12\r\n--b\r\n" + HEAD + b"34\r\n--b--\r\n", [(DICOM, b"12"), (DICOM, b"34")]),
    "blanks behind the boundaries": (
        b"--b \t \r\n" + HEAD + b"12\r\n--b   \r\n" + HEAD + b"34\r\n--b-- \t\r\n", [(DICOM, b"12"), (DICOM, b"34")],
    ),
    "a boundary's letters within": (
        b"--b\r\n" + HEAD + TRICKY + b"\r\n--b--", [(DICOM, TRICKY)],
    ),
    "nothing in a part": (b"--b\r\n" + HEAD + b"\r\n--b--", [(DICOM, b"")]),
    "no headers": (b"--b\r\n\r\n12\r\n--b--", [({}, b"12")]),
    "lines before and after": (
        b"hello\r\n--bb\r\n\r\n--b\r\n" + HEAD + b"1\r\n--b--\r\nbye\r\n--b\r\n", [(DICOM, b"1")],
    ),
    "headers over two lines": (
        b"--b\r\nContent-Type:\r\n application/dicom\r\nX: y\r\n\r\n1\r\n--b--", [(DICOM | {"x": "y"}, b"1")],
    ),
    "only the end": (b"--b--\r\n", []),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_a_body_is_the_same_whatever_pieces_it_comes_in(name: str) -> None:
    body, parts = WHOLE[name]
    for size in range(1, len(body) + 1):
        assert read(body, size) == (parts, False), size


@pytest.mark.parametrize(
    "body, parts",
    [
        (b"--b\r\n" + HEAD + b"12", 0),
        (b"--b\r\n" + HEAD + b"12\r\n--b", 0),
        (b"--b\r\n" + HEAD + b"12\r\n--b\r\n" + HEAD[:10], 1),
        (b"--b\r\n" + HEAD + b"12\r\n--b\r\n" + HEAD + b"3", 1),
        (b"--b\r\nno header\r\n\r\n12\r\n--b--", 0),
        (b"--b\r\n" + b"X: y\r\n" * 100 + b"\r\n12\r\n--b--", 0),
        (b"--b\r\nX: " + b"y" * 20_000, 0),
        (b"something else altogether", 0),
        (b"x" * 40_000, 0),
        (b"--b" + b" " * 40_000, 0),
        (b"", 0),
    ],
)
def test_what_breaks_off_or_is_none_is_said_to_be_broken(body: bytes, parts: int) -> None:
    for size in (1 if len(body) < 1000 else 997, 7, 1 << 16):
        found, broken = read(body, size)
        assert broken
        assert len(found) == parts


def test_megabytes_go_through_in_pieces() -> None:
    data = bytes(range(256)) * 20_000
    body = b"--boundary\r\n" + HEAD + data + b"\r\n--boundary--\r\n"
    assert read(body, 65_536, b"boundary") == ([(DICOM, data)], False)
