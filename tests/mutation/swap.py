"""Puts a changed file into a process: into the functions that are there already, or before the file is imported."""

from __future__ import annotations

import ast
import gc
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Iterator, Sequence
from types import CodeType, FunctionType, ModuleType

from tests.tools import REPOSITORY

Functions = dict[str, list[FunctionType]]


def functions_by_file() -> Functions:
    """Find all functions there are, by the files they stand in."""
    found: Functions = {}
    for each in gc.get_objects():
        if isinstance(each, FunctionType):
            found.setdefault(each.__code__.co_filename, []).append(each)
    return found


def swap_in(functions: Functions, path: str, tree: ast.Module) -> bool:
    """Give the file's functions their changed code; False where the change is in none: an import must bring it."""
    file = str(REPOSITORY / path)
    fresh = {_name(code): code for code in _codes(compile(tree, file, "exec"))}
    swapped = False
    for function in functions.get(file, ()):
        old = function.__code__
        new = fresh.get(_name(old))
        if new is None or _same(old, new):
            continue
        if old.co_freevars != new.co_freevars:
            return False
        function.__code__ = new
        swapped = True
    return swapped


def _name(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _same(one: CodeType, other: CodeType) -> bool:
    return (
        one.co_code == other.co_code
        and one.co_names == other.co_names
        and len(one.co_consts) == len(other.co_consts)
        and all(_same_constant(a, b) for a, b in zip(one.co_consts, other.co_consts, strict=True))
    )


def _same_constant(one: object, other: object) -> bool:
    if isinstance(one, CodeType) and isinstance(other, CodeType):
        return _same(one, other)
    return type(one) is type(other) and repr(one) == repr(other)


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gestures out one file changed when it is imported."""

    def __init__(self, path: str, tree: ast.Module) -> None:
        self._module = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        self._file = str(REPOSITORY / path)
        self._tree = tree

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Take the one module."""
        if name != self._module:
            return None
        spec = importlib.machinery.ModuleSpec(name, self, origin=self._file)
        spec.has_location = True
        return spec

    def exec_module(self, module: ModuleType) -> None:
        """Run it."""
        exec(compile(self._tree, self._file, "exec"), module.__dict__)

    def begin(self) -> None:
        """Stand before all others that know how to import."""
        sys.meta_path.insert(0, self)
