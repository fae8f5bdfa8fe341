"""Metadata for whoever may look and not download: without a file's contents in it.

A small document, a model, a curve or whatever a private element holds would stand in DICOM JSON as InlineBinary, whole
(PS3.18 F.2.7). What an image is drawn of stays; of all else the address of its value is told, which refuses it.
"""

from __future__ import annotations

import json
from typing import Any

from portal.server.access.visible_instances import is_drawn_of


def without_contents(metadata: bytes, bulk_data: str) -> bytes:
    """Turn binary values in one object's DICOM JSON, at every depth, into addresses that begin with `bulk_data`."""
    if b"InlineBinary" not in metadata:
        return metadata
    return json.dumps(_bare(json.loads(metadata), bulk_data), ensure_ascii=False, separators=(",", ":")).encode()


def _bare(data_set: dict[str, Any], above: str) -> dict[str, Any]:
    return {tag: _element(tag, element, above + tag) for tag, element in data_set.items()}


def _element(tag: str, element: dict[str, Any], place: str) -> dict[str, Any]:
    if element.get("vr") == "SQ":
        items = [_bare(item, f"{place}/{number}/") for number, item in enumerate(element.get("Value", ()), 1)]
        return {**element, "Value": items} if items else element
    if "InlineBinary" in element and not is_drawn_of(int(tag, 16)):
        return {"vr": element["vr"], "BulkDataURI": place}
    return element
