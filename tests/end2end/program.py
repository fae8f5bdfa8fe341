"""Run the real program as its own process and read what it says."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydicom.data

ROOT = Path(__file__).resolve().parents[2]
TEST_FILES = Path(pydicom.data.__file__).parent / "test_files"
FILE_SET = TEST_FILES / "dicomdirtests"


@dataclass(frozen=True)
class Said:
    """How one run ended."""

    status: int
    document: Any
    output: str
    words: str


def scanshelf(*words: str | Path, timeout: float = 180) -> Said:
    """Run `scanshelf WORDS…`; stdout is read as JSON where `--json` is among the words."""
    command = [sys.executable, "-m", "app", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)
    document = json.loads(done.stdout) if "--json" in words and done.stdout.strip() else None
    assert "Traceback" not in done.stderr, done.stderr
    return Said(done.returncode, document, done.stdout, done.stderr)


def instances(document: Any) -> list[dict[str, Any]]:
    """List every instance of a scan's document."""
    return [
        instance
        for patient in document["patients"]
        for study in patient["studies"]
        for series in study["series"]
        for instance in series["instances"]
    ]


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    """Remember every name under `folder` with size and modification time."""
    return {
        str(file.relative_to(folder)): (file.lstat().st_size, file.lstat().st_mtime_ns)
        for file in sorted(folder.rglob("*"))
    }
