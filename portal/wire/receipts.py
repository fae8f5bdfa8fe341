"""A signed receipt: what the portal holds of an upload, in a form that can be checked without it; and its keys."""

from __future__ import annotations

from dataclasses import dataclass

from portal.names import ByteCount, ExamId, Jws, Uid, UploadId
from portal.wire.uploads import LeftOut, StoredItem

RECEIPT_KIND = "patient-portal-receipt"  # the header `typ` of a receipt
KEY_KIND = "patient-portal-key"  # that of a word of one key for the next


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """What is signed: nobody is named. `left_out` is what of the study was told not to be here, None if nobody told."""

    iss: str  # the portal's address
    iat: ByteCount  # when it was signed, in seconds since 1970
    upload_id: UploadId
    study_instance_uid: Uid
    exam_id: ExamId
    completed_at: str
    instances: tuple[StoredItem, ...]
    left_out: tuple[LeftOut, ...] | None = None


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A JWK; `kid` is its thumbprint. `vouched` is that `kid`, signed with the key before it."""

    kid: str
    x: str
    y: str
    kty: str = "EC"
    crv: str = "P-256"
    use: str = "sig"
    alg: str = "ES256"
    made_at: str = ""
    vouched: Jws | None = None


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """`GET /.well-known/jwks.json`: the key that signs now, then those of before."""

    keys: tuple[PublicKey, ...] = ()
