"""From the start of Python to the shown window, against an empty QtWidgets window (aim: at most 2x)."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from measure import ChildRun, Table, medians, megabytes, milliseconds, ratio, run_child  # noqa: E402

from app.settings import SettingsStore  # noqa: E402

DONE = """
import os, sys, time
def done():
    print(time.time(), flush=True)
    os._exit(0)
"""

EMPTY = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, done)
application = QApplication(sys.argv)
window = Window()
window.resize(1200, 780)
window.show()
application.exec()
"""

OURS = """
from pathlib import Path
from app.window.starting.open import make_controller
from app.window.starting.start import make_application, make_frame
application = make_application(sys.argv)
frame = make_frame(application, Path(sys.argv[1]) / "settings")
frame.window.painted.connect(done)
controller = make_controller(frame, Path(sys.argv[1]) / "shelf")
application.exec()
"""


def main() -> None:
    """Measure both in turns, and print the table."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    runs: dict[str, ChildRun] = {}
    with tempfile.TemporaryDirectory() as folder:
        SettingsStore(Path(folder) / "again" / "settings").change(welcomed=True)
        commands = {
            "Python alone": ["-c", "import time; print(time.time())"],
            "empty QtWidgets window": ["-c", DONE + EMPTY],
            "Scanshelf, first start": ["-c", DONE + OURS, f"{folder}/first"],
            "Scanshelf": ["-c", DONE + OURS, f"{folder}/again"],
        }
        found = medians({name: partial(_seconds, runs, name, words) for name, words in commands.items()}, runs=9)
    table = Table("Start to shown window", ("what", "time", "to the empty window", "peak memory"))
    for name, seconds in found.items():
        reference = ratio(seconds, found["empty QtWidgets window"])
        table.add(name, milliseconds(seconds), reference, megabytes(runs[name].peak_bytes))
    table.show()


def _seconds(runs: dict[str, ChildRun], name: str, words: list[str]) -> float:
    begun = time.time()
    runs[name] = run_child([sys.executable, *words], ROOT)
    return float(runs[name].output.split()[-1]) - begun


if __name__ == "__main__":
    main()
