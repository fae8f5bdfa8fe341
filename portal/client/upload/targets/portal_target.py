"""The portal account: it is told what will come, says what is missing, and proves each instance by its hash."""

from __future__ import annotations

import json
from collections.abc import Sequence

from core.errors import PortalError
from core.job import Job
from portal.client.connecting.connection import Connection
from portal.client.connecting.pages import in_path
from portal.client.connecting.shapes import T, read_shape
from portal.client.upload.order import Order, Ours, Proof, Said, Standing
from portal.client.upload.signed_receipts import agreed, believed
from portal.client.upload.targets.body import Flow
from portal.client.upload.targets.qido import holds_instance
from portal.client.upload.targets.stow import stow
from portal.wire.accounts import Account
from portal.wire.addresses import API_PATH, DICOMWEB_PATH, RECEIPT_KEYS_PATH
from portal.wire.json_values import to_json
from portal.wire.receipts import PublicKey, PublicKeys
from portal.wire.uploads import Manifest, ManifestItem, Upload, UploadReceipt

_UPLOADS = f"{API_PATH}/uploads"
_JSON = {"Content-Type": "application/json", "Accept": "application/json"}
_READ_AGAIN = (10.0, 1800.0)  # the portal reads all it holds of the study before it answers
_LOOKED_UP = (10.0, 300.0)
_LISTS_MOST = 256 << 20  # what is said of each of some 100,000 instances


class PortalTarget:
    """Sends to the account a connection is signed in to."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._upload_id: str | None = None
        self._notes_left_out: bool | None = None

    @property
    def url(self) -> str:
        """Give the portal's address."""
        return self._connection.url

    def ask(self, order: Order) -> Standing:
        """Tell what will come and whose it is; raises `PortalError` where it is not to go there."""
        self._check_account(order)
        items = tuple(ManifestItem(one.sop_instance_uid, one.size, one.sha256) for one in order.items)
        manifest = Manifest(
            order.study_instance_uid, order.person, items, order.person_confirmed, left_out=order.left_out
        )
        upload = self._announce(to_json(manifest))
        if upload.study_instance_uid != order.study_instance_uid:
            raise PortalError("portal-answer", reason="other-study")
        self._upload_id, self._notes_left_out = upload.id, upload.left_out_noted
        absent, other = frozenset(upload.missing), frozenset(upload.conflicts)
        return Standing(frozenset(one.sop_instance_uid for one in order.items) - absent - other, other)

    def send(self, order: Order, pack: Sequence[Ours], flow: Flow) -> list[Said]:
        """Send instances in one request; the portal calls a duplicate only what has other bytes."""
        said = stow(self._connection, DICOMWEB_PATH, order.study_instance_uid, pack, flow)
        return [Said("refused", "kept-other", one.detail) if one.kind == "duplicate" else one for one in said]

    def holds(self, order: Order, ours: Ours) -> bool:
        """Say whether the account lists one instance."""
        return holds_instance(self._connection, DICOMWEB_PATH, order.study_instance_uid, ours.sop_instance_uid)

    def compare(self, order: Order, ours: Ours, job: Job) -> Said:
        """Leave it to the receipt, which has the hash of every instance."""
        return Said("stored")

    def prove(self, order: Order) -> Proof:
        """Ask for the receipt; where something is missing, for what is there by its hash."""
        path = f"{_UPLOADS}/{in_path(self._upload_id or '')}/complete"
        try:
            receipt = self._asked(UploadReceipt, path, b"{}", _READ_AGAIN)
        except PortalError as trouble:
            if trouble.code != "not-complete":
                raise
            return self._without_receipt(order, trouble.facts.get("missing"))
        if (receipt.upload_id, receipt.study_instance_uid) != (self._upload_id, order.study_instance_uid):
            raise PortalError("portal-answer", reason="other-study")
        found = believed(order, receipt, self._published_keys)
        if found is not None:
            return Proof(agreed(order, receipt.instances, found.receipt), _kept(receipt), found.signed)
        hashes: dict[str, str | None] = {item.sop_instance_uid: item.sha256 for item in receipt.instances}
        return Proof(hashes, _kept(receipt))

    def _published_keys(self) -> tuple[PublicKey, ...]:
        return self._connection.ask(PublicKeys, "GET", RECEIPT_KEYS_PATH).keys

    def settle(self, order: Order) -> None:
        """Tell that nothing but this order comes, and have it proved: what waits for more could never be shared."""
        self.ask(order)
        self.prove(order)

    @property
    def notes_left_out(self) -> bool | None:
        """Say whether the portal passes on what was left out: one of before it was invented does not."""
        return self._notes_left_out

    def _announce(self, manifest: dict[str, object]) -> Upload:
        """Send a manifest; to a portal that refuses what it does not know, without what was left out."""
        try:
            return self._asked(Upload, _UPLOADS, json.dumps(manifest).encode(), _LOOKED_UP)
        except PortalError as trouble:
            if trouble.code != "invalid-request":
                raise
        older = {name: value for name, value in manifest.items() if name != "left_out"}
        return self._asked(Upload, _UPLOADS, json.dumps(older).encode(), _LOOKED_UP)

    def _without_receipt(self, order: Order, missing: object) -> Proof:
        """Tell what is there of what is not all there: the portal has just read again what it does not miss."""
        missed = set(map(str, missing)) if isinstance(missing, list) else set()
        same = self.ask(order).same - missed  # it compares the hashes of the manifest with its own
        if len(same) == len(order.items):
            raise PortalError("portal-answer", reason="no-receipt")
        return Proof({one.sop_instance_uid: one.sha256 for one in order.items if one.sop_instance_uid in same})

    def _check_account(self, order: Order) -> None:
        """Refuse another account than the one the person was compared with."""
        if order.account is not None:
            account = self._connection.ask(Account, "GET", f"{API_PATH}/account")
            if account.id != order.account:
                raise PortalError("other-account")

    def _asked(self, kind: type[T], path: str, body: bytes, timeout: tuple[float, float]) -> T:
        answer = self._connection.send("POST", path, headers=_JSON, body=body, stream=True, timeout=timeout)
        return read_shape(kind, self._connection.read_answer(answer, most=_LISTS_MOST, seconds=timeout[1]))

    def close(self) -> None:
        """Close connections."""
        self._connection.close()


def _kept(receipt: UploadReceipt) -> dict[str, object]:
    """Give what the shelf keeps of a receipt: each instance's hash is one of ours, and kept as a proof already."""
    return {
        "upload_id": receipt.upload_id,
        "exam_id": receipt.exam_id,
        "study_instance_uid": receipt.study_instance_uid,
        "completed_at": receipt.completed_at,
        "instances": len(receipt.instances),
        "bytes": sum(item.size for item in receipt.instances),
        "signed": receipt.signature is not None,
    }
