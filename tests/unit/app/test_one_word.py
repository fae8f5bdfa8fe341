"""What a person reads calls a thing by one word everywhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOMS = ("app", "core", "dicom", "importer", "library", "portal", "viewer")
SAYING = frozenset({"tr", "words", "say", "translate", "counted", "english", "label", "QT_TRANSLATE_NOOP"})
STUDY = re.compile(r"\b[Ss]tud(?:y|ies|\()")
ROOT = Path(__file__).parents[3]


def said() -> Iterator[tuple[str, str]]:
    """Every text that is marked for people, and where it stands."""
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                texts = (part.value for part in node.args if isinstance(part, ast.Constant))
                if name in SAYING:
                    yield from ((f"{path.relative_to(ROOT)}:{node.lineno}", t) for t in texts if isinstance(t, str))


def test_what_a_visit_brought_is_an_exam_to_people_and_never_a_study() -> None:
    found = list(said())
    assert len(found) > 1500  # the texts were seen
    assert [(where, text) for where, text in found if STUDY.search(text)] == []
