"""Every element of an object as DICOM JSON (PS3.18 F), with big values as length and hash."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from dicom.pixels.fragments import FragmentTable, read_fragments
from dicom.reading.bytes_source import ByteSource, chunks
from dicom.reading.dataset import DataSet, PixelElement, elements_after, open_data_set
from dicom.reading.elements import ITEM_TAG, MAX_ITEMS, TROUBLE, quietly, text
from dicom.reading.keywords import PIXEL_TAGS
from dicom.reading.sequences import MAX_DEPTH
from dicom.text.character_set import decode_text, decode_values

BIG = 1024
TEXT_VRS = frozenset(("LO", "LT", "PN", "SH", "ST", "UC", "UT"))
PLAIN_VRS = frozenset(("AE", "AS", "CS", "DA", "DT", "TM", "UI", "UR"))
_WHOLE_VRS = frozenset(("LT", "ST", "UT", "UR"))
_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")
Json = dict[str, Any]
Check = Callable[[], None]


@quietly
def data_set_tags(source: ByteSource, check: Check) -> Json:
    """Return the elements by tag, group 0002 under "meta", private ones kept; nothing that is odd raises."""
    data_set = open_data_set(source)
    charset = text(data_set.elements, "SpecificCharacterSet")
    tags = _Tags(data_set.source, check)
    found = tags.elements(data_set.elements, charset, 0)
    if data_set.pixels is not None:
        pixel, end = _pixel_json(data_set, data_set.pixels, check)
        found[f"{data_set.pixels.tag:08X}"] = pixel
        after = tags.elements(elements_after(data_set, end), charset, 0)
        found |= {tag: element for tag, element in after.items() if tag not in found}
    return {"meta": _Tags(source, check).elements(data_set.meta, None, 0), **found}


def _pixel_json(data_set: DataSet, pixels: PixelElement, check: Check) -> tuple[Json, int]:
    """Return length and hash of the pixel data (of encapsulated ones, of the fragments joined) and where they end."""
    vr = pixels.vr or "OW"
    if pixels.length is not None:
        digest = _digest(chunks(data_set.source, pixels.offset, pixels.length, check))
        return {"vr": vr} | digest, pixels.offset + pixels.length
    table = read_fragments(data_set.source, pixels.offset, data_set.little_endian)
    parts = (
        chunk
        for fragment in table.fragments
        for chunk in chunks(data_set.source, fragment.offset, fragment.length, check)
    )
    return {"vr": vr, "fragments": len(table.fragments)} | _digest(parts), end_of_fragments(table, data_set.source.size)


def end_of_fragments(table: FragmentTable, size: int) -> int:
    """Return where the sequence delimiter after the fragments ends; where there is none, nothing can follow."""
    if table.marks or not table.base:
        return size
    last = table.fragments[-1] if table.fragments else None
    return (last.offset + last.length if last else table.base) + 8


def _digest(parts: Iterator[bytes]) -> Json:
    digest, length = hashlib.sha256(), 0
    for part in parts:
        digest.update(part)
        length += len(part)
    return {"length": length, "sha256": digest.hexdigest()}


class _Tags:
    """The walk over one object's elements."""

    def __init__(self, source: ByteSource, check: Check) -> None:
        self._source = source
        self._check = check

    def elements(self, elements: Dataset, charset: str | None, depth: int) -> Json:
        """Return one level's elements in the order of their tags."""
        found: Json = {}
        for tag in sorted(elements.keys()):
            self._check()
            if tag in PIXEL_TAGS and depth == 0:
                continue
            found[f"{int(tag):08X}"] = self._element(elements, tag, charset, depth)
        return found

    def _element(self, elements: Dataset, tag: BaseTag, charset: str | None, depth: int) -> Json:
        raw: Any = elements.get_item(tag, keep_deferred=True)
        if isinstance(raw, RawDataElement):
            vr = vr_of(raw)
            if vr != "SQ":
                return self._raw(raw, vr, charset)
            if raw.value is not None and raw.value.count(ITEM_TAG) > MAX_ITEMS:
                return {"vr": "SQ"} | _digest(iter((raw.value,)))
        try:
            element = elements[tag]
        except TROUBLE:
            return self._raw(raw, "UN", charset) if isinstance(raw, RawDataElement) else {"vr": "UN"}
        return self._built(element, charset, depth)

    def _raw(self, raw: RawDataElement, vr: str, charset: str | None) -> Json:
        if raw.value is None:
            if raw.length in (0, 0xFFFFFFFF):
                return {"vr": vr}
            return {"vr": vr} | _digest(chunks(self._source, raw.value_tell, raw.length, self._check))
        if len(raw.value) > BIG:
            return {"vr": vr} | _digest(iter((raw.value,)))
        return small_value(raw, vr, charset)

    def _built(self, element: DataElement, charset: str | None, depth: int) -> Json:
        if element.VR != "SQ":
            return converted(element)
        if depth >= MAX_DEPTH:
            return {"vr": "SQ"}
        items = [item for item in element.value if isinstance(item, Dataset)]
        if not items:
            return {"vr": "SQ"}
        return {
            "vr": "SQ",
            "Value": [self.elements(item, text(item, "SpecificCharacterSet") or charset, depth + 1) for item in items],
        }


def vr_of(raw: RawDataElement) -> str:
    """Give an element's VR, of what says none the one DICOM knows."""
    if raw.VR and raw.VR != "UN":
        return str(raw.VR)
    if raw.tag.is_private_creator:
        return "LO"
    if raw.tag.is_private:
        return "UN"
    try:
        vr = dictionary_VR(raw.tag).split(" ")[0]
    except KeyError:
        return "UL" if raw.tag.element == 0 else "UN"
    return "UN" if vr == "NONE" else vr


def small_value(raw: RawDataElement, vr: str, charset: str | None) -> Json:
    """Write an element whose value is at hand as DICOM JSON; what cannot be read as its VR as bytes."""
    value = raw.value or b""
    if not value.strip(b" \0") and vr in TEXT_VRS | PLAIN_VRS | {"DS", "IS"}:
        return {"vr": vr}
    if vr in TEXT_VRS | PLAIN_VRS:
        return {"vr": vr, "Value": _text_values(value, vr, charset if vr in TEXT_VRS else None)}
    if vr in ("UN", "OB"):
        return {"vr": vr} | inline(value)
    try:
        return converted(DataElement(raw.tag, vr, _convert(raw, vr)))
    except TROUBLE:
        return {"vr": "UN"} | inline(value)


def _convert(raw: RawDataElement, vr: str) -> Any:
    from pydicom.values import convert_value

    return convert_value(vr, raw)


def _text_values(value: bytes, vr: str, charset: str | None) -> list[Any]:
    if vr in _WHOLE_VRS:
        return [decode_text(value, charset)[0].rstrip(" \0")]
    parts = decode_values(value, charset)[0]
    return [_name(part) if vr == "PN" else (part or None) for part in parts]


def _name(part: str) -> Json | None:
    groups = {key: group for key, group in zip(_GROUPS, part.split("="), strict=False) if group}
    return groups or None


def inline(value: bytes) -> Json:
    """Write bytes into the JSON; nothing for none."""
    return {"InlineBinary": base64.b64encode(value).decode("ascii")} if value else {}


def converted(element: DataElement) -> Json:
    """Write an element that pydicom has read as DICOM JSON."""
    value = element.value
    if isinstance(value, bytes):
        big = len(value) > BIG
        return {"vr": str(element.VR)} | (_digest(iter((value,))) if big else inline(value))
    try:
        found = element.to_json_dict(None, 1 << 30)
    except TROUBLE:
        return {"vr": str(element.VR), "Value": [str(value)]}
    if "Value" in found:  # one that is empty among several is null (F.2.5)
        found["Value"] = [None if item == "" else item for item in found["Value"]]
    return {"vr": str(element.VR)} | {key: item for key, item in found.items() if key != "vr"}
