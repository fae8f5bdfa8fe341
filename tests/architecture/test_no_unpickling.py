"""The window's process never unpickles what a worker sends."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "core", "dicom", "exporter", "importer", "library", "portal", "viewer")
# Connection.recv and these classes unpickle bytes of the other side. A socket's recv does not, and takes a size.
BANNED_METHODS = {"recv"}
BANNED_NAMES = {
    "Pool",
    "ThreadPool",
    "JoinableQueue",
    "ProcessPoolExecutor",
    "BaseManager",
    "SyncManager",
    "Manager",
    "Listener",
    "Client",
}
BANNED_MODULES = {
    "pickle",
    "cPickle",
    "dill",
    "shelve",
    "marshal",
    "concurrent.futures.process",
    "multiprocessing.pool",
}
BANNED_MODULES |= {"multiprocessing.queues", "multiprocessing.managers"}
# file -> what it names so that is no pipe's
OTHERS = {"portal/connect/listening.py": ({".recv"}, "of a DICOM peer's socket, which gives bytes, in bounded pieces")}
QUEUE_OWNERS = {"multiprocessing", "mp", "context"}


def sources() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)


def of_sockets(tree: ast.AST) -> set[ast.expr]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {call.func for call in calls if called(call.func) == "recv" and len(call.args) == 1}


def violations(text: str) -> Iterator[str]:
    tree = ast.parse(text)
    harmless = of_sockets(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (f"{node.lineno}: {name.name}" for name in names if name.name in BANNED_MODULES)
            case ast.ImportFrom(module=str(module), names=names):
                imported = {f"{module}.{name.name}" for name in names} | {module}
                banned = imported & BANNED_MODULES
                if module.split(".")[0] in ("multiprocessing", "concurrent"):
                    banned |= {name.name for name in names} & (BANNED_NAMES | {"Queue", "SimpleQueue"})
                yield from (f"{node.lineno}: {name}" for name in sorted(banned))
            case ast.Attribute(attr=attribute, value=value) if node not in harmless:
                owner = value.id if isinstance(value, ast.Name) else ""
                queue = attribute in ("Queue", "SimpleQueue") and owner in QUEUE_OWNERS
                if attribute in BANNED_METHODS | BANNED_NAMES or queue:
                    yield f"{node.lineno}: .{attribute}"
            case ast.Call(func=function, args=arguments) if called(function) in ("get_context", "set_start_method"):
                if [ast.unparse(argument) for argument in arguments] != ["'spawn'"]:
                    yield f"{node.lineno}: a start method other than spawn"


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_source_unpickles(path: Path) -> None:
    allowed, _why = OTHERS.get(path.relative_to(ROOT).as_posix(), (set(), ""))
    found = violations(path.read_text("utf-8"))
    assert [each for each in found if each.partition(": ")[2] not in allowed] == []


@pytest.mark.parametrize(
    "text",
    [
        "connection.recv()",
        "read = connection.recv",
        "import pickle",
        "from multiprocessing import Queue",
        "context.Queue()",
        "from concurrent.futures import ProcessPoolExecutor",
        "import concurrent.futures\nconcurrent.futures.ProcessPoolExecutor()",
        "get_context('fork')",
        "get_context()",
        "multiprocessing.set_start_method('forkserver')",
        "from multiprocessing.pool import Pool",
    ],
)
def test_the_rule_sees_what_it_bans(text: str) -> None:
    assert list(violations(text))


def test_a_socket_may_be_read() -> None:
    assert list(violations("piece = visitor.recv(4096)")) == []
