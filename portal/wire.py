"""What client and server say to each other: shapes, status words and problem types. No I/O.

Field names are the JSON's. Moments are UTC, ISO 8601 with seconds and "Z"; DICOM dates (DA) and names (PN) stay the
text that was read. Readers ignore fields they do not know; a field added later gets a default here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar, get_args

from dicom.decoding import wire
from portal.names import AccountId, ByteCount, ExamId, Link, Sha256, ShareId, Uid, UploadId

T = TypeVar("T")

WELL_KNOWN_PATH = "/.well-known/patient-portal"
OAUTH_METADATA_PATH = "/.well-known/oauth-authorization-server"
API_PATH = "/api/v1"
DICOMWEB_PATH = "/dicomweb"
SHARE_PATH = "/s"  # /s/{token} is a link; /s alone asks for a typed share code
CLIENT_ID = "scanshelf-desktop"
SHARE_SCHEME = "Share"  # Authorization: Share <session>

# -- problems: RFC 9457, `type` is PROBLEM_PREFIX + code --

PROBLEM_PREFIX = "urn:scanshelf:problem:"
ProblemCode = Literal[
    "invalid-request",  # 400 what was sent does not fit its description
    "not-signed-in",  # 401
    "wrong-code",  # 401 with remaining_attempts
    "not-allowed",  # 403
    "other-person",  # 403 the study is another person's
    "not-found",  # 404
    "method-not-allowed",  # 405 with the header Allow: all that this address can be asked
    "not-acceptable",  # 406 with offered: none of the media types that are asked for
    "person-unclear",  # 409 perhaps the same person: needs person_confirmed
    "report-not-released",  # 409 cannot be shared before its report is there
    "not-complete",  # 409 with missing: the server does not hold all of it
    "conflict",  # 409
    "share-ended",  # 410 with reason: expired, used-up or revoked (only when the code was right)
    "code-used",  # 410 an activation code that was used, replaced or is too old
    "changed-meanwhile",  # 412 If-Match does not fit
    "too-large",  # 413 with limit
    "unsupported-type",  # 415
    "too-many-tries",  # 429 with Retry-After
    "no-space",  # 507
    "unavailable",  # 503 with Retry-After
    "server-mistake",  # 500
    "object-damaged",  # 500 what is kept of an image or report is no longer what came: it has to be sent again
]
PROBLEM_CODES: frozenset[str] = frozenset(get_args(ProblemCode))

# DICOM status words of a STOW answer (PS3.18 table 10.5.3-1, PS3.4 annex B)
FAILURE_CANNOT_STORE = 0x0110
FAILURE_DUPLICATE = 0x0111
FAILURE_NO_SUCH_SOP_CLASS = 0x0122
FAILURE_NOT_AUTHORISED = 0x0124
FAILURE_OUT_OF_RESOURCES = 0xA700
FAILURE_NOT_MATCHING = 0xA900  # not of the study it was sent to
FAILURE_NOT_UNDERSTOOD = 0xC000

ShareStatus = Literal["active", "viewed", "expired", "revoked"]
ReportState = Literal["not-expected", "awaited", "held", "released"]
Origin = Literal["practice", "upload"]
RemovalKind = Literal["exam", "study", "image", "report"]
RemovalReason = Literal["misfiled", "mistaken", "withdrawn"]  # of another person; not right; called back
ReleaseRule = Literal["after-scan", "after-report"]  # from when the hours count
Verdict = Literal["same", "perhaps", "other"]
UploadState = Literal["open", "complete"]
TokenKind = Literal["machine", "sign-in"]
# why an image of the person's copy is not among what is sent
LeftOutCode = Literal[
    "damaged",  # its file is damaged
    "conflict",  # two different images have its number
    "missing",  # the disc lists it and does not hold it
    "unreadable",  # it could not be read from the disc
    "perhaps-unreadable",  # a file of the disc that could not be read, and may be one of this study
    "not-copied",  # the disc was not taken in to its end
    "removed",  # the person took it off their shelf
    "no-number",  # it has no UID a portal could keep it under
    "refused",  # the portal did not take it
    "too-large",  # the portal does not take one so large
    "kept-other",  # the portal holds other content under its number
    "not-sent",  # for another reason
]
LEFT_OUT_CODES: frozenset[str] = frozenset(get_args(LeftOutCode))
NotHereCode = Literal[
    LeftOutCode,
    "not-arrived",  # announced, and not here (yet)
    "damaged-here",  # it was here; what the portal kept of it is damaged or gone
]
NOT_HERE_CODES: frozenset[str] = frozenset(get_args(NotHereCode))
# "whole": all that every sender told of is here, by its content; "unknown": nobody told the portal what there is
WholenessState = Literal["unknown", "arriving", "partial", "whole"]
_WORST_FIRST: tuple[WholenessState, ...] = ("arriving", "partial", "unknown", "whole")
ActivityKind = Literal[
    "signed-in",
    "signed-out",
    "wrong-password",
    "token-created",
    "token-revoked",
    "uploaded",
    "viewed",  # by the owner: once an hour for each exam, as are those of the practice and downloads
    "downloaded",
    "practice-viewed",
    "practice-downloaded",
    "share-created",
    "share-edited",
    "share-revoked",
    "share-opened",
    "share-downloaded",
    "wrong-code",
    "share-locked",
    "report-added",
    "exam-removed",  # by the practice, as are the next two
    "images-removed",
    "report-removed",
]


@dataclass(frozen=True, slots=True)
class Practice:
    """Whom to ask."""

    name: str
    phone: str | None = None
    email: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class PracticeRules:
    """`GET|PATCH staff/practice`: where its scans are made, and when its reports may be seen.

    `time_zone` is an IANA name, or "" for that of the server; what a change leaves out (None) stays.
    """

    time_zone: str | None = None
    release_rule: ReleaseRule | None = None
    release_hours: int | None = None


@dataclass(frozen=True, slots=True)
class ReportCompletion:
    """`POST staff/exams/{id}/report/complete`: since when the report is complete; without a moment since now."""

    completed_at: str | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """What the practice took out: gone at once. Until `allowed_at` the same is refused if sent again."""

    id: str
    kind: RemovalKind
    exam_id: ExamId
    images: int
    reason: RemovalReason
    removed_at: str
    allowed_at: str | None = None


@dataclass(frozen=True, slots=True)
class Removals:
    """`GET staff/removals`: what was taken out, newest first."""

    removals: tuple[Removal, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """What the portal allows; sizes in bytes, lengths in days."""

    share_days_default: int = 30
    share_days_most: int = 365
    share_accesses_default: int = 10
    share_accesses_most: int = 10
    share_session_minutes: int = 60
    wrong_codes_most: int = 10
    instance_bytes_most: ByteCount = 8 << 30
    page_most: int = 1000


@dataclass(frozen=True, slots=True)
class WellKnown:
    """`GET /.well-known/patient-portal`: that this is a portal, and what it can.

    `local` is true where links reach nobody but this computer ("practice portal on this computer").
    """

    portal: str  # its name
    version: str
    url: Link
    api: str
    dicomweb: str
    oauth: str  # where the OAuth metadata is
    share: Link
    local: bool
    practices: tuple[Practice, ...] = ()
    capabilities: tuple[str, ...] = ()  # "upload", "exams", "share", "activity", "device-sign-in"
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Person:
    """Whose images these are, as text that was read."""

    patient_name: str | None = None
    patient_birth_date: str | None = None
    patient_id: str | None = None
    issuer_of_patient_id: str | None = None
    patient_sex: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """`GET account`: who is signed in; `persons` are those the account stands for, its own first."""

    id: AccountId
    user_name: str
    persons: tuple[Person, ...]
    practice: Practice
    last_sign_in_at: str | None = None


@dataclass(frozen=True, slots=True)
class AccountToken:
    """What opens an account: a "machine" token of its own programs, or the "sign-in" of a person. Never the token."""

    id: str
    kind: TokenKind
    created_at: str
    expires_at: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class AccountTokens:
    """`GET account/tokens`: whatever opens the account now, newest first."""

    tokens: tuple[AccountToken, ...]


@dataclass(frozen=True, slots=True)
class Activation:
    """`POST activation`: the code of the invitation, and what the person chose."""

    code: str
    user_name: str
    password: str


@dataclass(frozen=True, slots=True)
class Activated:
    """The answer to an activation: sign in with this name now."""

    user_name: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """`POST staff/invitations`: a new account for a person at the practice."""

    patient_name: str
    patient_birth_date: str
    email: str | None = None
    phone: str | None = None
    patient_id: str | None = None
    patient_sex: str | None = None


@dataclass(frozen=True, slots=True)
class Invited:
    """An activation code, shown once; works once, until `expires_at`."""

    activation_code: str
    url: Link
    expires_at: str


@dataclass(frozen=True, slots=True)
class NotHere:
    """So many images are not here, and why."""

    code: NotHereCode
    images: int


@dataclass(frozen=True, slots=True)
class Wholeness:
    """How much is here of what there is known to be: `here` of `of` images (SOP instances, not frames).

    `of` is what is here and what the senders said is not; files that only may be images ("perhaps-unreadable") are told
    and not counted. Only "whole" says that nothing is missing, and only of what a person's copy and its disc held. Of
    `here` so many are `besides`: reports, documents and others that hold no image; an older portal tells none.
    """

    state: WholenessState
    here: int
    of: int
    not_here: tuple[NotHere, ...] = ()
    besides: int = 0


@dataclass(frozen=True, slots=True)
class ExamStudy:
    """One study of an exam; `wholeness` is None from a portal that cannot tell.

    Of its `instances` so many are `reports`, `documents` and `others` that hold no image; an older portal tells none.
    """

    study_instance_uid: Uid
    study_date: str | None
    study_time: str | None
    accession_number: str | None
    study_description: str | None
    modalities: tuple[str, ...]
    series: int
    instances: int
    bytes: ByteCount
    wholeness: Wholeness | None = None
    reports: int = 0
    documents: int = 0
    others: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """Where the report of an exam is; `available_at` where it is known, `size` and `title` once it is released.

    `count` is how many reports and documents the practice has put there, `held` how many of them wait for their
    release: of those nothing else is told.
    """

    state: ReportState
    available_at: str | None = None
    title: str | None = None
    size: ByteCount | None = None
    count: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class Exam:
    """What a patient calls an exam: visit and machine on the same day; one or more studies.

    `title` says in plain words what it is, `name` what the hospital calls it ("" where it gave no name, and from an
    older portal).
    """

    id: ExamId
    title: str
    exam_date: str | None
    origin: Origin
    person: Person
    studies: tuple[ExamStudy, ...]
    report: Report
    shareable: bool
    shares: int
    added_at: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ExamPage:
    """`GET exams?cursor=`: newest first."""

    exams: tuple[Exam, ...]
    next_cursor: str | None = None


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
    """`POST uploads/{id}/complete`: the server's own list. `signature` (JWS) comes with a later step."""

    upload_id: UploadId
    study_instance_uid: Uid
    exam_id: ExamId
    completed_at: str
    instances: tuple[StoredItem, ...]
    signature: str | None = None


@dataclass(frozen=True, slots=True)
class ShareRequest:
    """`POST shares`: which studies (UIDs) or exams (ids), for how long, and what the recipient may do."""

    studies: tuple[str, ...] = ()
    exams: tuple[str, ...] = ()
    days: int = 30
    max_accesses: int = 10
    label: str | None = None  # for the owner's eyes: whom for
    message: str | None = None  # for the recipient
    email: str | None = None
    include_images: bool = True
    include_report: bool = True
    allow_download: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """One share; `studies` are Study Instance UIDs. `locked` says that too many wrong codes were tried, for good.

    `title` says in plain words what it holds, `name` what the hospital calls that, as with `Exam`.

    A share holds the studies it was made for. `later` are others of its exams that came since and could be shared too:
    the owner may make another share of them. `wholeness` is that of all shared images together, as it is now.
    """

    id: ShareId
    studies: tuple[Uid, ...]
    exams: tuple[ExamId, ...]
    title: str
    person: Person
    status: ShareStatus
    created_at: str
    expires_at: str
    max_accesses: int
    accesses_used: int
    label: str | None = None
    message: str | None = None
    email: str | None = None
    include_images: bool = True
    include_report: bool = True
    allow_download: bool = False
    revoked_at: str | None = None
    last_opened_at: str | None = None
    locked: bool = False
    wrong_codes: int = 0
    url: Link | None = None  # known only when it is made
    typed_locked: bool = False  # too many wrong codes after its locator, the link still works: `POST …/unlock`
    wrong_typed_codes: int = 0
    wholeness: Wholeness | None = None
    later: tuple[Uid, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class NewShare:
    """A share that was just made: link and codes, shown this once."""

    share: Share
    url: Link
    verification_code: str
    share_code: str


@dataclass(frozen=True, slots=True)
class SharePage:
    """`GET shares`: every one ever made, newest first."""

    shares: tuple[Share, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class ShareEdit:
    """`PATCH shares/{id}` with If-Match."""

    expires_at: str


@dataclass(frozen=True, slots=True)
class Redeem:
    """`POST redeem`: link token and code, or the typed share code; no account."""

    token: str | None = None
    code: str | None = None
    share_code: str | None = None
    recipient_name: str | None = None


@dataclass(frozen=True, slots=True)
class Redeemed:
    """An accepted code: one access, one session. `exams` are what the page shows.

    `not_here` says in sentences what of the images is not here and why, `images_note` what else is known of how many
    there are: English, as the portal's page shows them. What came after `shared_at` is no part
    of it, which `held_note` says.
    """

    session: str
    studies: tuple[str, ...]
    accesses_left: int
    expires_at: str  # of the session
    exams: tuple[Exam, ...] = ()
    person: Person = field(default_factory=Person)
    message: str | None = None
    include_images: bool = True
    include_report: bool = True
    allow_download: bool = False
    shared_until: str | None = None
    not_here: tuple[str, ...] = ()
    images_note: str = ""
    shared_at: str | None = None
    held_note: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    """One line of what happened; `details` are facts such as recipient_name, instances, remaining_attempts.

    `exam_names` are the names of those of its exams that are still there, () from an older portal.
    """

    id: int
    at: str
    kind: ActivityKind
    exam_ids: tuple[ExamId, ...] = ()
    share_id: ShareId | None = None
    actor: str | None = None
    details: dict[str, Any] | None = None
    exam_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """`GET audit` and `GET exams/{id}/activity`: newest first."""

    activity: tuple[Activity, ...]
    next_cursor: str | None = None


def together(parts: Iterable[Wholeness | None]) -> Wholeness | None:
    """Put several studies' wholeness into one; None where a portal that cannot tell is among them.

    What is known to be missing is never hidden by what is not known: "arriving", "partial", "unknown", "whole".
    """
    known = list(parts)
    told = [each for each in known if each is not None]
    if len(told) < len(known):
        return None
    missing: Counter[NotHereCode] = Counter()
    for each in told:
        missing.update({one.code: one.images for one in each.not_here})
    states = {each.state for each in told}
    state: WholenessState = next((word for word in _WORST_FIRST if word in states), _WORST_FIRST[2])
    not_here = tuple(NotHere(code, images) for code, images in sorted(missing.items()))
    here, of = sum(each.here for each in told), sum(each.of for each in told)
    return Wholeness(state, here, of, not_here, sum(each.besides for each in told))


def utc_text(moment: datetime) -> str:
    """Write a moment as the wire holds it: UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_utc(text: str) -> datetime:
    """Read a moment of the wire; raises `ValueError`."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def to_json(said: Any) -> Any:
    """Turn a shape into JSON values, every field written."""
    return asdict(said)


def from_json(kind: type[T], said: Any) -> T:
    """Read a shape from JSON values; raises `TypeError` or `ValueError` where it does not fit."""
    return wire.from_wire(kind, said)
