"""DICOM JSON (PS3.18 annex F), written out of plain values."""

from __future__ import annotations

from typing import Any

from fastapi.responses import JSONResponse

Json = dict[str, Any]
JSON_TYPES = ("application/dicom+json", "application/json")  # either name asks for it
_GROUPS = ("Alphabetic", "Ideographic", "Phonetic")


class DicomJson(JSONResponse):
    """An answer in DICOM JSON."""

    media_type = JSON_TYPES[0]


def element(vr: str, *values: object) -> Json:
    """Write one element; what is absent or empty has no value."""
    written = [person_name(str(value)) if vr == "PN" else value for value in values if value not in (None, "")]
    return {"vr": vr, "Value": written} if written else {"vr": vr}


def person_name(text: str) -> dict[str, str]:
    """Write a PN with its component groups apart (PS3.18 F.2.2)."""
    return {key: group for key, group in zip(_GROUPS, text.split("="), strict=False) if group}
