"""Held studies become exams: when the patient is made known who has their Patient ID, or when staff say whose they are.

Written in short transactions, so that nobody waits behind a large study; what a crash leaves half done is gone on with.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from dicom.decoding.wire import from_wire
from dicom.model import StoredHeader
from dicom.people.same_person import Identity
from portal.server.base.clock import Clock
from portal.server.base.database import Database
from portal.server.base.rows import held
from portal.server.base.tables import HeldInstanceRow, HeldStudyRow, PatientRow, PracticeRow
from portal.server.receiving.instance_rows import Owner, record
from portal.server.receiving.matching import contradicts

SLICE = 100  # instances of one transaction
BY_ITSELF = "matched"  # the reason where nobody had to decide


def file_waiting(database: Database, clock: Clock) -> int:
    """Give every held study to the patient it names who is known by now; gives how many studies became exams.

    Called after a patient was made or corrected, and now and then.
    """
    with database.reading() as session:
        waiting = list(session.scalars(_waiting()))
        begun = select(HeldInstanceRow.study).join(HeldStudyRow, HeldStudyRow.id == HeldInstanceRow.study)
        begun = begun.where(HeldStudyRow.state == "assigned").distinct()
        half_done = list(session.scalars(begun))
    matched = [study for study in waiting if _match(database, study, clock)]
    return sum(file_study(database, study, clock) for study in dict.fromkeys((*half_done, *matched)))


def file_study(database: Database, study: str, clock: Clock) -> bool:
    """Move the instances of a study that was assigned to its patient; tells whether all of them could be.

    What the patient has with other bytes, or the practice took out, stays held.
    """
    last: int | None = 0
    while last is not None:
        with database.writing() as session:
            last = _file_some(session, study, last, clock())
    with database.writing() as session:
        row = lock_study(session, study)
        if row is None or not count_held(session, study):
            return True
        row.state, row.why = "held", "conflict"
        return False


def lock_study(session: Session, study: str) -> HeldStudyRow | None:
    """Take a held study in hand: nothing is added to it, and nobody decides of it, before this transaction ends."""
    row = session.get(HeldStudyRow, study)
    if row is not None:
        held(session, PracticeRow, row.practice)
        session.refresh(row)
    return row


def count_held(session: Session, study: str) -> int:
    """Count what is still held of a study."""
    asked = select(func.count()).select_from(HeldInstanceRow).where(HeldInstanceRow.study == study)
    return session.scalar(asked) or 0


def _waiting() -> Select[str]:
    """Ask for held studies whose Patient ID the practice knows by now."""
    same = and_(PatientRow.practice == HeldStudyRow.practice, PatientRow.patient_id == HeldStudyRow.patient_id)
    asked = select(HeldStudyRow.id).join(PatientRow, same)
    return asked.where(HeldStudyRow.state == "held", HeldStudyRow.why != "conflict").order_by(HeldStudyRow.received_at)


def _match(database: Database, study: str, clock: Clock) -> bool:
    with database.writing() as session:
        row = lock_study(session, study)
        if row is None or row.state != "held" or row.why == "conflict":
            return False
        mine = PatientRow.practice == row.practice, PatientRow.patient_id == row.patient_id
        patient = session.scalars(select(PatientRow).where(*mine)).first()
        if patient is None or contradicts(patient, Identity(**row.person), row.doubtful_name):
            return False
        row.state, row.patient, row.reason, row.decided_at = "assigned", patient.id, BY_ITSELF, clock()
        return True


def _file_some(session: Session, study: str, after: int, now: datetime) -> int | None:
    """Move some instances; gives the last one looked at, or `None` where that was all."""
    row = lock_study(session, study)
    if row is None or row.state != "assigned" or row.patient is None:
        return None
    mine = HeldInstanceRow.study == study, HeldInstanceRow.id > after
    rows = list(session.scalars(select(HeldInstanceRow).where(*mine).order_by(HeldInstanceRow.id).limit(SLICE)))
    for each in rows:
        stored = from_wire(StoredHeader, each.header)
        if record(session, Owner(row.patient, "practice"), stored, each.sha256, each.size, now) is None:
            session.delete(each)
    session.flush()
    return rows[-1].id if rows else None
