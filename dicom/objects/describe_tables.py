"""Lookup tables and palettes out of a data set, as wrong as real files have them (PS3.3 C.11.1, C.11.2, C.7.9)."""

from __future__ import annotations

import numpy as np
from pydicom.dataset import Dataset

from dicom.description import LookupTable, Palette
from dicom.reading.elements import items, number, raw_element, text, value, values

_COLOURS = ("Red", "Green", "Blue")
_MAX_ENTRIES = 65536
_MAX_TABLES = 64


def lookup_table_of(item: Dataset, signed: bool) -> LookupTable | None:
    """Read one modality or VOI LUT item; `signed` says how its input counts. `None` if it cannot be used."""
    descriptor = _descriptor(item, "LUTDescriptor", signed)
    if descriptor is None:
        return None
    entries, first, bits = descriptor
    table, bits = _table(_bytes(item, "LUTData"), entries, bits, little_endian=_little_endian(item, "LUTData"))
    if not table:
        return None
    return LookupTable(first, bits, table, text(item, "LUTExplanation"))


def voi_lookup_tables(elements: Dataset, signed: bool) -> tuple[LookupTable, ...]:
    """Read every VOI LUT; its input is signed when the pixels are, or when rescaling makes them so."""
    below_zero = signed or (number(elements, "RescaleIntercept") or 0) < 0
    found = (lookup_table_of(item, below_zero) for item in items(elements, "VOILUTSequence"))
    return tuple(table for table in found if table is not None)


class FrameTables:
    """The different VOI LUTs that the frames of one enhanced object have (PS3.3 C.7.6.16.2.10b), each kept once."""

    def __init__(self, signed: bool) -> None:
        self.tables: list[LookupTable] = []
        self._signed = signed
        self._places: dict[object, int] = {}

    def places(self, macro: Dataset, below_zero: bool) -> tuple[int, ...]:
        """Return which tables a Frame VOI LUT item means, reading those not met before."""
        found: list[int] = []
        for item in items(macro, "VOILUTSequence")[:_MAX_TABLES]:
            name = (below_zero, _bytes(item, "LUTDescriptor"), _bytes(item, "LUTData"))
            if name not in self._places and len(self.tables) < _MAX_TABLES:
                table = lookup_table_of(item, self._signed or below_zero)
                self._places[name] = len(self.tables) if table is not None else -1
                self.tables += [table] if table is not None else []
            if (place := self._places.get(name, -1)) >= 0:
                found.append(place)
        return tuple(found)


def palette_of(elements: Dataset, signed: bool) -> Palette | None:
    """Read the red, green and blue tables, segmented ones expanded; shorter ones repeat their last value."""
    tables: list[tuple[int, ...]] = []
    first, bits = 0, 8
    for colour in _COLOURS:
        descriptor = _descriptor(elements, f"{colour}PaletteColorLookupTableDescriptor", signed)
        if descriptor is None:
            return None
        entries, first, said = descriptor
        table, found_bits = _colour_table(elements, colour, entries, said)
        if not table:
            return None
        tables.append(table)
        bits = max(bits, found_bits)
    length = max(map(len, tables))
    red, green, blue = (table + (table[-1],) * (length - len(table)) for table in tables)
    return Palette(first, bits, red, green, blue)


def _colour_table(elements: Dataset, colour: str, entries: int, bits: int) -> tuple[tuple[int, ...], int]:
    keyword = f"{colour}PaletteColorLookupTableData"
    data = _bytes(elements, keyword)
    if data:
        return _table(data, entries, bits, little_endian=_little_endian(elements, keyword))
    keyword = f"Segmented{keyword}"
    data = _bytes(elements, keyword)
    width = 1 if bits <= 8 else 2
    kind = f"{'<' if _little_endian(elements, keyword) else '>'}u{width}"
    words = np.frombuffer(data[: len(data) // width * width], kind).tolist()
    return tuple(expand_segments(words, width)[:entries]), bits


def _descriptor(elements: Dataset, keyword: str, signed: bool) -> tuple[int, int, int] | None:
    """Return entries, first value and bits; 0 entries mean 65,536."""
    raw = raw_element(elements, keyword)
    if raw is not None and raw.value is not None and len(raw.value) >= 6:
        words = np.frombuffer(raw.value[:6], "<u2" if raw.is_little_endian else ">u2").tolist()
    else:
        words = [int(word) & 0xFFFF for word in values(elements, keyword)[:3] if isinstance(word, int | float)]
    if len(words) < 3:
        return None
    first = words[1] - 0x10000 if signed and words[1] & 0x8000 else words[1]
    return words[0] or _MAX_ENTRIES, first, min(max(words[2], 8), 16)


def _bytes(elements: Dataset, keyword: str) -> bytes:
    raw = raw_element(elements, keyword)
    if raw is not None:
        return raw.value or b""
    found = value(elements, keyword)
    if isinstance(found, bytes):
        return found
    words = [int(word) & 0xFFFF for word in values(elements, keyword) if isinstance(word, int | float)]
    return np.asarray(words, "<u2").tobytes()


def _little_endian(elements: Dataset, keyword: str) -> bool:
    raw = raw_element(elements, keyword)
    return True if raw is None else raw.is_little_endian


def _table(data: bytes, entries: int, bits: int, *, little_endian: bool) -> tuple[tuple[int, ...], int]:
    """Read entries of 8 or 16 bits: the length says which; the values say how many bits they really have."""
    if len(data) >= 2 * entries or (bits > 8 and len(data) > entries + 1):
        table = np.frombuffer(data[: len(data) // 2 * 2], "<u2" if little_endian else ">u2")[:entries]
    else:
        table = np.frombuffer(data, np.uint8)[:entries]
        bits = 8
    if table.size == 0:
        return (), bits
    highest = int(table.max())
    if bits == 8 and table.itemsize == 2 and highest > 255 and not (table & 0xFF).any():
        # 8-bit values kept in the high byte
        return tuple((table >> 8).tolist()), 8
    if bits == 16 and highest <= 255 and table.size > 1:
        # 8-bit values declared as 16, which would all be black
        return tuple(table.tolist()), 8
    return tuple(table.tolist()), max(bits, highest.bit_length())


def expand_segments(words: list[int], width: int = 2) -> list[int]:
    """Expand a segmented palette: discrete, linear and indirect segments (PS3.3 C.7.9.2).

    `width` is the bytes of a word: the 32-bit offset of an indirect segment, in bytes, takes 4 // width of them.
    Damaged segments end the table; it never grows beyond 65,536 entries.
    """
    found: list[int] = []
    _expand(words, 0, len(words), width, found, nested=False)
    return found[:_MAX_ENTRIES]


def _expand(words: list[int], position: int, most: int, width: int, found: list[int], nested: bool) -> None:
    """Append the values of up to `most` segments from `position` on."""
    for _ in range(most):
        if position + 2 > len(words) or len(found) >= _MAX_ENTRIES:
            return
        kind, length = words[position], words[position + 1]
        position += 2
        if kind == 0:
            found += words[position : position + length]
            position += length
        elif kind == 1 and found and position < len(words):
            found += _line(found[-1], words[position], length)
            position += 1
        elif kind == 2 and not nested:
            parts = words[position : position + 4 // width]
            offset = sum(part << (8 * width * index) for index, part in enumerate(parts))
            _expand(words, offset // width, length, width, found, nested=True)
            position += len(parts)
        else:
            return


def _line(start: int, end: int, length: int) -> list[int]:
    return [round(start + (end - start) * step / length) for step in range(1, length + 1)]
