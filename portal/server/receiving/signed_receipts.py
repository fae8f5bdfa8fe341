"""Writes what a receipt says, and has it signed."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy.orm import Session

from portal.names import Jws
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import UploadRow
from portal.server.exams.wholeness import told_left_out
from portal.server.receiving.receipt_keys import ReceiptKeys
from portal.wire.json_values import to_json
from portal.wire.receipts import SignedReceipt
from portal.wire.uploads import LeftOut, UploadReceipt


def left_out_of(session: Session, row: UploadRow) -> tuple[LeftOut, ...] | None:
    """Give what of the study is told not to be here; None where this sender did not know."""
    return told_left_out(session, row) if row.told else None


def signed(
    receipt: UploadReceipt,
    left_out: tuple[LeftOut, ...] | None,
    keys: ReceiptKeys,
    settings: ServerSettings,
    now: datetime,
) -> Jws:
    """Sign what a receipt says."""
    said = SignedReceipt(
        settings.public_url,
        int(now.timestamp()),
        receipt.upload_id,
        receipt.study_instance_uid,
        receipt.exam_id,
        receipt.completed_at,
        receipt.instances,
        left_out,
    )
    return keys.sign(json.dumps(to_json(said), separators=(",", ":")).encode("ascii"))
