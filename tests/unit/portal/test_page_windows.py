"""The page a share opens reckons windows of small numbers as the viewer does, and tells them with their digits."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import portal.server
from dicom.description import Window
from tests.tools import needs_tool
from viewer.rendering.prepare import prepare_grey
from viewer.viewport.window_dragging import dragged

ASSETS = Path(portal.server.__file__).parent / "assets" / "recipient"


def asked(folder: Path, module: str, call: str) -> Any:
    """Call a function of the page's own script."""
    node = needs_tool("node")
    shutil.copytree(ASSETS, folder, dirs_exist_ok=True)
    (folder / "package.json").write_text('{"type": "module"}')
    english = 'globalThis.document = { documentElement: { lang: "en" } };'
    script = f'{english} const page = await import("./{module}.js"); console.log(JSON.stringify({call}));'
    (folder / "ask.js").write_text(script)
    return json.loads(subprocess.run([node, "ask.js"], cwd=folder, capture_output=True, check=True).stdout)


@pytest.mark.parametrize(
    "window, finest, span",
    [
        (Window(0.5015, 1.003), 1e-6, 0),
        (Window(0.0015, 0.003, "LINEAR_EXACT"), 1e-6, 0),
        (Window(40, 400), 1.0, 4000),
        (Window(40, 1), 1.0, 4000),
        (Window(40, 79), 1.0, 4000),
        (Window(40, 81), 1.0, 4000),
    ],
)
@pytest.mark.parametrize("right", [6, -6, 700])
def test_a_drag_is_the_viewers(tmp_path: Path, window: Window, finest: float, span: float, right: int) -> None:
    look = json.dumps({"center": window.center, "width": window.width, "function": window.function})
    found = asked(tmp_path, "picture/grey", f"page.dragged({look}, {right}, -3, {finest}, {span})")
    expected = dragged(window, right, -3, finest=finest, span=span)
    assert found["width"] == pytest.approx(expected.width)
    assert found["center"] == pytest.approx(expected.center)
    assert found["function"] == expected.function


def test_what_the_values_span_is_the_viewers(tmp_path: Path) -> None:
    pixels = np.random.default_rng(5).integers(-1000, 3000, (64, 64)).astype(np.int16)
    pixels[:, :20] = -2000
    words = pixels.view(np.uint16).ravel().tolist()
    frame = f"{{words: {words}, allPadding: false, facts: {{signed: true, slope: 2, padding: [-2000, -2000]}}}}"
    expected = prepare_grey(pixels, padding=(-2000, -2000)).span * 2
    assert 7000 < expected < 8000
    assert asked(tmp_path, "picture/grey", f"page.spanOf({frame})") == pytest.approx(expected, rel=0.01)


def test_small_windows_are_told_with_their_digits(tmp_path: Path) -> None:
    windows = [(400, 40), (0.003, 0.0015), (0.8, 33.4567), (1762, -143), (0.0000000002, -0.000000001)]
    calls = ", ".join(
        f"page.lookWords({{width: {width}, center: {level}}}, {{unit: 'HU'}})" for width, level in windows
    )
    assert asked(tmp_path, "words", f"[{calls}]") == [
        "Width 400 · Level 40 HU",
        "Width 0.003 · Level 0.0015 HU",
        "Width 0.8 · Level 33.457 HU",
        "Width 1762 · Level \u2212143 HU",
        "Width 2.00e-10 · Level \u22121.00e-9 HU",
    ]
