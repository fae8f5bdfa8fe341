"""Foreign words in a sentence keep their direction to themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.language.isolates import END, ISOLATE, apart, bare, isolated

ROOMS = ("app", "core", "dicom", "importer", "library", "portal", "viewer")


@pytest.mark.parametrize("text", ["أحمد علي", "Anna MUELLER", "412", "שרה כהן (2)"])
def test_a_text_is_put_between_marks_and_comes_out_as_it_was(text: str) -> None:
    assert isolated(text) == f"{ISOLATE}{text}{END}"
    assert bare(isolated(text)) == text


def test_nothing_stays_nothing() -> None:
    assert isolated("") == ""


@pytest.mark.parametrize(
    "smuggled", ["\u202egpj", "Anna\u2069\u202e", "\u2067Anna", "\u2069\u2069x\u2066\u2066", "é\u202a"]
)
def test_a_foreign_text_reaches_not_beyond_its_end(smuggled: str) -> None:
    said = isolated(smuggled)
    depth = 0
    for place, letter in enumerate(said):
        depth += (letter in "\u2066\u2067\u2068") - (letter == END)
        assert depth > 0 or place == len(said) - 1
    assert depth == 0
    assert not re.search("[\u202a-\u202e]", said)


def test_a_text_that_was_isolated_already_stays_so() -> None:
    assert isolated(f"{isolated('أحمد')} 3") == f"{ISOLATE}{ISOLATE}أحمد{END} 3{END}"


def test_nobody_writes_the_marks_by_hand() -> None:
    root = Path(__file__).resolve().parents[3]
    files = [path for room in ROOMS for path in (root / room).rglob("*.py") if path.name != "isolates.py"]
    assert len(files) > 300
    by_hand = [str(path) for path in files if re.search(r"\\u206[6-9](?![-\\]|\S*\])", path.read_text("utf-8"))]
    assert by_hand == []


def test_only_what_runs_from_the_right_is_set_apart_where_the_rest_is_known() -> None:
    assert apart("Abdomen axial 5 mm") == "Abdomen axial 5 mm"
    assert apart("تصوير البطن 5") == isolated("تصوير البطن 5")
    assert apart("头部 MRI") == "头部 MRI"
