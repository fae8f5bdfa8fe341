"""The one part of a multipart answer, however it is cut into pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import PortalError
from portal.client.connecting.multipart import boundary_of, only_part

HEAD = b"Content-Type: application/dicom\r\n\r\n"


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(
    content=st.binary(max_size=300), size=st.integers(1, 64), before=st.sampled_from([b"", b"\r\n", b"preamble\r\n"])
)
def test_what_was_packed_comes_out(content: bytes, size: int, before: bytes) -> None:
    said = before + b"--BOUND-ARY\r\n" + HEAD + content + b"\r\n--BOUND-ARY--\r\nafter"
    assert b"".join(only_part(cut(said, size), b"BOUND-ARY")) == content


def test_what_looks_like_an_end_is_content() -> None:
    content = b"x\r\n--BOUND\r\n--BOUN\r\n\r\n--\r\n-"
    said = b"--BOUNDS\r\n" + HEAD + content + b"\r\n--BOUNDS--"
    assert b"".join(only_part(cut(said, 3), b"BOUNDS")) == content


def test_a_part_without_headers_is_read_too() -> None:
    assert b"".join(only_part([b"--B\r\n\r\nx\r\n--B--"], b"B")) == b"x"


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"no boundary at all",
        b"--B\r\nContent-Type: x",
        b"--B\r\n" + HEAD + b"content without an end",
        b"--B\r\n" + HEAD + b"content\r\n--B",
        b"--B\r\n" + HEAD + b"one\r\n--B\r\n" + HEAD + b"two\r\n--B--",
        b"--B\r\n" + b"x" * 100_000,
    ],
)
def test_a_part_without_a_proper_end_or_beginning_is_refused(said: bytes) -> None:
    with pytest.raises(PortalError) as caught:
        list(only_part(cut(said, 1000), b"B"))
    assert caught.value.code == "portal-answer"


def test_the_boundary_is_found_as_servers_write_it() -> None:
    assert boundary_of('multipart/related; type="application/dicom"; boundary=abc') == b"abc"
    assert boundary_of('Multipart/Related; boundary="a b=c"; type="application/dicom"') == b"a b=c"


@pytest.mark.parametrize(
    "kind", ["", "application/dicom", "multipart/related", "multipart/related; boundary=\xe4", "x"]
)
def test_an_answer_that_is_no_multipart_is_refused(kind: str) -> None:
    with pytest.raises(PortalError):
        boundary_of(kind)
