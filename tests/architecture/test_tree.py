"""The tree stays a map: no catch-all modules, no package that hides a dependency, no binary nobody can read."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ["app", "importer", "portal", "viewer", "library", "dicom", "core", "resources"]

MOST_MODULES = 15
HEAVY = ["numpy", "cv2", "pydicom", "imagecodecs", "PySide6", "sqlite3"]
HEAVY += ["requests", "keyring", "authlib", "cryptography", "fastapi", "sqlalchemy", "reportlab", "segno"]


def python_files() -> list[Path]:
    return [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]


@pytest.mark.parametrize("name", ["utils.py", "helpers.py", "common.py", "misc.py"])
def test_there_is_no_catch_all_module(name: str) -> None:
    assert [file for file in python_files() if file.name == name] == []


def test_no_folder_holds_so_much_that_it_needs_an_index() -> None:
    modules = Counter(file.parent.relative_to(ROOT) for file in python_files() if file.name != "__init__.py")
    full = {folder.as_posix() for folder, count in modules.items() if count > MOST_MODULES}
    assert full <= {"app/cli"}  # a file a command


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
