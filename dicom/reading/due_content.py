"""What an object of a class must hold: a file that ends before it, between two elements, is not whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from dicom.reading.meta import to_uid

STORAGE: Final = "1.2.840.10008.5.1.4.1.1."
_SOP_CLASS: Final = 0x00080016
_SAMPLES: Final = 0x00280002
_PHOTOMETRIC: Final = 0x00280004
_FRAMES: Final = 0x00280008
_ROWS: Final = 0x00280010
_COLUMNS: Final = 0x00280011
_ALLOCATED: Final = 0x00280100
_URL: Final = 0x00287FE0  # Pixel Data Provider URL: the pixels are elsewhere by right
_SERIES: Final = 0x0020000E
PIXELS: Final = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
VALUES: Final = frozenset({_SOP_CLASS, _SAMPLES, _PHOTOMETRIC, _FRAMES, _ROWS, _COLUMNS, _ALLOCATED, _URL})
# What must be there in objects that are no images: the content of a report, of a document, of a waveform.
_CONTENT: Final = {"88.": 0x0040A730, "104.": 0x00420011, "9.": 0x54000100}
DUE: Final = frozenset(_CONTENT.values())
# Storage classes (PS3.4 B.5) in which pixel data are mandatory, behind `STORAGE`.
_IMAGES_BEHIND: Final = (
    "1 1.1 1.1.1 1.2 1.2.1 1.3 1.3.1 2 2.1 2.2 3 3.1 4 4.1 4.3 4.4 5 6 6.1 6.2 6.3 7 7.1 7.2 7.3 7.4 12.1 12.1.1 12.2 "
    "12.2.1 12.3 13.1.1 13.1.2 13.1.3 13.1.4 13.1.5 14.1 14.2 20 30 66.4 66.7 77.1 77.1.1 77.1.1.1 77.1.2 77.1.2.1 "
    "77.1.3 77.1.4 77.1.4.1 77.1.5.1 77.1.5.2 77.1.5.4 77.1.5.5 77.1.5.6 77.1.5.7 77.1.5.8 77.1.6 77.2 81.1 82.1 128 "
    "128.1 130 481.1"
)
_IMAGES: Final = frozenset(_IMAGES_BEHIND.split())
_BITS: Final = {0x7FE00008: 32, 0x7FE00009: 64}  # float and double float pixel data
_NUMBER: Final = re.compile(rb"[ ]*\+?(\d{1,9})[ \0]*(?:\\|$)")
_COMPRESSED: Final = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51")  # pixels that were compressed though nothing says so


@dataclass(slots=True)
class Seen:
    """What was met on the top level of a data set: some values, the tags that count, the newest tag."""

    big: bool
    native: bool  # the transfer syntax compresses nothing
    sop_class_uid: str | None = None  # as the meta group names it
    values: dict[int, bytes] = field(default_factory=dict)
    tags: set[int] = field(default_factory=set)
    last: int = 0
    pixels: tuple[int, int, bytes] | None = None  # tag, length where it is defined, first bytes

    def lacks_content(self) -> bool:
        """Tell, where a file ended in good order, whether it ended before what it must hold."""
        sop_class = to_uid(self.values.get(_SOP_CLASS, b"")) or self.sop_class_uid or ""
        if not sop_class.startswith(STORAGE):
            return self._has_too_few_pixels()
        kind = sop_class.removeprefix(STORAGE)
        if self.last < _SERIES:
            return True
        if kind in _IMAGES and _URL not in self.values:
            return not self.tags & PIXELS or self._has_too_few_pixels()
        due = next((tag for start, tag in _CONTENT.items() if kind.startswith(start)), None)
        return (due is not None and due not in self.tags) or self._has_too_few_pixels()

    def _has_too_few_pixels(self) -> bool:
        """Compare the length of native pixels with what rows, columns and frames ask for."""
        if self.pixels is None or not self.native:
            return False
        tag, length, first = self.pixels
        rows, columns = self._short(_ROWS), self._short(_COLUMNS)
        bits = _BITS.get(tag) or self._short(_ALLOCATED)
        if not (rows and columns and bits) or first.startswith(_COMPRESSED):
            return False
        return length < (rows * columns * self._frames() * self._samples_of_two(bits) // 2 + 7) // 8

    def _samples_of_two(self, bits: int) -> int:
        """Give the bits of two neighbouring pixels; subsampled colour has less (PS3.3 C.7.6.3.1.2)."""
        photometric = self.values.get(_PHOTOMETRIC, b"").strip(b" \0")
        if photometric in (b"YBR_FULL_422", b"YBR_PARTIAL_422"):
            return 4 * bits
        if photometric == b"YBR_PARTIAL_420":
            return 3 * bits
        return 2 * bits * (self._short(_SAMPLES) or 1)

    def _frames(self) -> int:
        found = _NUMBER.match(self.values.get(_FRAMES, b""))
        return max(1, int(found[1])) if found else 1

    def _short(self, tag: int) -> int:
        """Read a US (or, by mistake, a UL); 0 where there is none."""
        return int.from_bytes(self.values.get(tag, b"")[:4], "big" if self.big else "little")
