"""The receipt a portal signed for an upload, checked again without asking anybody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import PortalError

if TYPE_CHECKING:
    from library.index.rows import UploadItem, UploadRow
    from library.shelf import Library
    from portal.wire.receipts import SignedReceipt


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing a receipt does not prove of an upload: "false-signature", "not-in-receipt", "other-in-receipt"."""

    sop_instance_uid: str | None
    code: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A receipt: what was signed (None where the signature is wrong), with which key, and what it does not prove."""

    upload: UploadRow
    jws: str
    key: str
    receipt: SignedReceipt | None
    differences: tuple[Difference, ...]

    @property
    def holds(self) -> bool:
        """Say whether it proves all that the shelf says was sent."""
        return not self.differences


def check_receipt(library: Library, upload_id: str) -> Checked:
    """Check the receipt of an upload; raises `PortalError` "no-such-upload", "no-receipt"."""
    from portal.client.upload.order import Signed
    from portal.client.upload.signed_receipts import read_receipt

    row, kept = library.upload(upload_id), library.signed_receipt(upload_id)
    if kept is None:
        raise PortalError("no-receipt", upload=upload_id)
    signed = Signed(kept["jws"], kept["key"])
    name = str(signed.key["kid"])
    try:
        receipt = read_receipt(signed)
    except PortalError:
        return Checked(row, signed.jws, name, None, (Difference(None, "false-signature"),))
    differences = tuple(_differences(receipt, library.upload_items(upload_id)))
    return Checked(row, signed.jws, name, receipt, differences)


def receipt_to_json(checked: Checked) -> dict[str, Any]:
    """Give the JSON of `uploads --receipt`."""
    from portal.wire.json_values import to_json

    return {
        "upload": checked.upload.id,
        "portal": checked.upload.target,
        "verified": checked.receipt is not None,
        "key": checked.key,
        "receipt": to_json(checked.receipt) if checked.receipt else None,
        "problems": [{"sop_instance_uid": one.sop_instance_uid, "code": one.code} for one in checked.differences],
        "signature": checked.jws,
    }


def receipt_document(library: Library, upload_id: str) -> str:
    """Write a receipt as a file to keep; raises `PortalError` "receipt-false" where its signature is not right."""
    checked = check_receipt(library, upload_id)
    if checked.receipt is None:
        raise PortalError("receipt-false")
    return json.dumps(receipt_to_json(checked), indent=1) + "\n"


def _differences(receipt: SignedReceipt, items: list[UploadItem]) -> Iterator[Difference]:
    signed = {each.sop_instance_uid: (each.sha256, each.size) for each in receipt.instances}
    for item in items:
        if item.state not in {"stored", "already"} and not item.proven:
            continue
        said = signed.get(item.sop_instance_uid or "")  # type: ignore[call-overload]
        if said != (item.sha256, item.size):
            yield Difference(item.sop_instance_uid, "not-in-receipt" if said is None else "other-in-receipt")
