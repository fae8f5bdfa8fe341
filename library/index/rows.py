"""Rows of the shelf as people and other rooms see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from dicom.amounts import NOTHING, Amount

UploadState = Literal["no", "partly", "complete"]
TargetKind = Literal["portal", "dicomweb"]
# of one upload: what goes on by itself, what waits for the person, and how it ended
SendState = Literal["waiting", "sending", "waiting-for-network", "paused", "complete", "partial", "failed", "cancelled"]
# of an image of a source, before its content is read: its number and size, its number alone, or none of them is here
Seen = Literal["alike", "other", "binned", "new"]
# of one instance: not yet; the server said it has it (not proven yet); proven; not there, with a code
ItemState = Literal["waiting", "sent", "stored", "already", "left"]


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One person on the shelf; `person_key` is `dicom/people/same_person.py`'s."""

    person_key: str
    patient_id: str | None
    issuer_of_patient_id: str | None
    patient_name: str | None
    patient_birth_date: str | None
    patient_sex: str | None
    studies: int
    instances: int
    doubtful_name: str | None = None  # the bytes (as Latin-1) of a name that had to be guessed

    @property
    def name_guessed(self) -> bool:
        """Tell whether the name had to be guessed."""
        return self.doubtful_name is not None


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One study of one person.

    `key` names it even without a Study Instance UID; `same_uid_elsewhere` says that another person's study on this
    shelf has the same UID; counts leave out what is in the bin; `source` is the label of the last import that met it.
    """

    key: str
    person_key: str
    patient_id: str | None
    issuer_of_patient_id: str | None
    patient_name: str | None
    patient_birth_date: str | None
    patient_sex: str | None
    study_instance_uid: str | None
    study_id: str | None
    study_date: str | None
    study_time: str | None
    accession_number: str | None
    study_description: str | None
    institution_name: str | None
    modalities: tuple[str, ...]
    series: int
    instances: int
    bytes: int
    damaged: int
    conflicts: int
    added_at: str
    source: str | None
    same_uid_elsewhere: bool
    uploaded: UploadState = "no"
    shares: int = 0
    awaited: int = 0  # images that an import which was not finished has still to bring
    unfinished: bool = False  # such an import brought some of it; how many are awaited may not be known
    name_guessed: bool = False  # the files do not say how the name is written
    besides: Amount = NOTHING  # what of the instances holds no image

    @property
    def amount(self) -> Amount:
        """How much, as people count it."""
        return self.besides.among(self.instances)


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One series of a study; `key` names it even without a Series Instance UID."""

    key: str
    study_key: str
    person_key: str
    study_instance_uid: str | None
    series_instance_uid: str | None
    modality: str | None
    series_number: int | None
    series_date: str | None
    series_description: str | None
    body_part_examined: str | None
    laterality: str | None
    instances: int
    bytes: int
    damaged: int
    conflicts: int
    besides: Amount = NOTHING

    @property
    def amount(self) -> Amount:
        """How much, as people count it."""
        return self.besides.among(self.instances)


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """One stored SOP instance; `damaged` is a file code or None, `conflict` marks other content under the same UID."""

    key: str
    series_key: str
    study_key: str
    person_key: str
    study_instance_uid: str | None
    series_instance_uid: str | None
    sop_instance_uid: str | None
    sop_class_uid: str | None
    transfer_syntax_uid: str | None
    instance_number: int | None
    modality: str | None
    sha256: str
    size: int
    damaged: str | None
    conflict: bool
    source_path: str
    import_id: str


@dataclass(frozen=True, slots=True)
class TwinRow:
    """One copy under a SOP Instance UID, and whose it is; `lost` is JSON, `aside` says why it does not count."""

    sha256: str
    size: int
    damaged: str | None
    aside: str | None
    lost: str | None
    instance_number: int | None
    source_path: str
    import_id: str
    source: str
    imported_at: str
    transfer_syntax_uid: str | None
    sop_instance_uid: str | None
    series_instance_uid: str | None
    modality: str | None
    study_instance_uid: str | None
    person_key: str
    patient_id: str | None
    issuer_of_patient_id: str | None
    patient_name: str | None
    patient_birth_date: str | None
    patient_sex: str | None


@dataclass(frozen=True, slots=True)
class AsideRow:
    """One copy that stands back for another of a study: why, since when, and where it came from."""

    person_key: str
    sha256: str
    for_person: str
    for_sha256: str
    why: str
    at: str
    size: int
    damaged: str | None
    sop_instance_uid: str | None
    instance_number: int | None
    source_path: str
    import_id: str
    source: str


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """The receipt of one import, as saved; `facts` is its JSON."""

    import_id: str
    started_at: str
    kind: str
    label: str
    path: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An import that was cut off and not settled since: `here` of the `of` images it was to bring are on the shelf.

    `end` is how it ended ("stopped", "medium-gone", "no-space", "interrupted"), "" where nobody was there to say it.
    `persons` are the keys the person chose on the source, `studies` the UIDs; `of` is None, and `studies` too, where an
    older program kept no plan. `names` are those of its persons whom the shelf knows.
    """

    import_id: str
    started_at: str
    kind: str
    label: str
    path: str
    end: str
    here: int
    of: int | None
    chosen: str
    persons: tuple[str, ...]
    deleted: tuple[str, ...]
    studies: tuple[str, ...] | None
    names: tuple[str, ...]
    receipt: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PlannedImage:
    """One image an import was to bring, as the scan read it."""

    person_key: str
    study_instance_uid: str | None
    sop_instance_uid: str | None
    transfer_syntax_uid: str | None
    size: int
    path: str


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """A recorded choice of whose images these are."""

    decided_at: str
    import_id: str
    person_key: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BinEntry:
    """One thing that was deleted and can come back until `expires_at` (UTC, ISO 8601).

    `proven` of its instances were proven at a portal or server when they were sent.
    """

    id: str
    deleted_at: str
    expires_at: str
    level: Literal["study", "series", "instance"]
    uid: str
    person_key: str
    patient_name: str | None
    patient_birth_date: str | None
    patient_id: str | None
    study_date: str | None
    study_description: str | None
    instances: int
    bytes: int
    proven: int = 0
    besides: Amount = NOTHING  # what of the instances holds no image

    @property
    def amount(self) -> Amount:
        """How much, as people count it."""
        return self.besides.among(self.instances)


@dataclass(frozen=True, slots=True)
class DeleteReport:
    """What was put into the bin or purged."""

    entries: tuple[str, ...]
    studies: int
    instances: int
    bytes: int


@dataclass(frozen=True, slots=True)
class UploadRow:
    """One study on its way to one server, or there; a study has one of these for each server.

    `account` is the one the person was compared with: it is sent to that one or to nobody.
    `complete` is said only when the server's own list proved every instance. `reason` is a code for why it stands
    still or ended otherwise. Counts and bytes are of instances; `receipt` is what the server gave at the end; `signed`
    says that a receipt the portal signed is kept.
    """

    id: str
    person_key: str
    study_key: str
    study_instance_uid: str | None
    patient_name: str | None
    study_date: str | None
    study_description: str | None
    target: str
    kind: TargetKind
    account: str | None
    person_confirmed: str | None
    asked_at: str
    state: SendState
    reason: str | None
    ended_at: str | None
    receipt: dict[str, Any] | None
    instances: int
    bytes: int
    sent: int
    sent_bytes: int
    stored: int
    already: int
    left: int
    signed: bool = False
    besides: Amount = NOTHING  # what the study holds now that is no image


@dataclass(frozen=True, slots=True)
class UploadItem:
    """One instance of an upload as it stands; `on_shelf` is false when it was deleted meanwhile.

    `proven` says that the server proved it at an earlier time.
    """

    sha256: str
    size: int
    sop_instance_uid: str | None
    series_instance_uid: str | None
    state: ItemState
    code: str | None
    detail: str | None
    damaged: str | None
    conflict: bool
    on_shelf: bool
    proven: bool


@dataclass(frozen=True, slots=True)
class ItemNote:
    """What became of one instance; `code` and `detail` say why it is left, or that it was changed by the server."""

    sha256: str
    state: ItemState
    code: str | None = None
    detail: str | None = None
