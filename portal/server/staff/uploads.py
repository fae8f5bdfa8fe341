"""Uploads that name somebody else: a member of the staff says whether they are the patient's, and nobody else does."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from portal.names import Uid
from portal.server.access.caller import Caller
from portal.server.activity.log import note
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.tables import (
    ExamRow,
    IdentityQuestionRow,
    InstanceRow,
    LeftOutRow,
    PatientRow,
    SeriesRow,
    StudyRow,
    UploadRow,
)
from portal.server.people.account_shapes import person_shape
from portal.server.removing.removing import RemovalRequest
from portal.server.removing.take_out import take_out
from portal.server.services import Services
from portal.wire.activity import ActivityKind
from portal.wire.desk.uploads import IdentityQuestion, IdentityQuestions, QuestionState
from portal.wire.moments import utc_text
from portal.wire.people import Person

PAGE = 50


def questions(session: Session, practice: int, state: QuestionState, cursor: str | None) -> IdentityQuestions:
    """Give one page of what is asked, newest first."""
    order = (IdentityQuestionRow.asked_at, IdentityQuestionRow.id)
    asked = select(IdentityQuestionRow).where(IdentityQuestionRow.practice == practice)
    asked = asked.where(IdentityQuestionRow.state == state)
    last = session.get(IdentityQuestionRow, cursor) if cursor else None
    if last is not None and last.practice == practice:
        asked = asked.where(tuple_(*order) < tuple_(last.asked_at, last.id))
    rows = list(session.scalars(asked.order_by(*(each.desc() for each in order)).limit(PAGE + 1)))
    shapes = tuple(_shape(session, row) for row in rows[:PAGE])
    return IdentityQuestions(shapes, rows[PAGE - 1].id if len(rows) > PAGE else None)


def answer(services: Services, caller: Caller, question: str, now: datetime, *, theirs: bool) -> IdentityQuestion:
    """Say whether images are the patient's; with no, what came of them is taken out and stays out.

    Raises `Problem("conflict")`: "decided" where somebody answered otherwise, "practice-exam" where the practice sent
    the study too, so that it is no upload any more.
    """
    with services.database.writing() as session:
        row = held(session, IdentityQuestionRow, question)
        if row is None or row.practice != caller.practice:
            raise Problem("not-found")
        state = "accepted" if theirs else "refused"
        if row.state not in ("open", state):
            raise Problem("conflict", reason="decided")
        if not theirs:
            _close(session, row)
        exam = None if theirs else _came(session, row)
        if row.state == "open":
            row.state, row.decided_at, row.decided_by = state, now, caller.actor or "the practice"
            details = {"images": row.images}
            kind: ActivityKind = "upload-accepted" if theirs else "upload-refused"
            note(session, account=row.account, kind=kind, at=now, actor=caller.actor, details=details)
        said = _shape(session, row)
    if exam is not None:
        wanted = RemovalRequest("study", exam, said.study_instance_uid, "misfiled", uploads=True)
        take_out(services.database, services.settings, caller, wanted, services.clock)
    return said


def _close(session: Session, row: IdentityQuestionRow) -> None:
    """Let nothing more come of the upload that is refused, nor what it said it left out count."""
    mine = UploadRow.account == row.account, UploadRow.study_instance_uid == row.study_instance_uid
    for upload in session.scalars(select(UploadRow).where(*mine, UploadRow.state == "open")):
        if all(upload.person.get(name) == said for name, said in row.person.items()):
            held(session, PatientRow, upload.patient)  # an image of it is written down before or after this
            upload.state = "refused"
            notes = delete(LeftOutRow).where(LeftOutRow.upload == upload.id)
            session.execute(notes.execution_options(synchronize_session=False))


def _came(session: Session, row: IdentityQuestionRow) -> str | None:
    """Give the exam that holds what came of an upload, if anything did."""
    study = session.scalars(
        select(StudyRow).where(StudyRow.patient == row.patient, StudyRow.study_instance_uid == row.study_instance_uid)
    ).first()
    if study is None:
        return None
    sent = select(InstanceRow.id).join(SeriesRow, SeriesRow.id == InstanceRow.series)
    sent = sent.where(SeriesRow.study == study.id, InstanceRow.sent_by_practice)
    of_practice = session.get_one(ExamRow, study.exam).origin == "practice"
    if of_practice or session.scalars(sent.limit(1)).first() is not None:
        raise Problem("conflict", reason="practice-exam")
    return study.exam


def _shape(session: Session, row: IdentityQuestionRow) -> IdentityQuestion:
    return IdentityQuestion(
        id=row.id,
        likeness="other" if row.verdict == "other" else "perhaps",
        named=Person(**row.person),
        patient=row.patient,
        person=person_shape(session.get_one(PatientRow, row.patient)),
        study_instance_uid=Uid(row.study_instance_uid),
        images=row.images,
        state=row.state,  # type: ignore[arg-type]
        asked_at=utc_text(row.asked_at),
        reason=row.reason,
        decided_at=utc_text(row.decided_at) if row.decided_at else None,
        decided_by=row.decided_by,
    )
