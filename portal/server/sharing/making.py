"""Making a share: what may be shared, and the secrets it gets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.names import Link
from portal.server.access.caller import Caller
from portal.server.access.report_release import documents_released, report_of
from portal.server.access.visibility import practice_of
from portal.server.activity.log import note
from portal.server.base.problems import Problem
from portal.server.base.tables import AccountRow, ExamRow, ShareRow, ShareStudyRow, StudyRow
from portal.server.base.tokens import new_id, token_hash
from portal.server.exams.exam_shapes import exam_shapes, exams_for_uids, shareable_studies
from portal.server.services import Services
from portal.server.sharing.share_request import check_request, plain
from portal.server.sharing.share_secrets import Secrets, code_hmac, new_locator, share_code
from portal.server.sharing.share_shapes import share_link, share_shape
from portal.wire.exams import Exam
from portal.wire.sharing import NewShare, ShareRequest

LOCATOR_DRAWS = 20


def make_share(
    session: Session, services: Services, caller: Caller, wanted: ShareRequest, given: Secrets, now: datetime
) -> ShareRow:
    """Make a share of whole exams of one person of the account, as they are now; the activity tells of it."""
    check_request(wanted, services.settings.limits)
    if session.get_one(AccountRow, str(caller.account)).deletion_asked_at is not None:
        raise Problem("conflict", reason="deletion-asked")
    rows = _exams(session, caller, wanted)
    _refuse_unready(exam_shapes(session, caller, rows, now))
    held = [(row, study) for row in rows for study in shareable_studies(session, row, now)]
    _refuse_left_out(wanted, held)
    share = _row(services, wanted, given, now)
    share.account, share.patient = str(caller.account), rows[0].patient
    share.title, share.locator = _title(session, held, now), _free_locator(session)
    share.studies = [_held(session, row, study, now) for row, study in held]
    session.add(share)
    session.flush()
    details = {"expires_on": share.expires_at.date().isoformat(), "max_accesses": share.max_accesses}
    _note(session, share, rows, now, {**details, **({"label": share.label} if share.label else {})})
    return share


def new_share(session: Session, services: Services, share: ShareRow, given: Secrets, now: datetime) -> NewShare:
    """Describe a share with its secrets, this once."""
    shape = share_shape(session, share, now, services.settings.limits)
    link = share_link(services.settings, given.token)
    mailed = bool(share.email) and services.settings.post.mails
    return NewShare(shape, Link(link), given.code, share_code(share.locator, given.code), mailed)


def _exams(session: Session, caller: Caller, wanted: ShareRequest) -> list[ExamRow]:
    rows = {row.id: row for row in exams_for_uids(session, caller, wanted.studies, wanted.exams)}
    if not rows or any(row.patient not in caller.patients for row in rows.values()):
        raise Problem("not-found")
    if len({row.patient for row in rows.values()}) > 1:
        raise Problem("conflict", reason="several-persons")
    return list(rows.values())


def _refuse_unready(shapes: Sequence[Exam]) -> None:
    """A practice's exam waits for its report (S1), an upload until it is complete."""
    for code, origin in (("report-not-released", "practice"), ("not-complete", "upload")):
        waiting = [exam for exam in shapes if exam.origin == origin and not exam.shareable]
        if waiting:
            known = [exam.report.available_at for exam in waiting if exam.report.available_at]
            facts = {"available_at": max(known)} if known and len(known) == len(waiting) else {}
            raise Problem(code, exams=[exam.id for exam in waiting], **facts)  # type: ignore[arg-type]


def _refuse_left_out(wanted: ShareRequest, held: Sequence[tuple[ExamRow, StudyRow]]) -> None:
    """Refuse a study that was asked for by name and cannot be shared yet, though another of its exam can."""
    ready = {study.study_instance_uid for _row, study in held}
    if not ready.issuperset(wanted.studies):
        raise Problem("report-not-released", exams=sorted({row.id for row, _study in held}))


def _held(session: Session, exam: ExamRow, study: StudyRow, now: datetime) -> ShareStudyRow:
    """Note a study, and what is written of it: what waits for its release is no part of a share, then or later."""
    practice = practice_of(session, exam)
    released = report_of(exam, practice, now).state == "released"
    return ShareStudyRow(
        study=study.id,
        report_sha256=exam.report_sha256 if released else None,
        documents=documents_released(exam, practice, now),
    )


def _title(session: Session, held: Sequence[tuple[ExamRow, StudyRow]], now: datetime) -> str:
    """Name what is shared, by the studies it holds."""
    recipient = Caller("share", studies=frozenset(study.id for _row, study in held))
    rows = {row.id: row for row, _study in held}
    shapes = exam_shapes(session, recipient, list(rows.values()), now)
    first, more = shapes[0].title, len(shapes) - 1
    return first if not more else f"{first} and {more} more {'exam' if more == 1 else 'exams'}"


def _free_locator(session: Session) -> str:
    for _ in range(LOCATOR_DRAWS):
        locator = new_locator()
        if session.scalar(select(ShareRow.id).where(ShareRow.locator == locator)) is None:
            return locator
    raise Problem("unavailable", headers={"Retry-After": "60"})


def _row(services: Services, wanted: ShareRequest, given: Secrets, now: datetime) -> ShareRow:
    """Begin the row: what was wished and the secrets, the last day to the second as the wire says it."""
    share_id = new_id()
    return ShareRow(
        id=share_id,
        token_hash=token_hash(given.token),
        code_hmac=code_hmac(services.secret, share_id, given.code),
        label=plain(wanted.label),
        message=plain(wanted.message, lines=True),
        email=plain(wanted.email),
        created_at=now,
        expires_at=now.replace(microsecond=0) + timedelta(days=wanted.days),
        max_accesses=wanted.max_accesses,
        accesses_used=0,
        include_images=wanted.include_images,
        include_report=wanted.include_report,
        allow_download=wanted.allow_download,
        wrong_codes=0,
        wrong_typed_codes=0,
        version=1,
    )


def _note(
    session: Session, share: ShareRow, exams: Sequence[ExamRow], now: datetime, details: dict[str, object]
) -> None:
    note(
        session,
        account=share.account,
        kind="share-created",
        at=now,
        exams=[exam.id for exam in exams],
        share=share.id,
        details=details,
    )
