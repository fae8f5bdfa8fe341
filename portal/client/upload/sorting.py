"""What of a study can be sent, and what stays here and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from library.index.rows import ItemNote, UploadItem, UploadRow
from library.shelf import Library
from portal.client.upload.left_out import left_out_of
from portal.client.upload.order import Order, Ours
from portal.wire.people import Person


def sort_items(library: Library, upload: UploadRow, person: Person) -> tuple[Order, list[ItemNote]]:
    """Give the order, and a note for each instance that is not sent.

    Damaged ones, those without UIDs, and two contents under one UID stay: a server would take one of them for whole,
    or take either for the other. What was deleted meanwhile is no part of the upload any more.
    """
    items = [item for item in library.upload_items(upload.id) if item.on_shelf]
    often = Counter(item.sop_instance_uid for item in items)
    codes = {item.sha256: _why_not(item, often[item.sop_instance_uid]) for item in items}
    notes = [ItemNote(sha256, "left", code) for sha256, code in codes.items() if code]
    ours = tuple(_ours(library, item) for item in items if codes[item.sha256] is None)
    order = Order(upload.study_instance_uid or "", person, upload.person_confirmed, ours, upload.account)
    keys = tuple(library.portal_keys(upload.target))
    return replace(order, left_out=left_out_of(library, upload, items, notes), portal_keys=keys), notes


def _why_not(item: UploadItem, same_uid: int) -> str | None:
    if item.damaged:
        return item.damaged
    if not (item.sop_instance_uid and item.series_instance_uid):
        return "no-uid"
    return "conflict" if item.conflict or same_uid > 1 else None


def _ours(library: Library, item: UploadItem) -> Ours:
    return Ours(
        item.sop_instance_uid or "",
        item.series_instance_uid or "",
        item.sha256,
        item.size,
        library.object_content(item.sha256),
        taken=item.proven or item.state in {"sent", "stored"},
        proven=item.proven,
        coerced=item.code == "coerced",
        converted=item.code == "converted",
    )
