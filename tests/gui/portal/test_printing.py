"""Printing an invitation leaves the window's thread alone, and a portal's PDF is opened in a worker alone."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from reportlab.pdfgen.canvas import Canvas

from app.build import Workers
from app.window.jobs.job_runner import JobRunner, Task
from app.window.places.portal.printing import PAGES_MOST, Paint, Paper, pages_of, paint, print_pages
from core.errors import Cancelled, PortalError
from core.job import QuietJob
from tests.tools import REPOSITORY

pytestmark = pytest.mark.shared_workers


def no_engine() -> object:
    raise AssertionError


def pdf_of(path: Path, pages: int, size: tuple[float, float] = (595, 842)) -> bytes:
    canvas = Canvas(str(path), pagesize=size)
    for number in range(pages):
        canvas.drawString(50, 50, f"Page {number + 1}")
        canvas.showPage()
    canvas.save()
    return path.read_bytes()


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(decode_workers=1) as made:
        yield made


def printer_into(path: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def test_what_is_printed_is_drawn_in_a_thread(qtbot: QtBot, tmp_path: Path) -> None:
    jobs = JobRunner(no_engine, lambda: Workers(decode_workers=1))  # type: ignore[arg-type]
    threads: list[str] = []
    ended: list[None] = []

    def beside(paint: Paint) -> None:
        def noted(job: QuietJob) -> None:
            threads.append(threading.current_thread().name)
            paint(jobs.workers().decoder, job)

        task: Task[None] = Task(done=ended.append)
        jobs.run(jobs.lane("printing"), noted, task)  # type: ignore[arg-type]

    window = QWidget()
    qtbot.addWidget(window)
    dialog = print_pages(Paper("two", pdf_of(tmp_path / "two.pdf", 2)), window, beside)
    printer = dialog.printer()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    dialog.accepted.emit(printer)
    dialog.reject()
    qtbot.waitUntil(lambda: bool(ended), timeout=60_000)
    assert threads != [threading.main_thread().name]
    assert (tmp_path / "printed.pdf").read_bytes().startswith(b"%PDF")
    assert jobs.close(30)


def test_pages_come_as_they_are_not_stretched(workers: Workers, tmp_path: Path) -> None:
    paper = Paper("wide", pdf_of(tmp_path / "wide.pdf", 1, (842, 595)))
    (page,) = pages_of(paper, 100, workers.decoder, QuietJob())
    assert page.width() == 827
    assert abs(page.height() - 827 * 595 / 842) < 2
    assert {page.pixelColor(x, y).lightness() for x in range(0, 827, 3) for y in range(500, 584, 2)} > {255}


BROKEN = {
    "nothing": b"",
    "no PDF": b"<html>",
    "a head alone": b"%PDF-1.4\n",
    "cut": b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n",
    "random": b"%PDF-1.4\n" + bytes(range(256)) * 400,
}


@pytest.mark.parametrize("said", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_drawn_prints_no_sheet(qtbot: QtBot, workers: Workers, tmp_path: Path, said: bytes) -> None:
    with pytest.raises(PortalError) as told:
        paint(Paper(f"broken{len(said)}", said), printer_into(tmp_path / "printed.pdf"), workers.decoder, QuietJob())
    assert told.value.code == "not-printed"
    assert not (tmp_path / "printed.pdf").exists()


def test_a_paper_without_end_prints_no_sheet(qtbot: QtBot, workers: Workers, tmp_path: Path) -> None:
    paper = Paper("many", pdf_of(tmp_path / "many.pdf", PAGES_MOST + 1))
    with pytest.raises(PortalError) as told:
        paint(paper, printer_into(tmp_path / "printed.pdf"), workers.decoder, QuietJob())
    assert told.value.facts["reason"] == "pages"
    assert not (tmp_path / "printed.pdf").exists()


def test_printing_can_be_stopped(qtbot: QtBot, workers: Workers, tmp_path: Path) -> None:
    job = QuietJob()
    job.stop()
    with pytest.raises(Cancelled):
        paint(Paper("two", pdf_of(tmp_path / "two.pdf", 2)), printer_into(tmp_path / "x.pdf"), workers.decoder, job)


PRINTS = """
import sys
from pathlib import Path
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication
from app.build import Workers
from app.window.places.portal.printing import Paper, paint
from core.job import QuietJob

if __name__ == "__main__":
    application = QApplication([])
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(sys.argv[2])
    with Workers(decode_workers=1) as workers:
        paint(Paper("invitation", Path(sys.argv[1]).read_bytes()), printer, workers.decoder, QuietJob())
    print([name for name in ("pypdfium2", "pypdfium2_raw", "pydicom", "imagecodecs", "cv2") if name in sys.modules])
"""


def test_the_process_that_prints_loads_nothing_that_reads_pdfs(tmp_path: Path) -> None:
    script = tmp_path / "prints.py"
    script.write_text(PRINTS)
    pdf_of(tmp_path / "two.pdf", 2)
    words = [sys.executable, str(script), str(tmp_path / "two.pdf"), str(tmp_path / "printed.pdf")]
    surroundings = {
        "PYTHONPATH": str(REPOSITORY),
        "QT_QPA_PLATFORM": "offscreen",
        "PATH": "/usr/bin",
        "HOME": str(tmp_path),
    }
    done = subprocess.run(words, env=surroundings, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr
    assert (tmp_path / "printed.pdf").stat().st_size > 1000
