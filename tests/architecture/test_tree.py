"""The tree stays a map: no catch-all modules, full folders or long files, no package that hides a dependency."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ["app", "importer", "portal", "viewer", "library", "dicom", "core", "resources"]

MOST_FILES = 15  # besides __init__.py
FULL_FOLDERS = {
    "app/cli": "a file a command",
    "portal/server/migrations/versions": "a file a step of the database",
    "resources/icons": "a file a drawing",
}
MOST_LINES = 400
READ = {".py", ".js", ".css", ".html", ".mako", ".qss"}
LONG_FILES = {
    "app/words/messages.py": "a table: what every code means",
    "portal/server/base/tables.py": "a table: the database's",
    "portal/server/migrations/versions/0001_first.py": "a table: the database's, as it was once",
}
MOST_LINES_OF_95_PERCENT = 25
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
HEAVY = ["numpy", "cv2", "pydicom", "imagecodecs", "PySide6", "sqlite3"]
HEAVY += ["requests", "keyring", "authlib", "cryptography", "fastapi", "sqlalchemy", "reportlab", "segno"]


def python_files() -> list[Path]:
    return [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]


@pytest.mark.parametrize("name", ["utils.py", "helpers.py", "common.py", "misc.py"])
def test_there_is_no_catch_all_module(name: str) -> None:
    assert [file for file in python_files() if file.name == name] == []


def written_files() -> list[Path]:
    """Give whatever of the program people write and read: code, scripts, styles, pages, drawings."""
    files = (file for room in ROOMS for file in (ROOT / room).rglob("*") if file.is_file())
    aside = ("__init__.py", "__pycache__")
    return [file.relative_to(ROOT) for file in files if not any(part in aside for part in file.parts)]


def function_lengths() -> list[int]:
    """Give the lines of each function, the longest first."""
    trees = [ast.parse(file.read_text("utf-8")) for file in python_files()]
    functions = (node for tree in trees for node in ast.walk(tree) if isinstance(node, FUNCTIONS))
    return sorted((node.end_lineno - node.lineno + 1 for node in functions if node.end_lineno), reverse=True)


def test_no_folder_holds_so_much_that_it_needs_an_index() -> None:
    files = Counter(file.parent.as_posix() for file in written_files())
    full = {folder for folder, count in files.items() if count > MOST_FILES}
    assert full == set(FULL_FOLDERS), (
        "a folder that needs an index is several folders; an exception has its reason here"
    )


def test_no_file_is_longer_than_one_reads_at_once() -> None:
    text = [file for file in written_files() if file.suffix in READ]
    long = {file.as_posix() for file in text if (ROOT / file).read_text("utf-8").count("\n") > MOST_LINES}
    assert long == set(LONG_FILES), "make it several files; an exception has its reason here"


def test_functions_are_short() -> None:
    lengths = function_lengths()
    assert len(lengths) > 5_000
    assert lengths[len(lengths) // 20] <= MOST_LINES_OF_95_PERCENT


def test_packaging_does_not_hide_the_package_of_that_name() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_no_room_is_an_empty_shell() -> None:
    shells = [
        package.parent
        for package in (ROOT / room / "__init__.py" for room in ROOMS)
        if not [file for file in package.parent.rglob("*") if file.name not in {"__init__.py", "__pycache__"}]
    ]
    assert shells == []


@pytest.mark.parametrize("module", ["app.__main__", "app.cli", "app.cli.run"])
def test_the_start_of_the_program_imports_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {HEAVY} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"
