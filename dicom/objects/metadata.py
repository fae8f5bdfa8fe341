"""An object's metadata as PS3.18 10.4.1.1.2 and annex F have them: every element, bulk data as addresses."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from typing import Any

from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from core.errors import DicomError
from dicom.objects.tags import PLAIN_VRS, TEXT_VRS, converted, end_of_fragments, inline, small_value, vr_of
from dicom.pixels.fragments import read_fragments
from dicom.pixels.layout import pixel_layout
from dicom.pixels.plain_frame import PlainForm, plain_form
from dicom.reading.bytes_source import ByteSource
from dicom.reading.dataset import DataSet, elements_after, open_data_set
from dicom.reading.elements import ITEM_TAG, MAX_ITEMS, TROUBLE, quietly, text
from dicom.reading.keywords import PIXEL_TAGS
from dicom.reading.sequences import MAX_DEPTH

Json = dict[str, Any]
Check = Callable[[], None]
Path = tuple[int, ...]  # a tag, or tag, item (from 1), tag … down to an element

MAX_BULK = 512 << 20
_MOST_INLINE = 16384
_MOST_TEXT = 4 << 20
_BINARY = frozenset(("OB", "OD", "OF", "OL", "OV", "OW", "UN"))
_WRITTEN_OUT = TEXT_VRS | PLAIN_VRS | {"DS", "IS"}
_DOCUMENT = 0x00420011  # a whole document is never part of a description
_CHARSET = 0x00080005
_UTF_8 = {"vr": "CS", "Value": ["ISO_IR 192"]}
# How many bytes of a value belong together, which big-endian files hold the other way round (PS3.5 7.3).
_WORDS = {
    "OW": 2, "US": 2, "SS": 2, "AT": 2, "OL": 4, "UL": 4, "SL": 4, "FL": 4, "OF": 4,
    "OD": 8, "FD": 8, "OV": 8, "SV": 8, "UV": 8,
}  # fmt: skip


@quietly
def data_set_metadata(source: ByteSource, bulk_data: str, check: Check) -> str:
    """Return the elements without group 0002 as JSON text; bulk data are addresses that begin with `bulk_data`.

    The attributes that describe pixels are those of plain frames (`dicom.plain_frame`). Texts are UTF-8 (F.2.2).
    """
    data_set = open_data_set(source)
    walk = _Walk(data_set, bulk_data, check)
    charset = text(data_set.elements, "SpecificCharacterSet")
    found = walk.level(data_set.elements, charset, ())
    if data_set.pixels is not None:
        pixels = data_set.pixels
        found |= _form_said(data_set, found)
        found[f"{pixels.tag:08X}"] = {"vr": pixels.vr or "OW", "BulkDataURI": walk.address((pixels.tag,))}
        after = walk.level(_after(data_set), charset, ())
        found |= {tag: element for tag, element in after.items() if tag not in found}
    written = _written(found)
    if charset is None and not written.isascii():
        written = _written({f"{_CHARSET:08X}": _UTF_8, **found})
    return written


@quietly
def bulk_value(source: ByteSource, steps: Sequence[int]) -> bytes | None:
    """Return the value of one element, little-endian; `None` where it is not. Raises `DicomError("refused-limit")`."""
    data_set, path = open_data_set(source), list(steps)
    elements: Any = data_set.elements
    try:
        if path[0] not in elements and data_set.pixels is not None:
            elements = _after(data_set)
        while len(path) > 1:
            tag, item, *path = path
            elements = elements[tag].value[item - 1] if item > 0 else elements[0]
        raw: Any = elements.get_item(BaseTag(path[0]), keep_deferred=True)
    except TROUBLE:
        return None
    if isinstance(raw, RawDataElement):
        return _in_order(_value_of(data_set, raw), vr_of(raw), data_set)
    if isinstance(raw, DataElement) and isinstance(raw.value, bytes):
        return _in_order(raw.value, str(raw.VR), data_set)
    return None


def _value_of(data_set: DataSet, raw: RawDataElement, most: int = MAX_BULK) -> bytes:
    if raw.value is not None:
        return bytes(raw.value)
    if not 0 <= raw.length <= most:
        raise DicomError("refused-limit", limit=most)
    return data_set.source.read_at(raw.value_tell, raw.length)


def _in_order(value: bytes, vr: str, data_set: DataSet) -> bytes:
    size = _WORDS.get(vr, 1)
    if data_set.little_endian or size == 1 or len(value) % size:
        return value
    swapped = bytearray(len(value))
    for place in range(size):
        swapped[place::size] = value[size - 1 - place :: size]
    return bytes(swapped)


def _after(data_set: DataSet) -> Dataset:
    """Read the elements that follow the pixels."""
    pixels = data_set.pixels
    assert pixels is not None
    if pixels.length is not None:
        return elements_after(data_set, pixels.offset + pixels.length)
    table = read_fragments(data_set.source, pixels.offset, data_set.little_endian)
    return elements_after(data_set, end_of_fragments(table, data_set.source.size))


def _form_said(data_set: DataSet, found: Json) -> Json:
    """Say of the pixels what the bytes of plain frames are, where the object says something else or nothing."""
    try:
        form = plain_form(data_set.source, pixel_layout(data_set))
    except DicomError:
        return {}  # no frame of it can be had either
    return {tag: {"vr": vr, "Value": [value]} for tag, vr, value in _said(form) if _first(found, tag) != value}


def _said(form: PlainForm) -> list[tuple[str, str, Any]]:
    said: list[tuple[str, str, Any]] = [
        ("00280002", "US", form.samples), ("00280004", "CS", form.photometric_interpretation),
        ("00280010", "US", form.rows), ("00280011", "US", form.columns), ("00280100", "US", form.bits_allocated),
    ]  # fmt: skip
    if form.bits_stored:
        said += [("00280101", "US", form.bits_stored), ("00280102", "US", form.high_bit)]
    return said if form.planar is None else [*said, ("00280006", "US", int(form.planar))]


def _first(found: Json, tag: str) -> Any:
    values = found.get(tag, {}).get("Value") or [None]
    return values[0]


class _Walk:
    """The walk over one object's elements."""

    def __init__(self, data_set: DataSet, bulk_data: str, check: Check) -> None:
        self._data_set = data_set
        self._bulk_data = bulk_data
        self._check = check

    def level(self, elements: Dataset, charset: str | None, above: Path) -> Json:
        """Return one level's elements in the order of their tags; group lengths mean nothing here."""
        found: Json = {}
        for tag in sorted(elements.keys()):
            self._check()
            if tag.element == 0 or (tag in PIXEL_TAGS and not above):
                continue
            found[f"{int(tag):08X}"] = _UTF_8 if tag == _CHARSET else self._element(elements, tag, charset, above)
        return found

    def address(self, path: Path) -> str:
        """Give the address of an element's value."""
        steps = (f"{step:08X}" if place % 2 == 0 else str(step) for place, step in enumerate(path))
        return self._bulk_data + "/".join(steps)

    def _element(self, elements: Dataset, tag: BaseTag, charset: str | None, above: Path) -> Json:
        raw: Any = elements.get_item(tag, keep_deferred=True)
        path = (*above, int(tag))
        if isinstance(raw, RawDataElement):
            vr = vr_of(raw)
            if vr != "SQ":
                return self._value(raw, vr, charset, path)
            deep = len(above) >= 2 * MAX_DEPTH
            if deep or raw.value is None or raw.value.count(ITEM_TAG) > MAX_ITEMS:
                return self._unread(raw, path)
        try:
            element = elements[tag]
        except TROUBLE:
            return self._unread(raw, path) if isinstance(raw, RawDataElement) else {"vr": "UN"}
        return self._built(element, charset, path)

    def _unread(self, raw: RawDataElement, path: Path) -> Json:
        """Give what cannot be understood as what it is: bytes."""
        size = raw.length if raw.value is None else len(raw.value)
        if size in (0, 0xFFFFFFFF):
            return {"vr": "UN"}
        return {"vr": "UN", "BulkDataURI": self.address(path)}

    def _built(self, element: DataElement, charset: str | None, path: Path) -> Json:
        if element.VR == "SQ":
            items = [item for item in element.value if isinstance(item, Dataset)]
            levels = [
                self.level(item, text(item, "SpecificCharacterSet") or charset, (*path, place))
                for place, item in enumerate(items, 1)
            ]
            return {"vr": "SQ", "Value": levels} if levels else {"vr": "SQ"}
        if isinstance(element.value, bytes):
            return self._binary(element.value, str(element.VR), path)
        return _finite(converted(element))

    def _value(self, raw: RawDataElement, vr: str, charset: str | None, path: Path) -> Json:
        size = raw.length if raw.value is None else len(raw.value)
        if size in (0, 0xFFFFFFFF):
            return {"vr": vr}
        if vr in _WRITTEN_OUT and size <= _MOST_TEXT:
            value = _value_of(self._data_set, raw)
            if vr in ("DS", "IS"):
                return _numbers(value, vr)
            return small_value(raw._replace(value=value), vr, charset)
        if raw.value is None or size > _MOST_INLINE or path[-1] == _DOCUMENT:
            return {"vr": vr, "BulkDataURI": self.address(path)}
        if vr in _BINARY:
            return self._binary(raw.value, vr, path)
        return _finite(small_value(raw, vr, charset))

    def _binary(self, value: bytes, vr: str, path: Path) -> Json:
        if len(value) > _MOST_INLINE or path[-1] == _DOCUMENT:
            return {"vr": vr, "BulkDataURI": self.address(path)}
        return {"vr": vr} | inline(_in_order(value, vr, self._data_set))


def _numbers(value: bytes, vr: str) -> Json:
    """Write decimal texts as numbers, and as the text they are where they are none (F.2.3)."""
    parts = [part.strip(" \0") for part in value.decode("latin_1").split("\\")]
    return {"vr": vr, "Value": [_decimal(part, vr) for part in parts]} if any(parts) else {"vr": vr}


def _decimal(part: str, vr: str) -> Any:
    try:
        number = int(part) if vr == "IS" else float(part)
    except ValueError:
        return part or None
    return number if math.isfinite(number) else part


def _finite(element: Json) -> Json:
    """Write numbers JSON has no word for as texts (F.2.3)."""
    if "Value" in element:
        element["Value"] = [_number(value) for value in element["Value"]]
    return element


def _number(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return value


def _written(found: Json) -> str:
    return json.dumps(dict(sorted(found.items())), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
