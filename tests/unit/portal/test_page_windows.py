"""The page a share opens reckons windows of small numbers as the viewer does, and tells them with their digits."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import portal.server
from dicom.description import Window
from tests.tools import needs_tool
from viewer.tools.dragging import dragged

ASSETS = Path(portal.server.__file__).parent / "assets" / "recipient"


def asked(folder: Path, module: str, call: str) -> Any:
    """Call a function of the page's own script."""
    node = needs_tool("node")
    shutil.copytree(ASSETS, folder, dirs_exist_ok=True)
    (folder / "package.json").write_text('{"type": "module"}')
    script = f'import * as page from "./{module}.js"; console.log(JSON.stringify({call}));'
    (folder / "ask.js").write_text(script)
    return json.loads(subprocess.run([node, "ask.js"], cwd=folder, capture_output=True, check=True).stdout)


@pytest.mark.parametrize(
    "window, finest",
    [(Window(0.5015, 1.003), 1e-6), (Window(0.0015, 0.003, "LINEAR_EXACT"), 1e-6), (Window(40, 400), 1.0)],
)
def test_a_drag_is_the_viewers(tmp_path: Path, window: Window, finest: float) -> None:
    look = json.dumps({"center": window.center, "width": window.width, "function": window.function})
    found = asked(tmp_path, "grey", f"page.dragged({look}, 6, -3, {finest})")
    expected = dragged(window, 6, -3, finest=finest)
    assert found["width"] == pytest.approx(expected.width)
    assert found["center"] == pytest.approx(expected.center)
    assert found["function"] == expected.function


def test_small_windows_are_told_with_their_digits(tmp_path: Path) -> None:
    windows = [(400, 40), (0.003, 0.0015), (0.8, 33.4567)]
    calls = ", ".join(
        f"page.lookWords({{width: {width}, center: {level}}}, {{unit: 'HU'}})" for width, level in windows
    )
    assert asked(tmp_path, "choices", f"[{calls}]") == [
        "Width 400 · Level 40 HU",
        "Width 0.003 · Level 0.0015 HU",
        "Width 0.8 · Level 33.457 HU",
    ]
