"""Metadata for whoever may look and not download: without a file's contents in it.

A small document, a model, a curve or whatever a private element holds would stand in DICOM JSON as InlineBinary, whole
(PS3.18 F.2.7). What an image needs to be looked at stays: its tables and colours (group 0028) and overlays (60xx).
"""

from __future__ import annotations

import json
from typing import Any

_OVERLAYS = frozenset(f"60{number:02X}" for number in range(0, 0x20, 2))


def without_contents(metadata: bytes) -> bytes:
    """Take binary values out of one object's DICOM JSON, at every depth; the elements stay, without a value."""
    if b"InlineBinary" not in metadata:
        return metadata
    return json.dumps(_bare(json.loads(metadata)), separators=(",", ":")).encode()


def _bare(data_set: dict[str, Any]) -> dict[str, Any]:
    return {tag: _element(tag, element) for tag, element in data_set.items()}


def _element(tag: str, element: dict[str, Any]) -> dict[str, Any]:
    if element.get("vr") == "SQ":
        return {**element, "Value": [_bare(item) for item in element.get("Value", ())]}
    if "InlineBinary" in element and not (tag.startswith("0028") or tag[:4].upper() in _OVERLAYS):
        return {name: value for name, value in element.items() if name != "InlineBinary"}
    return element
