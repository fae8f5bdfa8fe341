"""What the documents name is there, and what they call new is not there yet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("app", "importer", "portal", "viewer", "library", "dicom", "core", "resources", "exporter")
NAMED = re.compile(rf"`((?:{'|'.join(ROOMS)})/[\w./-]*)`( \(new\))?")
DOCUMENTS = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"]
QUESTIONS = (
    "A length measurement",
    "A second viewport",
    "A transfer syntax",
    "A share rule",
    "A notice by e-mail",
    "German",
    "Burning a disc",
    "PostgreSQL",
    "A new kind of medium",
    "An identity rule",
)
MOST_PLACES = 6


def places(text: str) -> dict[str, bool]:
    """Give the places a text names, and of each whether it calls it new."""
    return {place: bool(new) for place, new in NAMED.findall(text)}


def where_things_go() -> dict[str, str]:
    """Give what is answered to each question."""
    text = (ROOT / "docs" / "contributing.md").read_text("utf-8")
    section = text.partition("## Where things go")[2].partition("\n## ")[0]
    return dict(re.findall(r"^- \*\*(.+?)\*\*: (.+(?:\n  .+)*)", section, re.M))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.name))
def test_a_place_a_document_names_is_there_unless_it_is_called_new(document: Path) -> None:
    named = places(document.read_text("utf-8"))
    wrong = [place for place, new in named.items() if (ROOT / place).exists() == new]
    assert wrong == []


def test_every_question_of_who_comes_anew_is_answered_with_few_places() -> None:
    answers = where_things_go()
    assert tuple(answers) == QUESTIONS
    for question, answer in answers.items():
        there = [place for place, new in places(answer).items() if not new]
        assert 0 < len(there) <= MOST_PLACES, question
