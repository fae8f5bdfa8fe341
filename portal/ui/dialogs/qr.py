"""A link as a square of dots, for a telephone's camera."""

from __future__ import annotations

from PySide6.QtGui import QImage

BORDER = 4  # modules of white around it, as the standard asks


def qr_image(text: str, pixels: int) -> QImage:
    """Draw a QR code at least so many pixels wide, each module a whole number of pixels."""
    import segno

    matrix = segno.make(text, micro=False, error="m").matrix
    width = len(matrix) + 2 * BORDER
    image = QImage(width, width, QImage.Format.Format_Grayscale8)
    image.fill(255)
    for row, modules in enumerate(matrix):
        for column, dark in enumerate(modules):
            if dark:
                image.setPixel(column + BORDER, row + BORDER, 0)
    scale = max(1, round(pixels / width))
    return image.scaled(width * scale, width * scale)
