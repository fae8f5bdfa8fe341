"""What a STOW-RS answer says of each instance: JSON or XML, whatever the status and the Content-Type are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from portal.client.connecting.shapes import read_json

ANSWER_BYTES_MOST = 1 << 20  # it is about one instance
REASON_MOST = 0xFFFF

_NOT_READ = (b"<!DOCTYPE", b"<!ENTITY", b"\0")  # a NUL: letters of two bytes, in which the first two look otherwise
_REFERENCED, _FAILED = "00081199", "00081198"
_UID, _FAILURE, _WARNING = "00081155", "00081197", "00081196"
_KEYWORDS = {
    "ReferencedSOPSequence": _REFERENCED,
    "FailedSOPSequence": _FAILED,
    "ReferencedSOPInstanceUID": _UID,
    "FailureReason": _FAILURE,
    "WarningReason": _WARNING,
}


@dataclass(frozen=True, slots=True)
class StowAnswer:
    """SOP Instance UIDs with what was said of them: a WarningReason or None, and a FailureReason or None."""

    stored: Mapping[str, int | None] = field(default_factory=dict)
    failed: Mapping[str, int | None] = field(default_factory=dict)


def read_answer(body: bytes) -> StowAnswer:
    """Read an answer; one that says nothing understandable says nothing of any instance."""
    text = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    try:
        if text.startswith((b"{", b"[")):
            return _from_json(read_json(text))
        if text.startswith(b"<") and not any(each in text for each in _NOT_READ):
            return _from_xml(ElementTree.fromstring(text, ElementTree.XMLParser(encoding="utf-8")))
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError, ElementTree.ParseError):
        return StowAnswer()
    return StowAnswer()


def _from_json(said: Any) -> StowAnswer:
    data_sets = said if isinstance(said, list) else [said]
    found = [_json_items(one, tag) for tag in (_REFERENCED, _FAILED) for one in data_sets]
    half = len(data_sets)
    return _answer(
        (item for items in found[:half] for item in items), (item for items in found[half:] for item in items)
    )


def _json_items(data_set: Any, tag: str) -> list[dict[str, Any]]:
    items = (data_set.get(tag) or {}).get("Value") or []
    return [{name: _first(item.get(name)) for name in (_UID, _FAILURE, _WARNING)} for item in items]


def _first(element: Any) -> Any:
    values = (element or {}).get("Value") or [None]
    return values[0]


def _from_xml(root: ElementTree.Element) -> StowAnswer:
    attributes = [node for node in root.iter() if _local(node) == "DicomAttribute"]
    return _answer(
        (item for node in attributes if _tag(node) == _REFERENCED for item in _xml_items(node)),
        (item for node in attributes if _tag(node) == _FAILED for item in _xml_items(node)),
    )


def _xml_items(sequence: ElementTree.Element) -> list[dict[str, Any]]:
    return [{_tag(node): _xml_value(node) for node in item} for item in sequence if _local(item) == "Item"]


def _xml_value(node: ElementTree.Element) -> str | None:
    return next((child.text for child in node if _local(child) == "Value"), None)


def _tag(node: ElementTree.Element) -> str:
    tag = (node.get("tag") or "").replace(",", "").strip("()")
    return tag or _KEYWORDS.get(node.get("keyword") or "", "")


def _local(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2]


def _answer(stored: Iterable[dict[str, Any]], failed: Iterable[dict[str, Any]]) -> StowAnswer:
    failures = _reasons(failed, _FAILURE)
    # some servers list a failed instance in both: what failed is not stored
    took = {uid: reason for uid, reason in _reasons(stored, _WARNING).items() if uid not in failures}
    return StowAnswer(took, failures)


def _reasons(items: Iterable[dict[str, Any]], name: str) -> dict[str, int | None]:
    return {
        uid.strip("\0 "): _number(item.get(name)) for item in items if isinstance(uid := item.get(_UID), str) and uid
    }


def _number(value: Any) -> int | None:
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
    return number if number is None or number <= REASON_MOST else None
