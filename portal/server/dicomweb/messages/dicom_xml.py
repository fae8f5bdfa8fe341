"""The Native DICOM Model (PS3.19 A.1), written out of DICOM JSON for clients that ask for XML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from dicom.reading.keywords import keyword_of

XML = "application/dicom+xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_NAMESPACE = 'xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM" xml:space="preserve"'
_NAME_PARTS = ("FamilyName", "GivenName", "MiddleName", "NamePrefix", "NameSuffix")
_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")
Json = dict[str, Any]


def native_model(data_set: Json | bytes) -> bytes:
    """Write one data set; letters XML has no place for are left out."""
    elements: Json = json.loads(data_set) if isinstance(data_set, bytes) else data_set
    return f"{_HEAD}<NativeDicomModel {_NAMESPACE}>{''.join(_elements(elements))}</NativeDicomModel>".encode()


def _elements(elements: Json) -> Iterator[str]:
    for tag, element in sorted(elements.items()):
        said = f'tag="{tag}" vr="{element["vr"]}"{_named(tag, elements)}'
        yield f"<DicomAttribute {said}>{''.join(_content(element))}</DicomAttribute>"


def _named(tag: str, elements: Json) -> str:
    """Name an attribute: by its keyword, or by who made it up."""
    if int(tag[:4], 16) % 2 == 0:
        keyword = keyword_of(tag)
        return f' keyword="{keyword}"' if keyword else ""
    creators = elements.get(f"{tag[:4]}00{tag[4:6]}", {}).get("Value") or []
    return f' privateCreator="{_text(creators[0])}"' if creators and creators[0] and tag[4:6] != "00" else ""


def _content(element: Json) -> Iterator[str]:
    if "InlineBinary" in element:
        yield f"<InlineBinary>{element['InlineBinary']}</InlineBinary>"
    if "BulkDataURI" in element:
        yield f'<BulkData uri="{_text(element["BulkDataURI"])}"/>'
    for number, value in enumerate(element.get("Value", ()), 1):
        if element["vr"] == "SQ":
            yield f'<Item number="{number}">{"".join(_elements(value))}</Item>'
        elif value is None:
            yield f'<Value number="{number}"/>'
        elif isinstance(value, dict):
            yield f'<PersonName number="{number}">{"".join(_name(value))}</PersonName>'
        else:
            yield f'<Value number="{number}">{_text(value)}</Value>'


def _name(value: Json) -> Iterator[str]:
    for group in _GROUPS:
        if group in value:
            parts = zip(_NAME_PARTS, str(value[group]).split("^"), strict=False)
            inside = "".join(f"<{name}>{_text(part)}</{name}>" for name, part in parts if part)
            yield f"<{group}>{inside}</{group}>"


def _text(value: Any) -> str:
    return escape("".join(sign for sign in str(value) if _is_xml(sign)))


def _is_xml(sign: str) -> bool:
    return sign in "\t\n\r" or (sign >= " " and not "\ud800" <= sign <= "\udfff" and sign not in "\ufffe\uffff")
