"""What of a study is not sent, and why: what the shelf keeps back, what the person took away, what no disc gave.

Told to a portal as UIDs, numbers and codes: no names, no paths.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

from core.errors import LibraryError
from library.index.rows import ItemNote, ReceiptRow, UploadItem, UploadRow
from library.shelf import Library
from portal.wire.uploads import LeftOut
from portal.wire.wholeness import LEFT_OUT_CODES, LeftOutCode, NotHere

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
) -> tuple[LeftOut, ...] | None:
    """Say what of the person's copy an upload leaves out; `notes` say which of its items stay, and why.

    None where nothing is known to be left out and the shelf does not know what there was on the disc.
    """
    why = {note.sha256: note.code or "not-sent" for note in notes if note.state == "left"}
    there = [item for item in items if item.on_shelf]
    sent = {item.sop_instance_uid for item in there if item.sha256 not in why}
    said = _Said()
    for item in there:
        if item.sha256 in why:
            said.add(item.sop_instance_uid, _SAID.get(why[item.sha256], "damaged"))
    for uid in _in_the_bin(library, upload):
        said.add(uid, "removed")
    knows = _add_awaited(library, upload, said)
    receipts = library.receipts(f"{upload.person_key}:{upload.study_key}")
    _add_receipts(upload, receipts, said)
    left_out = said.without(sent)
    return left_out if left_out or (knows and receipts) else None


class _Said:
    """What is left out so far: each image by its UID once, with the reason that came first, and others by number."""

    def __init__(self) -> None:
        self._numbered: dict[str, LeftOutCode] = {}
        self._nameless: Counter[LeftOutCode] = Counter()

    def add(self, uid: str | None, code: LeftOutCode) -> None:
        """Add one image."""
        if uid and _UID.fullmatch(uid):
            self._numbered.setdefault(uid, code)
        else:
            self._nameless[code] += 1

    def count(self, code: LeftOutCode, images: int) -> None:
        """Add images without a UID."""
        self._nameless[code] += images

    def without(self, sent: Container[str | None]) -> tuple[LeftOut, ...]:
        """Give all of it but what is sent."""
        named = [LeftOut(code, uid) for uid, code in self._numbered.items() if uid not in sent]
        rest = self._nameless + Counter(one.code for one in named[_NUMBERED_MOST:])
        nameless = (LeftOut(code, None, min(images, _NUMBERED_MOST)) for code, images in sorted(rest.items()))
        return (*named[:_NUMBERED_MOST], *nameless)


def counted(left_out: Iterable[LeftOut]) -> tuple[NotHere, ...]:
    """Count by reason."""
    numbers: Counter[LeftOutCode] = Counter()
    for one in left_out:
        numbers[one.code] += one.images
    return tuple(NotHere(code, images) for code, images in sorted(numbers.items()))


def _in_the_bin(library: Library, upload: UploadRow) -> Iterator[str | None]:
    try:
        level, rows = library.resolve(f"{upload.person_key}:{upload.study_key}", binned=True)
    except LibraryError:
        return  # nothing of it is in the bin
    if level == "study":
        yield from (row.sop_instance_uid for row in rows)


def _add_awaited(library: Library, upload: UploadRow, said: _Said) -> bool:
    """Add what imports that were cut off have still to bring; tells whether each of them says what that is."""
    try:
        study = library.study(f"{upload.person_key}:{upload.study_key}")
    except LibraryError:
        return False  # none of it is on the shelf any more
    if study.awaited:
        for one in library.unfinished():
            for image in library.awaited(one.import_id):
                if (image.person_key, image.study_instance_uid) == (upload.person_key, upload.study_instance_uid):
                    said.add(image.sop_instance_uid, "not-copied")
    return bool(study.awaited) or not study.unfinished


def _add_receipts(upload: UploadRow, receipts: Sequence[ReceiptRow], said: _Said) -> None:
    """Add what the imports of a study did not bring: all they could number, and of each disc what it says last."""
    seen: set[tuple[str, str, object]] = set()
    for receipt in receipts:  # newest first
        totals = receipt.facts.get("totals", {})
        disc = (receipt.kind, receipt.label, totals.get("entries"))
        newest = disc not in seen
        seen.add(disc)
        absent: Mapping[str, Any] | None = receipt.facts.get("absent")
        for group in absent["images"] if absent is not None else ():
            if group["study_instance_uid"] == upload.study_instance_uid and group["code"] in _OF_A_RECEIPT:
                for uid in group["sop_instance_uids"]:
                    said.add(uid, group["code"])
                if newest:
                    said.count(group["code"], int(group["nameless"]))
        if newest:
            files = int(absent["files"]) if absent is not None else _by_the_sums(receipt.facts, totals)
            said.count("perhaps-unreadable", files)


def _by_the_sums(facts: Mapping[str, Any], totals: Mapping[str, Any]) -> int:
    """Count what an older receipt misses; it does not say of which study."""
    return sum(int(facts.get(name, 0)) for name in ("failed", "left")) + sum(
        int(totals.get(name, 0)) for name in ("missing", "unreadable")
    )
