"""From decoded words to stored values: masked to BitsStored, or held at its ends where a codec went beyond them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dicom.pixels.layout import PixelLayout

Samples = NDArray[Any]
WAVELETS = ("jpeg2000", "htj2k")


def stored_values(words: Samples, layout: PixelLayout) -> Samples:
    """Mask raw words to BitsStored and extend the sign by PixelRepresentation (PS3.5 8.1.1)."""
    width = word_bits(layout.bits_allocated)
    unsigned = np.dtype(f"<u{width // 8}")
    values = _as_unsigned(words, unsigned)
    shift = layout.high_bit + 1 - layout.bits_stored
    if shift > 0:
        values = values >> unsigned.type(shift)
    bits = layout.bits_stored
    if layout.signed and layout.bits_allocated > 1:
        signed = values.view(f"<i{width // 8}")
        return signed if bits == width else (signed << (width - bits)) >> (width - bits)
    return values if bits == width else values & unsigned.type((1 << bits) - 1)


def word_bits(bits_allocated: int) -> int:
    """Return the bits of the smallest word in memory that holds a sample."""
    return next(width for width in (8, 16, 32, 64) if bits_allocated <= width)


def ranged_values(words: Samples, layout: PixelLayout, *, for_display: bool) -> tuple[Samples, tuple[str, ...]]:
    """Return stored values, and a mark where bits that are no part of them had to be left out.

    A lossy codec, or a JPEG 2000 codestream cut short, gives samples beyond BitsStored near sharp edges: masked, white
    would become black. They are held at the end they passed; those of a reversible codestream only for display, as its
    stored values are what every reader masks. Elsewhere bits beyond BitsStored are none of the sample's.
    """
    if not _goes_beyond(words, layout):
        return stored_values(words, layout), ()
    if layout.inexact or (for_display and _may_overshoot(layout)):
        return held_values(words, layout), ()
    if _may_overshoot(layout):
        return stored_values(words, layout), ()
    held = for_display and layout.codec in WAVELETS and _same_sign(words, layout) and _is_near(words, layout)
    return (held_values if held else stored_values)(words, layout), ("bits-not-usable",)


def held_values(words: Samples, layout: PixelLayout) -> Samples:
    """Return stored values, those beyond BitsStored as its lowest or highest value."""
    low, high = _ends(layout)
    return stored_values(np.clip(_meant(words, layout), low, high), layout)


def as_deep_as_said(values: Samples, precision: int, bits_stored: int) -> Samples:
    """Scale colour whose codestream is not as deep as the object says: 8 bits in 16 would be black, 12 in 8 white."""
    deeper = precision > word_bits(bits_stored)
    if not precision or not (deeper or precision <= 8 < bits_stored):
        return values
    factor = ((1 << bits_stored) - 1) / ((1 << precision) - 1)
    return np.rint(values * factor).astype(f"<u{word_bits(bits_stored) // 8}")


def _ends(layout: PixelLayout) -> tuple[int, int]:
    span = 1 << layout.bits_stored
    return (-span // 2, span // 2 - 1) if layout.signed else (0, span - 1)


def _goes_beyond(words: Samples, layout: PixelLayout) -> bool:
    """Say whether any word holds more than BitsStored: by number where a codec may have gone too far, else by bits."""
    if layout.bits_stored >= words.dtype.itemsize * 8 or layout.bits_allocated == 1:
        return False
    may_overshoot = layout.inexact or _may_overshoot(layout)
    if may_overshoot or (layout.codec in WAVELETS and _same_sign(words, layout) and not layout.overlay_bits):
        low, high = _ends(layout)
        meant = _meant(words, layout)
        return bool(meant.min() < low or meant.max() > high)
    return _has_other_bits(words, layout)


def _may_overshoot(layout: PixelLayout) -> bool:
    return layout.codec in WAVELETS and (layout.cut or layout.lossy != "no")


def _same_sign(words: Samples, layout: PixelLayout) -> bool:
    return layout.signed == (words.dtype.kind == "i")


def _has_other_bits(words: Samples, layout: PixelLayout) -> bool:
    """Say whether bits above the sample's are set that neither carry its sign on nor are an overlay plane's."""
    width = words.dtype.itemsize * 8
    unsigned = words.view(f"<u{words.dtype.itemsize}")
    if _fits(unsigned, layout):
        return False
    above = ((1 << width) - 1) & ~((1 << (layout.high_bit + 1)) - 1) & ~layout.overlay_bits
    if 0 < layout.precision < width:
        above &= (1 << layout.precision) - 1
    others = unsigned & unsigned.dtype.type(above)
    if not others.any():
        return False
    if not layout.signed:
        return True
    negative = (unsigned >> unsigned.dtype.type(layout.high_bit)) & 1 > 0
    return bool((others[others > 0] != above).any() or not negative[others > 0].all())


def _fits(unsigned: Samples, layout: PixelLayout) -> bool:
    """Say at a glance that no bit above the sample's is set, or all carry its sign on: so it is nearly always."""
    top = 1 << layout.high_bit
    if unsigned.max() < 2 * top:
        return True
    if not layout.signed:
        return False
    signed = unsigned.view(f"<i{unsigned.dtype.itemsize}")
    return bool(signed.max() < top and signed.min() >= -top)


def _is_near(words: Samples, layout: PixelLayout) -> bool:
    """Say whether what lies beyond BitsStored is as little beyond as a cut codestream makes it, and no other bit."""
    low, high = _ends(layout)
    room, meant = (high - low) // 2, _meant(words, layout)
    return bool(meant.min() >= low - room and meant.max() <= high + room)


def _meant(words: Samples, layout: PixelLayout) -> Samples:
    """Return words as the numbers they stand for, where their signedness is not the one PixelRepresentation says."""
    if _same_sign(words, layout):
        return words
    bits, precision = layout.bits_stored, layout.precision or words.dtype.itemsize * 8
    wide = words.astype(np.int64)
    if not layout.signed:
        return wide & ((1 << bits) - 1) if precision == bits else wide
    half = 1 << (bits - 1)
    extended = np.where(wide >= 1 << (precision - 1), wide - (1 << precision), wide)
    if extended.min() < 0 or extended.max() < half + half // 2:
        return extended
    # no word is negative: their sign lies in the highest bit stored and was not carried on
    field = np.minimum(wide, 2 * half - 1)
    return np.where(field >= half, field - 2 * half, field)


def _as_unsigned(words: Samples, unsigned: np.dtype[Any]) -> Samples:
    """Reinterpret as unsigned words of the wanted width; a narrower signed sample keeps its sign bits."""
    if words.dtype.kind == "i":
        return words.astype(f"<i{unsigned.itemsize}").view(unsigned)
    return words.astype(unsigned, copy=False)
