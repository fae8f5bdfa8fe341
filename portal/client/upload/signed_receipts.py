"""Checks what a portal signed: with keys that were seen before, or that one of those vouches for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.errors import PortalError
from portal.client.connecting.shapes import read_shape
from portal.client.upload.order import Order, Signed
from portal.signatures import BadSignature, key_named, verified
from portal.wire.json_values import to_json
from portal.wire.receipts import KEY_KIND, RECEIPT_KIND, PublicKey, SignedReceipt
from portal.wire.uploads import StoredItem, UploadReceipt

Ask = Callable[[], Sequence[PublicKey]]


@dataclass(frozen=True, slots=True)
class Believed:
    """A receipt that was checked: what it says, and what is kept of it."""

    receipt: SignedReceipt
    signed: Signed


def believed(order: Order, plain: UploadReceipt, ask_keys: Ask) -> Believed | None:
    """Check the signature of a receipt; None from a portal that signs nothing and never did.

    Raises `PortalError`: "receipt-unsigned" where this portal signed before, "receipt-key-changed" for a key that is
    neither known nor vouched for, "receipt-false" for what is not this upload.
    """
    if plain.signature is None:
        if order.portal_keys:
            raise PortalError("receipt-unsigned")
        return None
    signed = _signed(plain.signature, [read_key(each) for each in order.portal_keys], ask_keys)
    receipt = read_receipt(signed)
    uids = [each.sop_instance_uid for each in receipt.instances]
    ours = {one.sop_instance_uid for one in order.items}
    same = (receipt.upload_id, receipt.study_instance_uid) == (plain.upload_id, order.study_instance_uid)
    if not same or len(uids) != len(set(uids)) or not ours.issuperset(uids):
        raise PortalError("receipt-false", reason="other-upload")
    return Believed(receipt, signed)


def read_receipt(signed: Signed) -> SignedReceipt:
    """Give what a receipt says whose signature is right; raises `PortalError("receipt-false")`. Asks nobody."""
    try:
        return read_shape(SignedReceipt, verified(signed.jws, signed.key, RECEIPT_KIND))
    except BadSignature as error:
        raise PortalError("receipt-false", reason="signature") from error


def agreed(order: Order, plain: Sequence[StoredItem], receipt: SignedReceipt) -> dict[str, str | None]:
    """Give the hash of each of our instances that list and signature tell of; where one differs from ours, that one."""
    lists = [{each.sop_instance_uid: each for each in said} for said in (plain, receipt.instances)]
    found: dict[str, str | None] = {}
    for one in order.items:
        said = [each[one.sop_instance_uid] for each in lists if one.sop_instance_uid in each]  # type: ignore[index]
        if len(said) == len(lists) and all(each.size == one.size for each in said):
            found[one.sop_instance_uid] = next((e.sha256 for e in said if e.sha256 != one.sha256), one.sha256)
    return found


def trusted(pinned: Sequence[PublicKey], published: Sequence[PublicKey]) -> tuple[PublicKey, ...]:
    """Give all that is published at first sight; later what was known, and what a known key vouches for."""
    known = {key.kid: key for key in pinned or published}
    waiting = [key for key in published if key.kid not in known]
    while fresh := [key for key in waiting if _is_vouched_for(key, known)]:
        known |= {key.kid: key for key in fresh}
        waiting = [key for key in waiting if key.kid not in known]
    return tuple(known.values())


def read_key(kept: Mapping[str, object]) -> PublicKey:
    """Read a key as the shelf keeps it."""
    return PublicKey(**kept)  # type: ignore[arg-type]


def _signed(jws: str, pinned: Sequence[PublicKey], ask_keys: Ask) -> Signed:
    try:
        name = key_named(jws)
    except BadSignature as error:
        raise PortalError("receipt-false", reason="signature") from error
    known = {key.kid: key for key in pinned}
    if name not in known:
        known = {key.kid: key for key in trusted(pinned, ask_keys())}
    if name not in known:
        raise PortalError("receipt-key-changed")
    return Signed(jws, to_json(known[name]), tuple(to_json(key) for key in known.values()))


def _is_vouched_for(key: PublicKey, known: Mapping[str, PublicKey]) -> bool:
    try:
        by = known[key_named(key.vouched or "")]
        return verified(key.vouched or "", to_json(by), KEY_KIND) == key.kid.encode("ascii", "replace")
    except (BadSignature, KeyError):
        return False
