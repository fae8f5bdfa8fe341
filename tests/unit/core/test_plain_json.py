"""JSON from a worker is counted before it is built: what is too much is refused without costing its memory."""

from __future__ import annotations

import json

import pytest

from core.workers import plain_json
from core.workers.plain_json import Bounds

SMALL = Bounds(size=1000, values=50, depth=4)


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"a": [1, {"b": None}]},
        {"name": 'Jos\u00e9 \\ " [[[[[[ {{{{ ]'},
        {"\\": '\\"', "b\\\\": '[[[[\\"[['},
        [[[["deep enough"]]]],
        {"text": "\n\t\u0000\udcff"},
    ],
)
def test_what_fits_is_built_as_json_builds_it(value: object) -> None:
    assert plain_json.parse(json.dumps(value).encode(), SMALL) == value


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 5 + b"]" * 5,
        b'{"a":' * 5 + b"1" + b"}" * 5,
        b"[" * 900,
        b"[{" * 40,
        b"[" + b"[]," * 60 + b"0]",
        b"{" + b'"a":1,' * 30 + b'"a":1}',
        b'"' * 900,
        b'"' + b"a" * 1000 + b'"',
        b'["\\"' + b"[" * 5 + b'"]' + b"]" * 900,
    ],
)
def test_what_is_too_large_too_deep_or_too_much_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"too much|Extra data|Expecting"):
        plain_json.parse(text, SMALL)


def test_brackets_in_strings_are_not_depth() -> None:
    value = ["[" * 20, '\\"' + "{" * 10, "\\"]
    assert plain_json.fits(json.dumps(value).encode(), SMALL)


def test_the_usual_bounds_hold_an_object_of_many_frames_and_long_tables() -> None:
    frames = [{"image_position_patient": [0.1] * 3, "image_orientation_patient": [1.0] * 6}] * 20_000
    tables = {"red": [65535] * 65536, "green": [65535] * 65536, "blue": [65535] * 65536}
    assert plain_json.fits(json.dumps({"frame_infos": frames, "palette": tables}).encode())


def test_sixty_megabytes_of_brackets_are_never_built() -> None:
    assert not plain_json.fits(b"[" + b"[]," * 20_000_000 + b"0]")
    assert not plain_json.fits(b"[" + b"[]," * 5_000_000 + b"0]")


@pytest.mark.parametrize("deep", [2, 15, 16, 17, 100, 240, 256])
def test_what_is_as_deep_as_allowed_is_built_however_its_brackets_are_mixed(deep: int) -> None:
    for opens, closes in ((b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")):
        times = deep // len(closes)
        text = b"[" + (opens * times + b"1" + closes * times + b",") * 3 + b"1]"
        assert plain_json.fits(text, Bounds(depth=deep + 1))
        assert not plain_json.fits(opens * (deep + 40) + b"1" + closes * (deep + 40), Bounds(depth=deep))


def test_brackets_that_never_close_are_refused_at_any_length() -> None:
    for text in (b"[" * 1_900_000, b'{"a":[' * 500_000, b"[]" * 10 + b"[{" * 300):
        with pytest.raises(ValueError, match=r"too much|Extra data|Expecting"):
            plain_json.parse(text)
