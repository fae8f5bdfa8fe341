"""On screens with two, or one and a half, pixels a point the picture is still painted pixel by pixel."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CHILD = """
import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from tests.unit.viewer.phantoms import ct
from tests.unit.viewer.test_loading import CT, OneFrame, load
from viewer.ui.picture.viewport import Viewport

application = QApplication([])
viewport = Viewport()
viewport.show_letters = False
viewport.resize(401, 333)
viewport.presentation.show(load(OneFrame(ct(150, 171)), CT))
viewport.show()
presentation = viewport.presentation
for change in (presentation.fit, presentation.actual, lambda: presentation.zoom(1.7), lambda: presentation.pan(33, -7)):
    change()
    viewport.refresh()
    grabbed = viewport.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    seen = np.frombuffer(grabbed.constBits(), np.uint8).reshape(grabbed.height(), grabbed.bytesPerLine())
    made, left, top = presentation.picture()
    rows, columns = min(made.shape[0], grabbed.height() - top), min(made.shape[1], grabbed.width() - left)
    assert np.array_equal(seen[top : top + rows, left : left + columns], made[:rows, :columns]), presentation.view
print("pixel by pixel", viewport.devicePixelRatio())
"""


@pytest.mark.parametrize("scale", ["1.25", "1.5", "2"])
def test_the_picture_is_painted_pixel_by_pixel(scale: str) -> None:
    environment = {**os.environ, "QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", CHILD],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.split() == ["pixel", "by", "pixel", str(float(scale))], done.stderr
