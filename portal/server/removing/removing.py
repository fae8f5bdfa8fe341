"""Taking out a misfiled exam, study, image or report: rows, bytes, pictures made of them, and what shares held of it.

The bytes go at once, without a time of grace: what was filed under the wrong person is read by the wrong person as long
as it is here, and the practice has its original. What the activity said stays, and a line tells of the removal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, select, true
from sqlalchemy.orm import Session

from portal.names import ExamId
from portal.server.access.caller import Caller
from portal.server.access.visibility import of_practice
from portal.server.access.visible_instances import instances
from portal.server.activity.log import accounts_of, note
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.tables import (
    ExamRow,
    HeldStudyRow,
    InstanceRow,
    LeftOutRow,
    PatientRow,
    RemovalRow,
    RemovedRow,
    SeriesRow,
    ShareRow,
    ShareStudyRow,
    StudyRow,
    UploadItemRow,
    UploadRow,
)
from portal.server.base.tokens import new_id
from portal.server.objects.object_rows import forget_unused
from portal.server.receiving.filing import count_held
from portal.wire.activity import ActivityKind
from portal.wire.desk.practice import Removal, RemovalKind, RemovalReason, Removals
from portal.wire.moments import utc_text

_CHUNK = 500
_KINDS: dict[RemovalKind, ActivityKind] = {
    "exam": "exam-removed",
    "study": "images-removed",
    "image": "images-removed",
    "report": "report-removed",
}


@dataclass(frozen=True, slots=True)
class RemovalRequest:
    """What is to go. `uploads` takes out also what the person brought, which is the server's own desk's to decide."""

    kind: RemovalKind
    exam: str
    uid: str = ""  # of the study or image
    reason: RemovalReason = "misfiled"
    uploads: bool = False


@dataclass(slots=True)
class Gone:
    """What a removal let go of: bytes nothing refers to any more."""

    removal: RemovalRow
    hashes: set[str] = field(default_factory=set)


def remove(session: Session, caller: Caller, wanted: RemovalRequest, now: datetime) -> Gone:
    """Take it out; raises `Problem("not-found")` where the practice has nothing of the kind there."""
    exam = _held(session, caller, wanted.exam)
    rows = [] if wanted.kind == "report" else list(session.scalars(_instances(exam, wanted)))
    report = exam.report_sha256 if wanted.kind in ("exam", "report") else None
    if not rows and report is None:
        raise Problem("not-found")
    removal = RemovalRow(id=new_id(), practice=caller.practice, patient=exam.patient, kind=wanted.kind, exam=exam.id)
    removal.images, removal.reason, removal.removed_at = len(rows), wanted.reason, now
    removal.things = _things(session, wanted, rows, exam, report)
    session.add(removal)
    patient = exam.patient
    hashes = {row.sha256 for row in rows} | ({report} if report else set())
    if report is not None:
        _drop_report(exam)
    _drop(session, rows, wanted)
    _tidy(session, exam, wanted, now)
    if wanted.reason == "misfiled":
        _unassign(session, removal)
    details = {"images": len(rows), "reason": wanted.reason}
    for account in accounts_of(session, patient):
        note(
            session, account=account, kind=_KINDS[wanted.kind], at=now, exams=[wanted.exam], actor=caller.actor,
            details=details,
        )  # fmt: skip
    return Gone(removal, forget_unused(session, hashes))


def _held(session: Session, caller: Caller, exam: str) -> ExamRow:
    """Find the exam; nothing more is filed under its person meanwhile."""
    asked = select(ExamRow).where(ExamRow.id == exam, of_practice(caller))
    found = session.scalars(asked).first()
    if found is not None:
        held(session, PatientRow, found.patient)
        found = session.scalars(asked.execution_options(populate_existing=True)).first()
    if found is None:
        raise Problem("not-found")
    return found


def allow(session: Session, caller: Caller, removal: str, now: datetime) -> Removal:
    """Let what was taken out come again, if somebody sends it."""
    row = session.get(RemovalRow, removal)
    if row is None or row.practice != caller.practice:
        raise Problem("not-found")
    row.allowed_at = row.allowed_at or now
    return removal_shape(row)


def removals(session: Session, caller: Caller) -> Removals:
    """List what was taken out, newest first."""
    asked = select(RemovalRow).where(RemovalRow.practice == caller.practice)
    rows = session.scalars(asked.order_by(RemovalRow.removed_at.desc(), RemovalRow.id))
    return Removals(tuple(map(removal_shape, rows)))


def removal_shape(row: RemovalRow) -> Removal:
    """Describe a removal."""
    return Removal(
        id=row.id,
        kind=row.kind,  # type: ignore[arg-type]
        exam_id=ExamId(row.exam),
        images=row.images,
        reason=row.reason,  # type: ignore[arg-type]
        removed_at=utc_text(row.removed_at),
        allowed_at=utc_text(row.allowed_at) if row.allowed_at else None,
    )


def _instances(exam: ExamRow, wanted: RemovalRequest) -> Select[InstanceRow]:
    of_kind: dict[str, ColumnElement[bool]] = {
        "study": StudyRow.study_instance_uid == wanted.uid,
        "image": InstanceRow.sop_instance_uid == wanted.uid,
    }
    sent = true() if wanted.uploads else InstanceRow.sent_by_practice
    return instances().where(ExamRow.id == exam.id, of_kind.get(wanted.kind, true()), sent)


def _things(
    session: Session, wanted: RemovalRequest, rows: Sequence[InstanceRow], exam: ExamRow, report: str | None
) -> list[RemovedRow]:
    """Name what is not to come back: whole studies, so that their stragglers stay out, or one image, or a report."""
    asked = select(SeriesRow.id, StudyRow.study_instance_uid).join(StudyRow, StudyRow.id == SeriesRow.study)
    studies = {row.id: row.study_instance_uid for row in session.execute(asked.where(StudyRow.exam == exam.id))}
    if wanted.kind == "image":
        named = {(studies[row.series], row.sop_instance_uid) for row in rows}
    else:
        named = {(studies[row.series], None) for row in rows}  # type: ignore[misc]
    things = [
        RemovedRow(patient=exam.patient, study_instance_uid=study, sop_instance_uid=sop)
        for study, sop in sorted(named, key=str)
    ]
    return things + ([RemovedRow(patient=exam.patient, report_sha256=report)] if report else [])


def _drop_report(exam: ExamRow) -> None:
    exam.report_sha256 = exam.report_size = exam.report_title = exam.report_completed_at = None
    exam.release_by_hand = exam.release_by_hand_at = None  # the next report is another one


def _drop(session: Session, rows: Iterable[InstanceRow], wanted: RemovalRequest) -> None:
    """Let go of instances; one the person sent too stays theirs."""
    going: list[int] = []
    for row in rows:
        if row.sent_by_person and not wanted.uploads:
            row.sent_by_practice = False
        else:
            going.append(row.id)
    session.flush()
    for start in range(0, len(going), _CHUNK):
        some = delete(InstanceRow).where(InstanceRow.id.in_(going[start : start + _CHUNK]))
        session.execute(some.execution_options(synchronize_session=False))


def _tidy(session: Session, exam: ExamRow, wanted: RemovalRequest, now: datetime) -> None:
    """Let go of series, studies and the exam where nothing is left in them; shares follow."""
    of_exam = select(StudyRow.id).where(StudyRow.exam == exam.id)
    filled = select(InstanceRow.series)
    session.execute(
        delete(SeriesRow)
        .where(SeriesRow.study.in_(of_exam), SeriesRow.id.not_in(filled))
        .execution_options(synchronize_session=False)
    )
    empty = session.scalars(
        select(StudyRow).where(StudyRow.exam == exam.id, StudyRow.id.not_in(select(SeriesRow.study)))
    ).all()
    for study in empty:
        _forget_study(session, study, now)
    session.flush()
    session.expire(exam)
    if not exam.studies:
        session.delete(exam)
    elif wanted.kind != "report" and not _of_practice(session, exam):
        exam.origin = "upload"  # what is left is the person's own


def _unassign(session: Session, removal: RemovalRow) -> None:
    """Take back what was decided of whole studies that were another's: what comes of them again is decided anew."""
    studies = [thing.study_instance_uid for thing in removal.things if thing.sop_instance_uid is None]
    asked = select(HeldStudyRow).where(
        HeldStudyRow.practice == removal.practice,
        HeldStudyRow.patient == removal.patient,
        HeldStudyRow.state == "assigned",
        HeldStudyRow.study_instance_uid.in_(filter(None, studies)),
    )
    for row in session.scalars(asked):
        row.state, row.patient = "held" if count_held(session, row.id) else "allowed", None


def _of_practice(session: Session, exam: ExamRow) -> bool:
    left = instances().where(ExamRow.id == exam.id, InstanceRow.sent_by_practice).limit(1)
    return session.scalars(left).first() is not None


def _forget_study(session: Session, study: StudyRow, now: datetime) -> None:
    """Delete a study with what was said of it; a share that held nothing else ends."""
    shares = session.scalars(select(ShareStudyRow.share).where(ShareStudyRow.study == study.id)).all()
    held = delete(ShareStudyRow).where(ShareStudyRow.study == study.id)
    session.execute(held.execution_options(synchronize_session=False))
    for share in shares:
        _follow(session, session.get_one(ShareRow, share), study, now)
    uid = study.study_instance_uid
    said = LeftOutRow.patient == study.patient, LeftOutRow.study_instance_uid == uid
    session.execute(delete(LeftOutRow).where(*said).execution_options(synchronize_session=False))
    uploads = UploadRow.patient == study.patient, UploadRow.study_instance_uid == uid
    items = delete(UploadItemRow).where(UploadItemRow.upload.in_(select(UploadRow.id).where(*uploads)))
    session.execute(items.execution_options(synchronize_session=False))
    session.execute(delete(UploadRow).where(*uploads).execution_options(synchronize_session=False))
    session.expire(study)
    session.delete(study)


def _follow(session: Session, share: ShareRow, study: StudyRow, now: datetime) -> None:
    share.version += 1
    left = select(ShareStudyRow.study).where(ShareStudyRow.share == share.id).limit(1)
    if share.revoked_at is None and session.scalars(left).first() is None:
        share.revoked_at = now
        details = {"why": "exam-removed"}
        note(
            session, account=share.account, kind="share-revoked", at=now, exams=[study.exam], share=share.id,
            details=details,
        )  # fmt: skip
