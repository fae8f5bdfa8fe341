"""Which changes of a room are tried, and which of its tests are asked about each."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Sequence

from tests.mutation.asked import Touched
from tests.mutation.operators import Mutant, mutants_of
from tests.mutation.rooms import Room
from tests.tools import REPOSITORY

SEED = 20
_SECONDS_ASKED = 6.0  # of tests, as they took without a change, asked about one change at most


def changes(room: Room, most: int) -> tuple[int, list[Mutant]]:
    """Give how many changes a room has, and a sample of them: the same at each call."""
    every = [one for path in room.files() for one in mutants_of(path, (REPOSITORY / path).read_text())]
    chosen = random.Random(SEED).sample(every, min(most, len(every)))
    return len(every), chosen


def tests_of(mutant: Mutant, touched: Touched, every: Sequence[str]) -> list[str]:
    """Give the tests that run a changed line, the quick ones first, for as long as one change is worth."""
    of_file = touched.lines.get(mutant.path, {})
    found: set[str] = set()
    for line in _lines_of(mutant):
        found.update(of_file.get(line, ()))
    if ("." not in mutant.where and (mutant.where == "module" or mutant.where[:1].isupper())) or not of_file:
        found |= {test for path, line in _lines_with(mutant, touched) for test in touched.lines[path].get(line, ())}
    found &= set(every)
    ordered = sorted(found - set(touched.failed), key=lambda test: (touched.seconds.get(test, 0.0), test))
    spent, names = 0.0, []
    for name in ordered:
        spent += touched.seconds.get(name, 0.0)
        if names and spent > _SECONDS_ASKED:
            break
        names.append(name)
    return names


def seconds_of(names: Sequence[str], touched: Touched) -> float:
    """Say how long tests took without a change."""
    return sum(touched.seconds.get(name, 1.0) for name in names)


def _lines_of(mutant: Mutant) -> Iterator[int]:
    """The line, and what else of its statement may be the line that counts; of a default the whole function."""
    tree = ast.parse((REPOSITORY / mutant.path).read_text())
    inner: ast.stmt | None = None
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node.lineno <= mutant.line <= (node.end_lineno or 0):
            inner = node
    if inner is None:
        return
    end = inner.end_lineno or mutant.line
    if isinstance(inner, ast.FunctionDef | ast.ClassDef):
        yield from range(inner.lineno + 1, end + 1)
    elif isinstance(inner, ast.If | ast.For | ast.While | ast.With | ast.Try):
        yield from range(inner.lineno, inner.body[0].lineno)
    else:
        yield from range(inner.lineno, end + 1)


def _lines_with(mutant: Mutant, touched: Touched) -> Iterator[tuple[str, int]]:
    """The lines that use what the change defines."""
    wanted = {mutant.where} if mutant.where != "module" else _defined(mutant)
    wanted |= {name for name, used in _constants(mutant.path).items() if used & wanted}
    for path in touched.lines:
        for node in ast.walk(ast.parse((REPOSITORY / path).read_text())):
            name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
            if name in wanted:
                yield path, getattr(node, "lineno", 0)


def _defined(mutant: Mutant) -> set[str]:
    for node in ast.parse((REPOSITORY / mutant.path).read_text()).body:
        if node.lineno <= mutant.line <= (node.end_lineno or 0):
            return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    return set()


def _constants(path: str) -> dict[str, set[str]]:
    """The constants of a file that are made of others, with those."""
    found = {}
    for node in ast.parse((REPOSITORY / path).read_text()).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = {one.id for one in ast.walk(node.value) if isinstance(one, ast.Name)}
    return found
