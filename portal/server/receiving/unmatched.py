"""What staff see and decide of held studies: whose one is, or that it is nobody's here. Who decided what is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session

from dicom.people.same_person import Identity, resemble
from portal.names import Uid
from portal.server.access.caller import Caller
from portal.server.base.problems import Problem
from portal.server.base.tables import HeldInstanceRow, HeldStudyRow, PatientRow
from portal.server.exams.exam_shapes import person_shape
from portal.server.objects.erasing import erase, erase_elsewhere, forget_pages
from portal.server.objects.object_rows import forget_unused
from portal.server.receiving.filing import count_held, file_study, lock_study
from portal.server.services import Services
from portal.wire.desk.practice import (
    DiscardReason,
    KnownPatient,
    UnmatchedAssignment,
    UnmatchedState,
    UnmatchedStudies,
    UnmatchedStudy,
)
from portal.wire.moments import utc_text
from portal.wire.people import Person

PAGE = 100
_SUGGESTED_MOST = 10
_LOOKED_AT_MOST = 500


def unmatched(session: Session, caller: Caller, state: UnmatchedState, cursor: str | None) -> UnmatchedStudies:
    """List held studies (or those that were decided on), the newest first."""
    asked = select(HeldStudyRow).where(HeldStudyRow.practice == caller.practice, HeldStudyRow.state == state)
    last = _of_practice(session, caller, cursor) if cursor else None
    if last is not None:
        older = HeldStudyRow.received_at < last.received_at
        beside = and_(HeldStudyRow.received_at == last.received_at, HeldStudyRow.id > last.id)
        asked = asked.where(or_(older, beside))
    ordered = asked.order_by(HeldStudyRow.received_at.desc(), HeldStudyRow.id)
    rows = list(session.scalars(ordered.limit(PAGE + 1)))
    shapes = tuple(study_shape(session, row) for row in rows[:PAGE])
    return UnmatchedStudies(shapes, rows[PAGE - 1].id if len(rows) > PAGE else None)


def assign(services: Services, caller: Caller, study: str, wanted: UnmatchedAssignment) -> UnmatchedStudy:
    """Give a held study to a patient, whatever its images say; what comes of it later goes there too.

    Raises `Problem("conflict")` where it was decided on already, or where some of it cannot be the patient's: what the
    patient has with other bytes, or what was taken out, stays held.
    """
    with services.database.writing() as session:
        row = _held(session, caller, study)
        row.state, row.patient = "assigned", _patient(session, caller, wanted).id
        _decided(row, caller, "assigned", services.clock())
    whole = file_study(services.database, study, services.clock)
    with services.database.reading() as session:
        if not whole:
            raise Problem("conflict", reason="partly-there", images=count_held(session, study))
        return study_shape(session, session.get_one(HeldStudyRow, study))


def discard(services: Services, caller: Caller, study: str, reason: DiscardReason) -> UnmatchedStudy:
    """Throw a held study away, rows and bytes; the same is refused if it comes again. Whose it was is forgotten."""
    with services.database.writing() as session:
        row = _held(session, caller, study)
        mine = HeldInstanceRow.study == study
        hashes = set(session.scalars(select(HeldInstanceRow.sha256).where(mine)))
        session.execute(delete(HeldInstanceRow).where(mine).execution_options(synchronize_session=False))
        row.state, row.person, row.doubtful_name, row.patient_id = "discarded", {}, None, None
        row.study_description = row.accession_number = None
        _decided(row, caller, reason, services.clock())
        session.flush()
        erase(session, services.settings, forget_unused(session, hashes))
        said = study_shape(session, row)
    erase_elsewhere(services.database, services.settings)
    forget_pages(services.database)
    return said


def allow(session: Session, caller: Caller, study: str) -> None:
    """Let a study that was thrown away be sent again; raises `Problem`."""
    _of_practice(session, caller, study)
    row = lock_study(session, study)
    if row is None or row.state != "discarded":
        raise Problem("conflict", reason="not-discarded")
    row.state = "allowed"


def study_shape(session: Session, row: HeldStudyRow) -> UnmatchedStudy:
    """Describe one held study."""
    mine = HeldInstanceRow.study == row.id
    kinds = select(HeldInstanceRow.modality, func.count()).where(mine).group_by(HeldInstanceRow.modality)
    counted = {str(kind or ""): images for kind, images in session.execute(kinds)}
    return UnmatchedStudy(
        id=row.id,
        state=row.state,  # type: ignore[arg-type]
        why=row.why,  # type: ignore[arg-type]
        person=Person(**row.person),
        study_instance_uid=Uid(row.study_instance_uid),
        study_date=row.study_date,
        accession_number=row.accession_number,
        study_description=row.study_description,
        modalities=tuple(sorted(filter(None, counted))),
        images=sum(counted.values()),
        received_at=utc_text(row.received_at),
        last_received_at=utc_text(row.last_received_at),
        suggested=_suggested(session, row) if row.state == "held" else (),
        reason=row.reason,
        decided_at=utc_text(row.decided_at) if row.decided_at else None,
        decided_by=row.decided_by,
    )


def _suggested(session: Session, row: HeldStudyRow) -> tuple[KnownPatient, ...]:
    """Offer the patients it may be: staff look and say so, the portal never does by itself."""
    said = Identity(**row.person)
    alike = []
    if row.patient_id:
        alike.append(PatientRow.patient_id == row.patient_id)
    if said.patient_birth_date:
        alike.append(PatientRow.patient_birth_date == said.patient_birth_date)
    if not alike:
        return ()
    asked = select(PatientRow).where(PatientRow.practice == row.practice, or_(*alike)).order_by(PatientRow.id)
    found = [
        patient
        for patient in session.scalars(asked.limit(_LOOKED_AT_MOST))
        if resemble(patient, said) or (row.patient_id is not None and patient.patient_id == row.patient_id)
    ]
    return tuple(KnownPatient(patient.id, person_shape(patient)) for patient in found[:_SUGGESTED_MOST])


def _of_practice(session: Session, caller: Caller, study: str) -> HeldStudyRow:
    row = session.get(HeldStudyRow, study)
    if row is None or row.practice != caller.practice:
        raise Problem("not-found")
    return row


def _held(session: Session, caller: Caller, study: str) -> HeldStudyRow:
    _of_practice(session, caller, study)
    row = lock_study(session, study)
    if row is None or row.state != "held":
        raise Problem("conflict", reason="decided-already")
    return row


def _patient(session: Session, caller: Caller, wanted: UnmatchedAssignment) -> PatientRow:
    """Find the patient that is meant: by the portal's own number, or by the practice's Patient ID."""
    if (wanted.patient is None) == (wanted.patient_id is None):
        raise Problem("invalid-request", fields=[{"field": "body.patient", "reason": "one-of-two"}])
    which = (
        PatientRow.id == wanted.patient
        if wanted.patient_id is None
        else PatientRow.patient_id == wanted.patient_id.strip()
    )
    found = session.scalars(select(PatientRow).where(PatientRow.practice == caller.practice, which)).first()
    if found is None:
        raise Problem("not-found")
    return found


def _decided(row: HeldStudyRow, caller: Caller, reason: str, now: datetime) -> None:
    row.reason, row.decided_at, row.decided_by = reason, now, caller.actor or caller.name
