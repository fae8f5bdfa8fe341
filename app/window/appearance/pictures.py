"""Small pictures of objects for cards and previews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from core.job import Job

if TYPE_CHECKING:
    from dicom.decoding.decoder import Decoder
    from dicom.source import Content


def thumbnail_image(decoder: Decoder, content: Content, size: int, job: Job) -> QImage | None:
    """Decode a small picture in a worker; None for what has none. Runs in a lane thread."""
    from core.errors import ScanshelfError

    try:
        pixels = decoder.thumbnail(content, size, job)
    except (ScanshelfError, OSError):
        return None
    rows, columns = pixels.shape[:2]
    kind = QImage.Format.Format_Grayscale8 if pixels.ndim == 2 else QImage.Format.Format_RGB888
    data = pixels.tobytes()
    return QImage(data, columns, rows, len(data) // rows, kind).copy()
