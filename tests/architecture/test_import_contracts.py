"""Each import contract of pyproject.toml holds, and each one catches what it is there to catch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ["app", "importer", "portal", "viewer", "library", "dicom", "core"]

# contract id, the room's new file, the import that must be refused
BREAKS = [
    ("floors", "dicom/intruder.py", "import library"),
    ("floors", "library/intruder.py", "import portal.wire"),
    ("floors", "importer/intruder.py", "import viewer"),
    ("floors", "importer/intruder.py", "import portal"),
    ("floors", "portal/intruder.py", "import viewer"),
    ("floors", "portal/server/intruder.py", "import app"),
    ("ui", "importer/intruder.py", "import importer.ui"),
    ("ui", "portal/client/intruder.py", "import portal.ui"),
    ("ui", "viewer/intruder.py", "import core.qt"),
    ("qt", "library/intruder.py", "import PySide6.QtCore"),
    ("qt", "portal/client/intruder.py", "import PySide6.QtCore"),
    ("sqlite", "importer/intruder.py", "import sqlite3"),
    ("portal-strangers", "portal/client/intruder.py", "import portal.server"),
    ("portal-strangers", "portal/server/intruder.py", "import portal.client"),
    ("server", "portal/server/intruder.py", "import library"),
    ("server", "portal/server/intruder.py", "import portal.client"),
    ("server", "portal/server/intruder.py", "import portal.ui"),
    ("server", "portal/server/intruder.py", "import PySide6.QtCore"),
    ("requests", "library/intruder.py", "import requests"),
    ("requests", "app/intruder.py", "import requests"),
    ("core-floors", "core/sandbox/intruder.py", "import core.workers.worker"),
    ("dicom-floors", "dicom/pixels/intruder.py", "import dicom.showing.display"),
    ("dicom-floors", "dicom/clips/intruder.py", "import dicom.showing.display"),
    ("library-floors", "library/index/intruder.py", "import library.records.writing"),
    ("importer-floors", "importer/scan/intruder.py", "import importer.copy.keeper"),
    ("viewer-floors", "viewer/rendering/intruder.py", "import viewer.frames.cache"),
    ("circles", "library/index/database.py", "import library.index.reading"),
]


def lint(folder: Path, contract: str | None = None) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    words += ["--no-cache"] + ([] if contract is None else ["--contract", contract])
    surroundings = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(words, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copied_rooms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rooms")
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_all_contracts_hold(copied_rooms: Path) -> None:
    result = lint(copied_rooms)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_contract_is_tried() -> None:
    written = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    assert {contract for contract, _, _ in BREAKS} == {contract["id"] for contract in written}


@pytest.mark.parametrize("contract,name,line", BREAKS)
def test_a_forbidden_import_is_caught(copied_rooms: Path, contract: str, name: str, line: str) -> None:
    intruder = copied_rooms / name
    before = intruder.read_text("utf-8") if intruder.exists() else None
    intruder.write_text((before or "") + line + "\n", encoding="utf-8")
    try:
        result = lint(copied_rooms, contract)
    finally:
        intruder.unlink() if before is None else intruder.write_text(before, "utf-8")
    assert result.returncode == 1
    assert "BROKEN" in result.stdout
    where = intruder.parent if contract == "circles" else intruder.with_suffix("")
    assert ".".join(where.relative_to(copied_rooms).parts) in result.stdout
