"""Prints a PDF of our own making: its pages become pictures as fine as the printer draws.

Drawing them takes longer than a window may stand still, so it is done in a thread; Qt allows that for printers.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

DOTS_MOST = 300
POINTS_AN_INCH = 72


def print_pages(pdf: bytes, parent: QWidget, beside: Callable[[Callable[[], bool]], None]) -> QPrintDialog:
    """Ask for a printer and print; the dialog goes on living beside the window.

    `beside` calls what it is given in a thread: that prints, and gives false where the printer refuses.
    """
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setFullPage(True)
    printer.setDocName("Scanshelf")
    dialog = QPrintDialog(printer, parent)
    dialog.accepted.connect(lambda: beside(lambda: paint(pdf, printer)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.show()
    return dialog


def paint(pdf: bytes, printer: QPrinter) -> bool:
    """Draw every page; false where the printer does not begin."""
    painter = QPainter()
    if not painter.begin(printer):
        return False
    for number, page in enumerate(pages_of(pdf, min(printer.resolution(), DOTS_MOST))):
        if number:
            printer.newPage()
        painter.drawImage(painter.viewport(), page)
    painter.end()
    return True


def pages_of(pdf: bytes, dots: int) -> list[QImage]:
    """Draw the pages of a PDF at so many dots an inch."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_picture(page.render(scale=dots / POINTS_AN_INCH, grayscale=True)) for page in document]
    finally:
        document.close()


def _picture(bitmap: object) -> QImage:
    width, height, stride = bitmap.width, bitmap.height, bitmap.stride  # type: ignore[attr-defined]
    data = bytes(bitmap.buffer)  # type: ignore[attr-defined]
    return QImage(data, width, height, stride, QImage.Format.Format_Grayscale8).copy()
