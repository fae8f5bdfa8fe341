"""What is the same is written once: no two functions of any rooms have the same body."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("app", "core", "dicom", "importer", "library", "portal", "viewer")
LONG = 70  # letters of a body; shorter ones are alike by nature


def bodies(text: str) -> Iterator[tuple[str, str]]:
    """Give the name and the body of each function that says more than one thing, without its docstring."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            said = node.body[1:] if ast.get_docstring(node) is not None else node.body
            body = "\n".join(ast.unparse(one) for one in said)
            if len(body) > LONG:
                yield node.name, body


def twice(files: Iterator[tuple[str, str]]) -> list[list[str]]:
    """List the places that share a body."""
    found: dict[str, list[str]] = {}
    for path, text in files:
        for name, body in bodies(text):
            found.setdefault(body, []).append(f"{path}: {name}")
    return [places for places in found.values() if len(places) > 1]


def test_no_two_functions_have_the_same_body() -> None:
    files = (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))
    assert twice((path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in files) == []


def test_one_that_is_written_again_would_be_found() -> None:
    one = "def one(path):\n    descriptor = open(path)\n    use(descriptor)\n    use(descriptor, path, again=True)\n"
    other = one.replace("def one(path):", 'def other(path):\n    """Say it in other words."""')
    assert twice(iter([("a.py", one), ("b.py", other)])) == [["a.py: one", "b.py: other"]]
