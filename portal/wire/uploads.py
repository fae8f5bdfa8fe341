"""An upload: what is to come, what is missing, and the proof of what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.names import ByteCount, ExamId, Jws, Sha256, Uid, UploadId
from portal.wire.people import Person
from portal.wire.wholeness import LeftOutCode

Verdict = Literal["same", "perhaps", "other"]
UploadState = Literal["open", "complete"]


@dataclass(frozen=True, slots=True)
class ManifestItem:
    """One instance that is to be uploaded."""

    sop_instance_uid: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What of the person's copy is not among the items, and why: one image by its UID, or `images` without any."""

    code: LeftOutCode
    sop_instance_uid: str | None = None
    images: int = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """`POST uploads`: what is to come; `person_confirmed` is the person's reason where the answer was "perhaps".

    `left_out` is None from a sender that does not know what else there is; () says that there is nothing else.
    """

    study_instance_uid: str
    person: Person
    items: tuple[ManifestItem, ...]
    person_confirmed: str | None = None
    consent: bool = True
    left_out: tuple[LeftOut, ...] | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """The answer to a manifest: what is missing, what is there with other bytes, and whose it was taken for.

    `left_out_noted` says that the portal keeps what the manifest left out, and tells it whoever looks at the images.
    """

    id: UploadId
    study_instance_uid: Uid
    state: UploadState
    identity: Verdict
    missing: tuple[Uid, ...] = ()  # SOP Instance UIDs
    conflicts: tuple[Uid, ...] = ()
    left_out_noted: bool = False


@dataclass(frozen=True, slots=True)
class StoredItem:
    """One instance the server holds, as it proves it: the hash is of the bytes it stored, read again."""

    sop_instance_uid: Uid
    size: ByteCount
    sha256: Sha256
    data_set_sha256: Sha256 | None = None


@dataclass(frozen=True, slots=True)
class UploadReceipt:
    """`POST uploads/{id}/complete`: the server's own list; `signature` is the same as a `SignedReceipt`."""

    upload_id: UploadId
    study_instance_uid: Uid
    exam_id: ExamId
    completed_at: str
    instances: tuple[StoredItem, ...]
    signature: Jws | None = None
