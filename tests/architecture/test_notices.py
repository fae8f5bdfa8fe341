"""The third-party notices are true, and no dependency's licence contradicts ours."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load(name: str) -> ModuleType:
    """Import a script of packaging/, which is no package."""
    spec = spec_from_file_location(f"packaging_script_{name}", ROOT / "packaging" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_notices_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "notices.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "expression",
    [
        "MIT",
        "LGPL-2.1-only",
        "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only",
        "BSD-3-Clause AND GPL-3.0-or-later WITH GCC-exception-3.1",
        "GNU Lesser General Public License v3 (LGPLv3)",
        "GNU Library or Lesser General Public License (LGPL)",
    ],
)
def test_licences_that_go_with_ours_are_accepted(expression: str) -> None:
    assert load("notices").is_acceptable(expression)


@pytest.mark.parametrize(
    "expression",
    ["", "GPL-3.0-only", "GPLv3", "MIT AND GPL-2.0-or-later", "AGPL-3.0", "GNU General Public License v3 (GPLv3)"],
)
def test_licences_that_would_bind_the_whole_program_are_refused(expression: str) -> None:
    assert not load("notices").is_acceptable(expression)


def test_libraries_that_only_a_left_out_plugin_needed_are_left_out_too() -> None:
    links = {
        "/m": ["libA.so.1"],
        "/A": ["libB.so.1"],
        "/plugin": [],
        "/B": [],
        "/gtk": ["libgdk.so.3"],
        "/gdk": ["libgtk.so.3"],
    }
    entries = [
        ("module.cpython.so", "/m", "EXTENSION"),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "/plugin", "BINARY"),
        ("PySide6/Qt/lib/libA.so.1", "/A", "BINARY"),
        ("libA.so.1", "PySide6/Qt/lib/libA.so.1", "SYMLINK"),
        ("libB.so.1", "/B", "BINARY"),
        ("libgtk.so.3", "/gtk", "BINARY"),
        ("libgdk.so.3", "/gdk", "BINARY"),
    ]
    kept = load("closure").keep_linked(entries, lambda path: links[path])
    assert [entry[0] for entry in kept] == [entry[0] for entry in entries[:5]]


def test_libraries_are_found_by_the_ways_macos_and_windows_link_to_them() -> None:
    links = {
        "/_ssl": ["@rpath/libssl.3.dylib"],
        "/ssl": ["@loader_path/libcrypto.3.dylib"],
        "/crypto": ["/usr/lib/libSystem.B.dylib"],
        "/_cv": ["OPENCV_videoio.DLL"],
        "/videoio": [],
        "/unused": [],
    }
    entries = [
        ("lib-dynload/_ssl.cpython-313-darwin.so", "/_ssl", "EXTENSION"),
        ("libssl.3.dylib", "/ssl", "BINARY"),
        ("libcrypto.3.dylib", "/crypto", "BINARY"),
        ("cv2\\_cv.pyd", "/_cv", "EXTENSION"),
        ("opencv_videoio.dll", "/videoio", "BINARY"),
        ("libunused.1.dylib", "/unused", "BINARY"),
    ]
    kept = load("closure").keep_linked(entries, lambda path: links[path])
    assert [entry[0] for entry in kept] == [entry[0] for entry in entries[:-1]]


def test_libraries_under_the_gpl_keep_the_program_from_being_packed() -> None:
    entries = [
        ("opencv_python_headless.libs/libavcodec-c4204469.so.62", "/a", "BINARY"),
        ("cv2/.dylibs/libx264.164.dylib", "/b", "BINARY"),
        ("av.libs/libx265-f5385bb8.so.216", "/c", "BINARY"),
    ]
    found = load("closure").gpl_libraries(entries)
    assert found == ["av.libs/libx265-f5385bb8.so.216", "cv2/.dylibs/libx264.164.dylib"]
