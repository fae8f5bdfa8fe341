"""How an upload stands, as a report and as the command line's JSON."""

from __future__ import annotations

from typing import Any

from library.index.rows import ItemNote, UploadItem
from library.shelf import Library
from portal.client.upload.left_out import counted, left_out_of
from portal.client.upload.order import NotSent, UploadReport

# what an upload that did not end is called where only its end is asked for
_ENDS = {"complete": "complete", "partial": "partial", "failed": "failed"}


def report_of(library: Library, upload_id: str) -> UploadReport:
    """Say how one upload stands on the shelf."""
    row = library.upload(upload_id)
    items = library.upload_items(upload_id)
    return UploadReport(
        upload=row.id,
        study_instance_uid=row.study_instance_uid or "",
        state=row.state,
        instances=row.instances,
        stored=row.stored,
        already=row.already,
        left_out=counted(left_out_of(library, row, items, _stays(items)) or ()),
        left=tuple(_not_sent(item) for item in items if item.state == "left"),
        coerced=tuple(_not_sent(item) for item in items if item.code == "coerced"),
        converted=tuple(item.sop_instance_uid or "" for item in items if item.code == "converted"),
        reason=row.reason,
        receipt=row.receipt,
    )


def report_to_json(report: UploadReport) -> dict[str, Any]:
    """Give the command line's JSON of one upload; what is not proven yet is not counted."""
    end = _ENDS.get(report.state) or ("partial" if report.stored + report.already else "failed")
    return {
        "study_instance_uid": report.study_instance_uid,
        "state": end,
        "instances": report.instances,
        "stored": report.stored,
        "already": report.already,
        "failed": [_to_json(one) for one in report.left],
        "receipt": dict(report.receipt) if report.receipt else None,
        "id": report.upload,
        "queue_state": report.state,
        "reason": report.reason,
        "coerced": [_to_json(one) for one in report.coerced],
        "converted": list(report.converted),
        "left_out": [{"code": one.code, "images": one.images} for one in report.left_out],
    }


def _stays(items: list[UploadItem]) -> list[ItemNote]:
    return [ItemNote(item.sha256, item.state, item.code) for item in items]


def _not_sent(item: UploadItem) -> NotSent:
    return NotSent(item.sop_instance_uid, item.code or "not-sent", item.detail)


def _to_json(one: NotSent) -> dict[str, Any]:
    return {"sop_instance_uid": one.sop_instance_uid, "code": one.code, "detail": one.detail}
