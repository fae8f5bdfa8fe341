"""Each import contract holds, and each one catches what it is there to catch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# floors count every import; what is called at run time has rules of its own
FILES = ["pyproject.toml", ".importlinter.at-run-time.toml"]
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
    ("actions", "app/actions/intruder.py", "import PySide6.QtCore"),
    ("actions", "app/actions/intruder.py", "import core.qt"),
    ("actions", "app/actions/intruder.py", "import core.ui.parts"),
    ("actions", "app/actions/intruder.py", "import importer.ui"),
    ("actions", "app/actions/intruder.py", "import library.ui"),
    ("actions", "app/actions/intruder.py", "import portal.ui"),
    ("actions", "app/actions/intruder.py", "import viewer.ui"),
    ("actions", "app/actions/intruder.py", "import app.cli"),
    ("actions", "app/actions/intruder.py", "import app.window.appearance"),
    ("actions", "app/actions/intruder.py", "import argparse"),
    ("engines-through-actions", "app/cli/intruder.py", "import library.shelf"),
    ("engines-through-actions", "app/cli/intruder.py", "import importer.copy.importing"),
    ("engines-through-actions", "app/cli/intruder.py", "import portal.client.account"),
    ("engines-through-actions", "app/window/places/portal/intruder.py", "import portal.client.connecting.connection"),
    ("engines-through-actions", "app/window/places/discs/intruder.py", "import importer.scan.scanning"),
    ("engines-through-actions", "app/window/shell/intruder.py", "import library.shelf"),
    ("server-floors", "portal/server/base/intruder.py", "import portal.server.objects.store"),
    ("server-floors", "portal/server/exams/intruder.py", "import portal.server.sharing.making"),
    ("server-floors", "portal/server/sharing/intruder.py", "import portal.server.receiving.uploads"),
    ("server-floors", "portal/server/intruder.py", "import portal.server.base.clock"),
    ("dicomweb-floors", "portal/server/dicomweb/messages/intruder.py", "import portal.server.dicomweb.storing.stow"),
    (
        "dicomweb-floors",
        "portal/server/dicomweb/searching/intruder.py",
        "import portal.server.dicomweb.retrieving",
    ),
    ("server-circles", "portal/server/exams/titles.py", "import portal.server.exams.exam_shapes"),
    ("requests", "library/intruder.py", "import requests"),
    ("requests", "app/intruder.py", "import requests"),
    ("core-floors", "core/sandbox/intruder.py", "import core.workers.worker"),
    ("dicom-floors", "dicom/pixels/intruder.py", "import dicom.showing.display"),
    ("dicom-floors", "dicom/clips/intruder.py", "import dicom.showing.display"),
    ("library-floors", "library/index/intruder.py", "import library.records.writing"),
    ("importer-floors", "importer/scan/intruder.py", "import importer.copy.keeper"),
    ("viewer-floors", "viewer/rendering/intruder.py", "import viewer.frames.cache"),
    ("viewer-floors", "viewer/frames/intruder.py", "import viewer.viewport.position"),
    ("viewer-floors", "viewer/viewport/intruder.py", "import viewer.tools.pan"),
    ("viewer-floors", "viewer/tools/intruder.py", "import viewer.layout"),
    ("circles", "library/index/database.py", "import library.index.reading"),
    ("circles", "portal/wire/people.py", "import portal.wire.exams"),
    ("circles", "app/window/when_needed.py", "import app.window.shell.parts"),
    ("circles", "viewer/ui/picture/gestures.py", "import viewer.ui.picture.viewport"),
]


def contracts(file: str) -> list[str]:
    written = tomllib.loads((ROOT / file).read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    return [contract["id"] for contract in written]


def lint(folder: Path, file: str, contract: str | None = None) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    words += ["--no-cache", "--config", file] + ([] if contract is None else ["--contract", contract])
    surroundings = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(words, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def copied_rooms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rooms")
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        shutil.copy(ROOT / file, folder)
    return folder


@pytest.mark.parametrize("file", FILES)
def test_all_contracts_hold(copied_rooms: Path, file: str) -> None:
    result = lint(copied_rooms, file)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_contract_is_tried() -> None:
    assert {contract for contract, _, _ in BREAKS} == {contract for file in FILES for contract in contracts(file)}


def test_a_type_may_be_named_where_its_engine_may_not_be_called(copied_rooms: Path) -> None:
    intruder = copied_rooms / "app/window/shell/intruder.py"
    lines = ["from typing import TYPE_CHECKING", "if TYPE_CHECKING:", "    import library.shelf"]
    intruder.write_text("\n".join(lines) + "\n", encoding="utf-8")
    try:
        result = lint(copied_rooms, FILES[1])
    finally:
        intruder.unlink()
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("contract,name,line", BREAKS)
def test_a_forbidden_import_is_caught(copied_rooms: Path, contract: str, name: str, line: str) -> None:
    intruder = copied_rooms / name
    before = intruder.read_text("utf-8") if intruder.exists() else None
    intruder.write_text((before or "") + line + "\n", encoding="utf-8")
    try:
        result = lint(copied_rooms, next(file for file in FILES if contract in contracts(file)), contract)
    finally:
        intruder.unlink() if before is None else intruder.write_text(before, "utf-8")
    assert result.returncode == 1
    assert "BROKEN" in result.stdout
    where = intruder.parent if contract.endswith("circles") else intruder.with_suffix("")
    assert ".".join(where.relative_to(copied_rooms).parts) in result.stdout
