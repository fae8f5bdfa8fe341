"""The portal's tables. DICOM's keywords are the column names; moments are aware UTC datetimes.

What later steps bring (hash chain, recovery, second factor, staff pages) adds tables and columns to these. Secrets are
never kept: tokens are SHA-256, verification codes HMAC, passwords Argon2id. A change here needs a migration in
`migrations/versions`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    String,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, validates

from portal.server.base.name_forms import folded, found_by, words_of


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, also where the database knows no zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store as UTC without a zone."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back as aware UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """All tables of the portal."""

    type_annotation_map = {datetime: Moment, dict[str, Any]: JSON}  # noqa: RUF012 - SQLAlchemy's way


# Numbers of what there may be thousands of millions of. SQLite has 64 bits for rows anyway, if they are INTEGER.
Many = BigInteger().with_variant(Integer, "sqlite")


# -- people --


def _words(context: Any) -> str:
    said = context.get_current_parameters()
    return found_by(said.get("patient_name"), said.get("patient_id"))


def _sort_name(context: Any) -> str:
    return folded(context.get_current_parameters().get("patient_name")) or ""


class PracticeRow(Base):
    """One practice; its release rule is "after-scan" or "after-report" plus hours."""

    __tablename__ = "practice"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    address: Mapped[str | None]
    release_rule: Mapped[str] = mapped_column(default="after-scan")
    release_hours: Mapped[int] = mapped_column(default=72)
    time_zone: Mapped[str | None]  # IANA name; without one the server's own
    letterhead: Mapped[str | None]  # lines at the top of printed letters
    language: Mapped[str] = mapped_column(default="en")  # of letters; "en" or "de"
    self_service: Mapped[bool] = mapped_column(default=True)  # persons change their own address and phone
    letters_since: Mapped[datetime | None]  # what was released before this portal sent letters is no news
    created_at: Mapped[datetime]


class PatientRow(Base):
    """One person as the practice knows them; `patient_id` is the practice's own.

    `words` are what the person is found by, `sort_name` what a list is ordered by: after a change, `name_anew`.
    """

    __tablename__ = "patient"
    __table_args__ = (
        UniqueConstraint("practice", "patient_id"),
        Index("patient_by_name", "practice", "sort_name", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    practice: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    patient_id: Mapped[str | None]
    issuer_of_patient_id: Mapped[str | None]
    patient_name: Mapped[str | None]
    patient_birth_date: Mapped[str | None]
    patient_sex: Mapped[str | None]
    words: Mapped[str] = mapped_column(default=_words)
    sort_name: Mapped[str] = mapped_column(default=_sort_name)
    created_at: Mapped[datetime]

    def name_anew(self) -> None:
        """Let a person be found by what they are called now."""
        self.words = found_by(self.patient_name, self.patient_id)
        self.sort_name = folded(self.patient_name) or ""


class AccountRow(Base):
    """One account: "invited" until activated, then "active"; "blocked" by the practice, "closed" when it was ended."""

    __tablename__ = "account"
    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="invited")
    user_name: Mapped[str | None] = mapped_column(unique=True)
    user_name_folded: Mapped[str | None] = mapped_column(unique=True)  # one person cannot take Anna's "anna"
    password_hash: Mapped[str | None]
    email: Mapped[str | None]
    email_folded: Mapped[str | None] = mapped_column(index=True)  # follows `email`; by it accounts are found
    phone: Mapped[str | None]
    created_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]
    last_sign_in_at: Mapped[datetime | None]
    reinstated_at: Mapped[datetime | None]  # by the practice, after a year's rest
    activity_hash: Mapped[str | None]  # that of its last line
    activity_seal: Mapped[str | None]  # and its seal (activity/sealing.py)
    deletion_asked_at: Mapped[datetime | None]  # by the person; the practice does it
    previous_email: Mapped[str | None]
    email_changed_at: Mapped[datetime | None]
    notices_off: Mapped[str | None]  # kinds of letters the person wants no more, with blanks between
    patients: Mapped[list[AccountPatientRow]] = relationship(order_by="AccountPatientRow.position")

    @validates("email")
    def _fold(self, _: str, email: str | None) -> str | None:
        self.email_folded = email.lower() if email else None
        return email


class EmailChangeRow(Base):
    """A person's own change of their account's address: what its letters' links undo or confirm, by their hashes."""

    __tablename__ = "email_change"
    id: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    old_email: Mapped[str | None]
    old_email_folded: Mapped[str | None] = mapped_column(index=True)
    new_email: Mapped[str | None]
    changed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    undo_hash: Mapped[str | None] = mapped_column(unique=True)
    confirm_hash: Mapped[str | None] = mapped_column(unique=True)
    confirmed_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class AccountPatientRow(Base):
    """Whose exams an account sees: its own person first ("self"), then those it stands for ("represents")."""

    __tablename__ = "account_patient"
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    patient: Mapped[int] = mapped_column(ForeignKey("patient.id"), primary_key=True)
    relation: Mapped[str] = mapped_column(default="self")
    position: Mapped[int] = mapped_column(default=0)
    blocked_at: Mapped[datetime | None]  # the account, by this person's practice
    person: Mapped[PatientRow] = relationship()


class ActivationRow(Base):
    """One activation code: works once, until it expires or a newer one takes its place."""

    __tablename__ = "activation"
    code_hash: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]


class RecoveryRow(Base):
    """One way back to a forgotten password: works once, for half an hour."""

    __tablename__ = "recovery"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class NoticeRow(Base):
    """One letter or text message: "waiting", then "sent" or "given-up"; its words are forgotten with that.

    "unwanted" is what its reader had switched off: it was never sent, and counts as told.
    """

    __tablename__ = "notice"
    __table_args__ = (Index("notice_by_due", "state", "due_at"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    account: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    about: Mapped[str | None] = mapped_column(index=True)  # the share or exam it tells of
    channel: Mapped[str]
    address: Mapped[str]
    subject: Mapped[str | None]
    text: Mapped[str | None]
    html: Mapped[str | None]
    off_address: Mapped[str | None]  # switches letters of this kind off
    state: Mapped[str] = mapped_column(default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None]  # why the last try failed, without anybody's words
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]  # not tried before; moved on by whoever tries, so that two do not
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]


# -- signing in --


class TokenFamilyRow(Base):
    """All tokens that came from one sign-in; a refresh token used twice ends the family."""

    __tablename__ = "token_family"
    id: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    client_id: Mapped[str]
    label: Mapped[str | None]  # what a machine token is for
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]


class AccessTokenRow(Base):
    """An access token; machine tokens (`portal token`) are ones that live for days."""

    __tablename__ = "access_token"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    family: Mapped[str] = mapped_column(ForeignKey("token_family.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class RefreshTokenRow(Base):
    """A refresh token: works once, and is then replaced by its `successor`."""

    __tablename__ = "refresh_token"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    family: Mapped[str] = mapped_column(ForeignKey("token_family.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    successor: Mapped[str | None]  # its hash


class BrowserSessionRow(Base):
    """A browser that is signed in: its cookie, by its hash, and the sign-in it came from; it ends when nobody asks."""

    __tablename__ = "browser_session"
    session_hash: Mapped[str] = mapped_column(primary_key=True)
    family: Mapped[str | None] = mapped_column(ForeignKey("token_family.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]  # moved on while somebody is there


class AuthenticatorRow(Base):
    """The authenticator app of an account (TOTP); a second factor since a first code `confirmed_at` it."""

    __tablename__ = "authenticator"
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    sealed_secret: Mapped[str]  # with a key made of the server's own
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_counter: Mapped[int] = mapped_column(BigInteger)  # codes up to that of this period are used


class RecoveryCodeRow(Base):
    """A code for who lost the phone: works once."""

    __tablename__ = "recovery_code"
    code_hash: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PasskeyRow(Base):
    """A passkey of an account (WebAuthn): its public key, and how often it was used as it says itself."""

    __tablename__ = "passkey"
    id: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    credential_id: Mapped[str] = mapped_column(unique=True)
    public_key: Mapped[str]  # COSE
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class UsedChallengeRow(Base):
    """A challenge that was signed already."""

    __tablename__ = "used_challenge"
    challenge_hash: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]


class SignInStepRow(Base):
    """Somebody gave the right password and has yet to show the second factor."""

    __tablename__ = "sign_in_step"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class AuthorizationCodeRow(Base):
    """An authorization code: single use, 60 s, bound to redirect and PKCE challenge (S256)."""

    __tablename__ = "authorization_code"
    code_hash: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.id"))
    client_id: Mapped[str]
    redirect_uri: Mapped[str]
    code_challenge: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    family: Mapped[str | None]


class DeviceGrantRow(Base):
    """A device sign-in that waits for somebody to approve it in a browser (RFC 8628)."""

    __tablename__ = "device_grant"
    device_code_hash: Mapped[str] = mapped_column(primary_key=True)
    user_code: Mapped[str] = mapped_column(unique=True)
    client_id: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    polled_at: Mapped[datetime | None]
    interval: Mapped[int] = mapped_column(default=5)
    account: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    denied_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class StaffTokenRow(Base):
    """A token of the practice's own programs and staff."""

    __tablename__ = "staff_token"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    practice: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    label: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]  # kept, so that the file it came from does not bring it back


class StaffRow(Base):
    """Somebody who works at the practice, or a referring doctor: signs in with an account that has no person."""

    __tablename__ = "staff"
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    practice: Mapped[int] = mapped_column(ForeignKey("practice.id"), index=True)
    name: Mapped[str]
    roles: Mapped[str]  # words of `portal.wire.desk.members.Role`; none of who has left
    created_at: Mapped[datetime]


class DoctorNameRow(Base):
    """A doctor sees all exams whose images name them as the referring physician (0008,0090), `folded`."""

    __tablename__ = "doctor_name"
    doctor: Mapped[str] = mapped_column(ForeignKey("staff.account"), primary_key=True)
    folded: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    assigned_at: Mapped[datetime]


class DoctorPatientRow(Base):
    """A doctor sees all exams the practice made of a person."""

    __tablename__ = "doctor_patient"
    doctor: Mapped[str] = mapped_column(ForeignKey("staff.account"), primary_key=True)
    patient: Mapped[int] = mapped_column(ForeignKey("patient.id"), primary_key=True)
    assigned_at: Mapped[datetime]


class DoctorExamRow(Base):
    """A doctor sees one exam, as long as it is there."""

    __tablename__ = "doctor_exam"
    doctor: Mapped[str] = mapped_column(ForeignKey("staff.account"), primary_key=True)
    exam: Mapped[str] = mapped_column(ForeignKey("exam.id", ondelete="CASCADE"), primary_key=True, index=True)
    assigned_at: Mapped[datetime]


class MadeOnceRow(Base):
    """Which patient a POST of the staff's with an Idempotency-Key made, so that the same request twice is done once."""

    __tablename__ = "made_once"
    who: Mapped[str] = mapped_column(primary_key=True)  # a member, or the practice's programs
    key_hash: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    patient: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    created_at: Mapped[datetime]


# -- what is stored --


class StoredObjectRow(Base):
    """One file of the content-addressed store."""

    __tablename__ = "stored_object"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    data_set_sha256: Mapped[str | None]  # without preamble and group 0002
    stored_at: Mapped[datetime]
    damaged_at: Mapped[datetime | None]  # found missing, or not what its name says; until it comes again


class ObjectPlaceRow(Base):
    """By which UIDs a DICOMweb archive has an object; of those that lie in a folder or bucket there is none."""

    __tablename__ = "object_place"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    study_instance_uid: Mapped[str] = mapped_column(String(64))
    series_instance_uid: Mapped[str] = mapped_column(String(64))
    sop_instance_uid: Mapped[str] = mapped_column(String(64))


class ExamRow(Base):
    """Visit and machine on the same day: `exam_date` and `machine` (modality) group studies of one origin."""

    __tablename__ = "exam"
    __table_args__ = (
        Index("exam_by_patient", "patient", "exam_date"),
        Index("exam_in_order", "patient", "sort_date", "created_at", "id"),
        Index("exam_of_all_in_order", "origin", "sort_date", "created_at", "id"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    patient: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    origin: Mapped[str]
    exam_date: Mapped[str | None]
    sort_date: Mapped[str] = mapped_column(default="")  # the same, "" where there is none
    machine: Mapped[str]
    created_at: Mapped[datetime]
    scanned_at: Mapped[datetime]  # what the release rule "after-scan" counts from
    report_completed_at: Mapped[datetime | None]
    release_by_hand: Mapped[str | None]  # "early" or "held", whatever the practice's rule says
    release_by_hand_at: Mapped[datetime | None]
    report_title: Mapped[str | None]
    report_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_object.sha256"))
    report_size: Mapped[int | None]
    studies: Mapped[list[StudyRow]] = relationship(order_by="StudyRow.id")
    person: Mapped[PatientRow] = relationship()

    @validates("exam_date")
    def _order(self, _: str, date: str | None) -> str | None:
        """Keep what lists are ordered by beside it."""
        self.sort_date = date or ""
        return date


class StudyRow(Base):
    """One study of one patient; the same UID under two patients stays two studies."""

    __tablename__ = "study"
    __table_args__ = (UniqueConstraint("patient", "study_instance_uid"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    patient: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    exam: Mapped[str] = mapped_column(ForeignKey("exam.id"), index=True)
    study_instance_uid: Mapped[str] = mapped_column(String(64), index=True)
    study_id: Mapped[str | None]
    study_date: Mapped[str | None]
    study_time: Mapped[str | None]
    accession_number: Mapped[str | None]
    study_description: Mapped[str | None]
    referring_physician_name: Mapped[str | None]
    referring_folded: Mapped[str | None] = mapped_column(index=True)  # as `name_forms.folded` writes it
    patient_name: Mapped[str | None]  # as in the images, which may differ from the practice's
    patient_id: Mapped[str | None]
    issuer_of_patient_id: Mapped[str | None]
    patient_birth_date: Mapped[str | None]
    patient_sex: Mapped[str | None]
    timezone_offset_from_utc: Mapped[str | None] = mapped_column(String(5))
    uploaded: Mapped[bool] = mapped_column(default=False)  # begun by a person's own upload, whoever added to it since
    created_at: Mapped[datetime]
    patient_name_folded: Mapped[str | None]  # the names as they are searched (name_forms.py)
    patient_name_words: Mapped[str | None]
    referring_words: Mapped[str | None]
    series: Mapped[list[SeriesRow]] = relationship(order_by="SeriesRow.id")

    @validates("patient_name", "referring_physician_name")
    def _search_form(self, key: str, name: str | None) -> str | None:
        """Keep what a name is searched by beside it."""
        if key == "patient_name":
            self.patient_name_folded, self.patient_name_words = folded(name), words_of(name)
        else:
            self.referring_folded, self.referring_words = folded(name) or None, words_of(name)
        return name


class SeriesRow(Base):
    """One series."""

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("study", "series_instance_uid"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    study: Mapped[int] = mapped_column(ForeignKey("study.id"), index=True)
    series_instance_uid: Mapped[str] = mapped_column(String(64))
    modality: Mapped[str | None]
    series_number: Mapped[int | None]
    series_description: Mapped[str | None]
    body_part_examined: Mapped[str | None]
    instances: Mapped[list[InstanceRow]] = relationship(order_by="InstanceRow.id")


class InstanceRow(Base):
    """One SOP instance of one patient, and the object that holds it."""

    __tablename__ = "instance"
    __table_args__ = (UniqueConstraint("patient", "sop_instance_uid"),)
    id: Mapped[int] = mapped_column(Many, primary_key=True)
    patient: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    series: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    sop_instance_uid: Mapped[str] = mapped_column(String(64))
    sop_class_uid: Mapped[str | None]
    transfer_syntax_uid: Mapped[str | None]
    instance_number: Mapped[int | None]
    rows: Mapped[int | None]
    columns: Mapped[int | None]
    number_of_frames: Mapped[int | None]
    bits_allocated: Mapped[int | None]  # unknown of what came before 0002
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_object.sha256"), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    sent_by_practice: Mapped[bool] = mapped_column(default=False)
    sent_by_person: Mapped[bool] = mapped_column(default=False)  # both, where both sent the same bytes
    stored_at: Mapped[datetime]


class UploadRow(Base):
    """What an account said it would upload: manifest, whose it was taken for, the person's reason, consent.

    "open", then "complete", or "refused" where the practice said it is somebody else's.

    `told` says that the sender named what it leaves out (`left_out`), be it nothing; None of what came before 0003.
    """

    __tablename__ = "upload"
    id: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    patient: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    study_instance_uid: Mapped[str] = mapped_column(String(64), index=True)
    identity: Mapped[str]
    person: Mapped[dict[str, Any]]  # the identity in the images
    person_confirmed: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="open")
    told: Mapped[bool | None]
    announcing: Mapped[bool] = mapped_column(default=False)  # while the rows of its items are being written
    created_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]


class IdentityQuestionRow(Base):
    """An upload whose images name somebody else than the account's person: asked of the practice.

    "open", then "accepted" (they are the person's after all) or "refused". Of images that are another's by their
    header nothing else is kept.
    """

    __tablename__ = "identity_question"
    __table_args__ = (Index("identity_question_by_state", "practice", "state", "asked_at"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    practice: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    patient: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    study_instance_uid: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[str]
    person: Mapped[dict[str, Any]]  # the identity in the images
    reason: Mapped[str | None]  # why the sender says it is theirs
    images: Mapped[int]
    state: Mapped[str]
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]


class UploadItemRow(Base):
    """One instance of a manifest."""

    __tablename__ = "upload_item"
    __table_args__ = (Index("upload_item_by_uid", "upload", "sop_instance_uid"),)
    upload: Mapped[str] = mapped_column(ForeignKey("upload.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    sop_instance_uid: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]


class LeftOutRow(Base):
    """What senders of a study said they did not send: one image by its UID, or `images` without one.

    `known` is how many images that sender named besides those without a UID. `settled_at` is when the portal's own list
    proved that they are here; a row is never removed.
    """

    __tablename__ = "left_out"
    __table_args__ = (Index("left_out_by_uid", "patient", "study_instance_uid", "sop_instance_uid"),)
    id: Mapped[int] = mapped_column(Many, primary_key=True)
    patient: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    study_instance_uid: Mapped[str] = mapped_column(String(64))
    upload: Mapped[str] = mapped_column(ForeignKey("upload.id"))
    sop_instance_uid: Mapped[str | None] = mapped_column(String(64))
    code: Mapped[str]
    images: Mapped[int]
    known: Mapped[int | None]
    told_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class HeldStudyRow(Base):
    """A study the practice sent of nobody it knows, or of somebody its images contradict.

    "held", then "assigned" to a patient or "discarded"; what comes of it later goes the same way, until it is
    "allowed" to come again, as it also is once it was taken out of that patient's exams as another's. `identity` is a
    hash of all its images say of the person: another person's is another row.
    """

    __tablename__ = "held_study"
    __table_args__ = (
        UniqueConstraint("practice", "identity", "study_instance_uid"),
        Index("held_study_by_state", "practice", "state", "received_at"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    practice: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    identity: Mapped[str]
    study_instance_uid: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(default="held")
    why: Mapped[str]
    person: Mapped[dict[str, Any]]  # the identity in the images; {} of what was discarded
    doubtful_name: Mapped[str | None]  # the bytes (Latin-1) of a name that had to be guessed
    patient_id: Mapped[str | None]
    study_date: Mapped[str | None]
    accession_number: Mapped[str | None]
    study_description: Mapped[str | None]
    received_at: Mapped[datetime]
    last_received_at: Mapped[datetime]
    patient: Mapped[int | None] = mapped_column(ForeignKey("patient.id"))  # whom it was assigned to
    reason: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]


class HeldInstanceRow(Base):
    """One instance of such a study; `header` is what a worker read of it (`StoredHeader`)."""

    __tablename__ = "held_instance"
    __table_args__ = (UniqueConstraint("study", "sop_instance_uid"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    study: Mapped[str] = mapped_column(ForeignKey("held_study.id"))
    sop_instance_uid: Mapped[str] = mapped_column(String(64))
    modality: Mapped[str | None]
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_object.sha256"), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    header: Mapped[dict[str, Any]]
    stored_at: Mapped[datetime]


class UnerasedRow(Base):
    """An object whose bytes are to be erased where they are kept elsewhere, unless it came in anew since."""

    __tablename__ = "unerased"
    sha256: Mapped[str] = mapped_column(primary_key=True)


class SentReportRow(Base):
    """A report one of the practice's systems sent (HL7 v2): "attached", "held" where it found no exam, "discarded".

    The same `control_id` with the same bytes is the same message again.
    """

    __tablename__ = "sent_report"
    __table_args__ = (UniqueConstraint("practice", "control_id"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    practice: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    control_id: Mapped[str]
    body_sha256: Mapped[str]
    made_at: Mapped[str]  # as the message says it
    complete: Mapped[bool]
    title: Mapped[str]
    received_at: Mapped[datetime]
    state: Mapped[str]
    why: Mapped[str | None]
    exam: Mapped[str | None] = mapped_column(index=True)  # which may be gone
    sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_object.sha256"), index=True)  # while it is held
    size: Mapped[int | None]
    patient_id: Mapped[str | None]
    patient_name: Mapped[str | None]
    patient_birth_date: Mapped[str | None]
    accession_number: Mapped[str | None]
    said: Mapped[dict[str, Any] | None]  # while it is held: all it is matched by; None of what came before 0028
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]


class RemovalRow(Base):
    """What the practice took out, and why; until `allowed_at` the same is not taken in again."""

    __tablename__ = "removal"
    id: Mapped[str] = mapped_column(primary_key=True)
    practice: Mapped[int] = mapped_column(ForeignKey("practice.id"), index=True)
    patient: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    kind: Mapped[str]
    exam: Mapped[str]  # which may be gone
    images: Mapped[int]
    reason: Mapped[str]
    removed_at: Mapped[datetime]
    allowed_at: Mapped[datetime | None]
    things: Mapped[list[RemovedRow]] = relationship(order_by="RemovedRow.id")


class RemovedRow(Base):
    """One thing that was taken out: a whole study, one image of it, or the bytes of a report."""

    __tablename__ = "removed"
    __table_args__ = (Index("removed_by_study", "patient", "study_instance_uid"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    removal: Mapped[str] = mapped_column(ForeignKey("removal.id"), index=True)
    patient: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    study_instance_uid: Mapped[str | None] = mapped_column(String(64))
    sop_instance_uid: Mapped[str | None] = mapped_column(String(64))
    report_sha256: Mapped[str | None]


# -- sharing --


class ShareRow(Base):
    """One invitation for one recipient, independent of all others."""

    __tablename__ = "share"
    id: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    patient: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    token_hash: Mapped[str] = mapped_column(unique=True)
    locator: Mapped[str] = mapped_column(unique=True)  # first half of the typed share code; the code is the second
    code_hmac: Mapped[str]
    title: Mapped[str]
    label: Mapped[str | None]
    message: Mapped[str | None]
    email: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    max_accesses: Mapped[int]
    accesses_used: Mapped[int] = mapped_column(default=0)
    include_images: Mapped[bool]
    include_report: Mapped[bool]
    allow_download: Mapped[bool]
    revoked_at: Mapped[datetime | None]
    last_opened_at: Mapped[datetime | None]
    wrong_codes: Mapped[int] = mapped_column(default=0)  # by link
    wrong_typed_codes: Mapped[int] = mapped_column(default=0)  # by locator, which strangers can guess
    version: Mapped[int] = mapped_column(default=1)  # the ETag
    studies: Mapped[list[ShareStudyRow]] = relationship(cascade="all, delete-orphan")
    person: Mapped[PatientRow] = relationship()


class ShareStudyRow(Base):
    """Which studies a share was made for; nothing is added later.

    `report_sha256` is the report its exam had then: None where there was none, "" where it is no longer known which.
    `documents` says whether what the practice writes as DICOM documents could be seen then.
    """

    __tablename__ = "share_study"
    share: Mapped[str] = mapped_column(ForeignKey("share.id"), primary_key=True)
    study: Mapped[int] = mapped_column(ForeignKey("study.id"), primary_key=True, index=True)
    report_sha256: Mapped[str | None]
    documents: Mapped[bool] = mapped_column(default=False)


class ShareSessionRow(Base):
    """One accepted code: 60 minutes in one browser."""

    __tablename__ = "share_session"
    session_hash: Mapped[str] = mapped_column(primary_key=True)
    share: Mapped[str] = mapped_column(ForeignKey("share.id"), index=True)
    recipient_name: Mapped[str | None]
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]


# -- what happened --


class ActivityRow(Base):
    """One line of the activity, never changed: `hash` is made of it and of `previous_hash` (activity/chain.py)."""

    __tablename__ = "activity"
    __table_args__ = (Index("activity_by_account", "account", "id"),)
    id: Mapped[int] = mapped_column(Many, primary_key=True)
    at: Mapped[datetime]
    account: Mapped[str] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str]
    share: Mapped[str | None] = mapped_column(index=True)
    actor: Mapped[str | None]
    details: Mapped[dict[str, Any]]
    previous_hash: Mapped[str | None]
    hash: Mapped[str | None]
    exams: Mapped[list[ActivityExamRow]] = relationship(cascade="all, delete-orphan")


class ActivityExamRow(Base):
    """Which exams a line is about."""

    __tablename__ = "activity_exam"
    __table_args__ = (Index("activity_by_exam", "exam", "activity"),)
    activity: Mapped[int] = mapped_column(Many, ForeignKey("activity.id"), primary_key=True)
    exam: Mapped[str] = mapped_column(primary_key=True)


class WrongCodesRow(Base):
    """How many wrong codes came on one day from one place, which is no address but a hash of it; kept for days."""

    __tablename__ = "wrong_codes"
    day: Mapped[str] = mapped_column(primary_key=True)  # YYYY-MM-DD, UTC
    place: Mapped[str] = mapped_column(primary_key=True)
    tries: Mapped[int]


class IdempotencyRow(Base):
    """The answer a POST with an Idempotency-Key had, so that the same request twice is done once."""

    __tablename__ = "idempotency"
    account: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    status: Mapped[int]
    response: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class TriedRow(Base):
    """When somebody tried something lately, such as a wrong password (tries.py); SQLite keeps it in its own file."""

    __tablename__ = "tried"
    name: Mapped[str] = mapped_column(primary_key=True)  # sealed: it does not say who
    moments: Mapped[list[float]] = mapped_column(JSON)  # seconds since 1970, of no more than count
    ends_at: Mapped[datetime] = mapped_column(index=True)
