"""What of a study is not sent, and why: what the shelf keeps back, what the person took away, what no disc gave.

Told to a portal as UIDs, numbers and codes: no names, no paths.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from core.errors import LibraryError
from library.rows import ItemNote, ReceiptRow, UploadItem, UploadRow
from library.shelf import Library
from portal.wire import LEFT_OUT_CODES, LeftOut, LeftOutCode, NotHere

# the code of an instance that stays here -> what the portal is told; damage of every other kind is "damaged"
_SAID: dict[str, LeftOutCode] = {
    "conflict": "conflict",
    "no-uid": "no-number",
    "too-large": "too-large",
    "refused": "refused",
    "not-allowed": "refused",
    "kept-other": "kept-other",
    "not-kept": "not-sent",
    "not-compared": "not-sent",
    "server-trouble": "not-sent",
    "not-sent": "not-sent",
}
_OF_A_RECEIPT = LEFT_OUT_CODES & {"missing", "unreadable", "not-copied"}
_UID = re.compile(r"(?=.{1,64}\Z)[0-9]+(?:\.[0-9]+)*")  # any other would have the whole list refused
_NUMBERED_MOST = 50_000


def left_out_of(
    library: Library, upload: UploadRow, items: Iterable[UploadItem], notes: Iterable[ItemNote]
) -> tuple[LeftOut, ...]:
    """Say what of the person's copy an upload leaves out; `notes` say which of its items stay, and why."""
    why = {note.sha256: note.code or "not-sent" for note in notes if note.state == "left"}
    there = [item for item in items if item.on_shelf]
    sent = {item.sop_instance_uid for item in there if item.sha256 not in why}
    said: dict[str, LeftOutCode] = {}
    nameless: list[LeftOutCode] = []
    for item in there:
        if item.sha256 in why:
            _add(said, nameless, item.sop_instance_uid, _SAID.get(why[item.sha256], "damaged"))
    for uid in _in_the_bin(library, upload):
        _add(said, nameless, uid, "removed")
    numbered, others = _of_receipts(upload, library.receipts(f"{upload.person_key}:{upload.study_key}"))
    for uid, code in numbered.items():
        _add(said, nameless, uid, code)
    named = [LeftOut(code, uid) for uid, code in said.items() if uid not in sent]
    rest = Counter(nameless) + others + Counter(one.code for one in named[_NUMBERED_MOST:])
    return (*named[:_NUMBERED_MOST], *(LeftOut(code, None, images) for code, images in sorted(rest.items())))


def counted(left_out: Iterable[LeftOut]) -> tuple[NotHere, ...]:
    """Count by reason."""
    numbers: Counter[LeftOutCode] = Counter()
    for one in left_out:
        numbers[one.code] += one.images
    return tuple(NotHere(code, images) for code, images in sorted(numbers.items()))


def _add(said: dict[str, LeftOutCode], nameless: list[LeftOutCode], uid: str | None, code: LeftOutCode) -> None:
    if uid and _UID.fullmatch(uid):
        said.setdefault(uid, code)
    else:
        nameless.append(code)


def _in_the_bin(library: Library, upload: UploadRow) -> Iterator[str | None]:
    try:
        level, rows = library.resolve(f"{upload.person_key}:{upload.study_key}", binned=True)
    except LibraryError:
        return  # nothing of it is in the bin
    if level == "study":
        yield from (row.sop_instance_uid for row in rows)


def _of_receipts(
    upload: UploadRow, receipts: Sequence[ReceiptRow]
) -> tuple[dict[str, LeftOutCode], Counter[LeftOutCode]]:
    """Read what the imports of a study did not bring: all they could number, and of each disc what it says last."""
    numbered: dict[str, LeftOutCode] = {}
    nameless: Counter[LeftOutCode] = Counter()
    seen: set[tuple[str, str, object]] = set()
    for receipt in receipts:  # newest first
        totals = receipt.facts.get("totals", {})
        disc = (receipt.kind, receipt.label, totals.get("entries"))
        newest = disc not in seen
        seen.add(disc)
        absent: Mapping[str, Any] | None = receipt.facts.get("absent")
        images: list[dict[str, Any]] = absent["images"] if absent is not None else []
        files = int(absent["files"]) if absent is not None else _by_the_sums(receipt.facts, totals)
        for group in images:
            if group["study_instance_uid"] != upload.study_instance_uid or group["code"] not in _OF_A_RECEIPT:
                continue
            code = cast(LeftOutCode, group["code"])
            for uid in group["sop_instance_uids"]:
                numbered.setdefault(uid, code)
            if newest:
                nameless[code] += int(group["nameless"])
        if newest:
            nameless["perhaps-unreadable"] += files
    return numbered, nameless


def _by_the_sums(facts: Mapping[str, Any], totals: Mapping[str, Any]) -> int:
    """Count what an older receipt misses; it does not say of which study."""
    return sum(int(facts.get(name, 0)) for name in ("failed", "left")) + sum(
        int(totals.get(name, 0)) for name in ("missing", "unreadable")
    )
