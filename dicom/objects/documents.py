"""Encapsulated PDF documents: their bytes, their pages, and one page as a picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pypdfium2
from numpy.typing import NDArray

from core.errors import DicomError
from dicom.reading.dataset import DataSet
from dicom.reading.elements import raw_element, value

MAX_DOCUMENT = 256 << 20
MAX_PAGE_PIXELS = 40_000_000


def document_bytes(data_set: DataSet) -> bytes | None:
    """Read the encapsulated document (PS3.3 C.24.2); raises `DicomError("refused-limit")` beyond 256 MiB."""
    raw = raw_element(data_set.elements, "EncapsulatedDocument")
    if raw is None:
        found = value(data_set.elements, "EncapsulatedDocument")
        return found if isinstance(found, bytes) else None
    if raw.length > MAX_DOCUMENT and raw.value is None:
        raise DicomError("refused-limit", limit=MAX_DOCUMENT)
    return raw.value if raw.value is not None else data_set.source.read_at(raw.value_tell, raw.length)


def count_pages(data: bytes) -> int:
    """Count a PDF's pages; 0 if it cannot be opened."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return 0
    try:
        return len(document)
    finally:
        document.close()


def render_page(data: bytes, page_index: int, width: int) -> NDArray[Any]:
    """Draw one page (index from 0) `width` pixels wide; uint8 (rows, columns, 3) RGB.

    Raises `DicomError("decode-failed")` or `"frame-absent"`.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise DicomError("decode-failed", reason="pdf") from error
    try:
        if not 0 <= page_index < len(document):
            raise DicomError("frame-absent", frame=page_index + 1, frames=len(document))
        return _draw(document[page_index], width)
    except pypdfium2.PdfiumError as error:
        raise DicomError("decode-failed", reason="pdf") from error
    finally:
        document.close()


def _draw(page: Any, width: int) -> NDArray[Any]:
    page_width, page_height = page.get_size()
    if page_width <= 0 or page_height <= 0:
        raise DicomError("decode-failed", reason="pdf")
    scale = width / page_width
    if scale * scale * page_width * page_height > MAX_PAGE_PIXELS:
        scale = (MAX_PAGE_PIXELS / (page_width * page_height)) ** 0.5
    bitmap = page.render(scale=scale, rev_byteorder=True)
    pixels = np.array(bitmap.to_numpy())
    bitmap.close()
    page.close()
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[:, :, None], 3, axis=2)
    return np.ascontiguousarray(pixels[:, :, :3])
