"""The QR codes in a picture somebody took of a letter, or of a screen."""

from __future__ import annotations

import cv2
import numpy as np

from core.errors import DicomError

MOST_BYTES = 64 << 20
TEXT_LONGEST = 2000
CODES_MOST = 20
_SIDE_MOST = 3000  # a photo is larger than it need be, and finding takes the longer


def qr_texts(data: bytes) -> list[str]:
    """Read the codes of a PNG, JPEG or other picture OpenCV knows; raises `DicomError` for what is no picture."""
    if not data or len(data) > MOST_BYTES:
        raise DicomError("unreadable" if not data else "refused-limit")
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
        if image is None:
            raise DicomError("unreadable")
        if (side := max(image.shape)) > _SIDE_MOST:
            share = _SIDE_MOST / side
            image = cv2.resize(image, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
        _found, texts, _corners, _codes = cv2.QRCodeDetector().detectAndDecodeMulti(image)
    except cv2.error as problem:
        raise DicomError("unreadable") from problem
    return [text for text in texts[:CODES_MOST] if text and len(text) <= TEXT_LONGEST]


def warm_up() -> None:
    """Look once, before the sandbox closes; OpenCV begins no thread, which the walls would not hold."""
    cv2.setNumThreads(1)
    cv2.QRCodeDetector().detectAndDecodeMulti(np.full((64, 64), 255, np.uint8))
