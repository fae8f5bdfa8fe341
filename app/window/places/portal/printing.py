"""Prints a PDF of a portal's: a worker draws its pages, as fine as the printer draws; here they are pixels already.

That takes longer than a window may stand still, so it is done in a thread; Qt allows that for printers.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from core.errors import DicomError, PortalError, WorkerError
from core.job import Job

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dicom.decoding.decoder import Decoder

DOTS_MOST = 300
A4_INCHES = 8.27  # across
PAGES_MOST = 4  # an invitation has two
Paint = Callable[["Decoder", Job], None]


@dataclass(frozen=True, slots=True)
class Paper:
    """A PDF that is in memory alone (a `dicom.source.Content`)."""

    key: str
    data: bytes

    def open(self) -> BinaryIO:
        """Open it for reading."""
        return io.BytesIO(self.data)


def print_pages(paper: Paper, parent: QWidget, beside: Callable[[Paint], None]) -> QPrintDialog:
    """Ask for a printer and print; the dialog goes on living beside the window.

    `beside` calls what it is given in a thread: that prints, or raises `PortalError` "not-printed".
    """
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setFullPage(True)
    printer.setDocName("Scanshelf")
    dialog = QPrintDialog(printer, parent)
    dialog.accepted.connect(lambda: beside(lambda decoder, job: paint(paper, printer, decoder, job)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.show()
    return dialog


def paint(paper: Paper, printer: QPrinter, decoder: Decoder, job: Job) -> None:
    """Draw every page; raises `PortalError` "not-printed" where one cannot be drawn or the printer does not begin."""
    pages = list(pages_of(paper, min(printer.resolution(), DOTS_MOST), decoder, job))  # all of them, or no sheet at all
    painter = QPainter()
    if not painter.begin(printer):
        raise PortalError("not-printed", reason="printer")
    try:
        for number, page in enumerate(pages):
            job.check()
            if number and not printer.newPage():
                raise PortalError("not-printed", reason="printer")
            painter.drawImage(_within(painter.viewport(), page), page)
    finally:
        painter.end()


def pages_of(paper: Paper, dots: int, decoder: Decoder, job: Job) -> Iterator[QImage]:
    """Have a worker draw the pages of an A4 document at so many dots an inch; raises `PortalError` "not-printed"."""
    try:
        count = decoder.paper_pages(paper, job)
        if not 0 < count <= PAGES_MOST:
            raise PortalError("not-printed", reason="pages")
        for index in range(count):
            yield _picture(decoder.paper_page(paper, index, round(A4_INCHES * dots), job))
    except (DicomError, WorkerError) as problem:
        raise PortalError("not-printed", reason=problem.code) from problem


def _picture(pixels: NDArray[np.uint8]) -> QImage:
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != "u1":
        raise PortalError("not-printed", reason="pixels")
    rows, columns, _ = pixels.shape
    return QImage(pixels.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()


def _within(sheet: QRect, page: QImage) -> QRect:
    """Give where a page lies on the sheet: as large as it fits, not stretched."""
    size = page.size().scaled(sheet.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(sheet.topLeft(), size)
    place.moveCenter(sheet.center())
    return place
