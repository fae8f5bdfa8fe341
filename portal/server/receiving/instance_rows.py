"""The rows of one instance that was stored: written whole, in the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dicom.model import Header, StoredHeader
from portal.server.access.visibility import is_document
from portal.server.base.rows import held
from portal.server.base.tables import ExamRow, InstanceRow, PatientRow, SeriesRow, StudyRow
from portal.server.exams.grouping import ScanTime, exam_for, join_practice, note_modality
from portal.server.exams.removed_before import was_removed
from portal.server.objects.object_rows import note_object
from portal.wire.exams import Origin
from portal.wire.store_failures import FAILURE_DUPLICATE, FAILURE_NOT_AUTHORISED


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose an instance is, and who brought it."""

    patient: int
    origin: Origin


def known(session: Session, owner: Owner, sop_instance_uid: str | None) -> InstanceRow | None:
    """Find the instance a person already has under this UID."""
    return session.scalars(
        select(InstanceRow).where(
            InstanceRow.patient == owner.patient, InstanceRow.sop_instance_uid == sop_instance_uid
        )
    ).first()


def record(session: Session, owner: Owner, stored: StoredHeader, sha256: str, size: int, now: datetime) -> int | None:
    """Write the rows of one instance, or return the FailureReason that speaks against it."""
    header = stored.header
    held(session, PatientRow, owner.patient)  # what is filed under one person is filed by one writer at a time
    before = known(session, owner, header.sop_instance_uid)
    if before is not None and before.sha256 != sha256:
        return FAILURE_DUPLICATE
    if before is None and is_refused(session, owner, header):
        return FAILURE_NOT_AUTHORISED
    study = _study(session, owner, stored, now)
    if before is not None:
        note_sender(before, owner)
        return None
    study.referring_physician_name = study.referring_physician_name or stored.referring_physician_name
    series = _series(session, study, header)
    note_object(session, sha256, size, now)
    session.add(_instance(owner, series, stored, sha256, size, now))
    _note_finished(session, owner, study, stored, now)
    return None


def is_refused(session: Session, owner: Owner, header: Header) -> bool:
    """Tell whether an instance was taken out and is not to come back by itself, or adds to what the practice began."""
    study, instance = header.study_instance_uid or "", header.sop_instance_uid or ""
    if was_removed(session, owner.patient, study, instance, owner.origin):
        return True
    found = _found_study(session, owner, header)
    if owner.origin != "upload" or found is None or found.uploaded:  # what was begun with it may go on to its end
        return False
    return session.get_one(ExamRow, found.exam).origin == "practice"


def note_sender(instance: InstanceRow, owner: Owner) -> None:
    """Remember who sent an instance; both may have."""
    instance.sent_by_practice = instance.sent_by_practice or owner.origin == "practice"
    instance.sent_by_person = instance.sent_by_person or owner.origin == "upload"


def _note_finished(session: Session, owner: Owner, study: StudyRow, stored: StoredHeader, now: datetime) -> None:
    """Take a practice's document that calls itself complete, or was signed, for the notice that the report is."""
    if owner.origin != "practice" or not is_document(stored.header.sop_class_uid):
        return
    finished = stored.completion_flag == "COMPLETE" or (
        stored.completion_flag is None and stored.verification_flag == "VERIFIED"
    )
    exam = session.get_one(ExamRow, study.exam)
    if finished and exam.report_completed_at is None:
        exam.report_completed_at = now


def is_anothers(session: Session, owner: Owner, header: Header) -> bool:
    """Tell whether somebody else here has a study under this UID."""
    theirs = (StudyRow.patient != owner.patient, StudyRow.study_instance_uid == header.study_instance_uid)
    return session.scalars(select(StudyRow.id).where(*theirs).limit(1)).first() is not None


def _found_study(session: Session, owner: Owner, header: Header) -> StudyRow | None:
    mine = (StudyRow.patient == owner.patient, StudyRow.study_instance_uid == header.study_instance_uid)
    return session.scalars(select(StudyRow).where(*mine)).first()


def _study(session: Session, owner: Owner, stored: StoredHeader, now: datetime) -> StudyRow:
    """Find or begin the study.

    One that a person had uploaded becomes the practice's with the first image it sends, and is what that image says:
    else whoever knows a UID could begin the study and have its report before the release.
    """
    header = stored.header
    found = _found_study(session, owner, header)
    if found is None:
        return _new_study(session, owner, stored, now)
    if owner.origin == "upload" or session.get_one(ExamRow, found.exam).origin == owner.origin:
        return found
    for name, value in _said(stored).items():
        setattr(found, name, value)
    join_practice(session, found, header.modality, now)
    return found


def _new_study(session: Session, owner: Owner, stored: StoredHeader, now: datetime) -> StudyRow:
    header, said = stored.header, _said(stored)
    scan = ScanTime(said["study_date"], header.study_time, stored.timezone_offset_from_utc)
    exam = exam_for(session, owner.patient, owner.origin, scan, header.modality, now)
    study = StudyRow(
        patient=owner.patient,
        exam=exam.id,
        study_instance_uid=header.study_instance_uid,
        uploaded=owner.origin == "upload",
        created_at=now,
        **said,
    )
    session.add(study)
    session.flush()
    return study


def _said(stored: StoredHeader) -> dict[str, Any]:
    """Give what an image says of its study."""
    header = stored.header
    return {
        "study_id": header.study_id,
        "study_date": header.study_date or header.series_date,
        "study_time": header.study_time,
        "accession_number": header.accession_number,
        "study_description": header.study_description,
        "patient_name": header.patient_name,
        "patient_id": header.patient_id,
        "issuer_of_patient_id": header.issuer_of_patient_id,
        "patient_birth_date": header.patient_birth_date,
        "patient_sex": header.patient_sex,
        "timezone_offset_from_utc": (stored.timezone_offset_from_utc or "")[:5] or None,
    }


def _series(session: Session, study: StudyRow, header: Header) -> SeriesRow:
    found = session.scalars(
        select(SeriesRow).where(
            SeriesRow.study == study.id, SeriesRow.series_instance_uid == header.series_instance_uid
        )
    ).first()
    if found is not None:
        return found
    series = SeriesRow(
        study=study.id,
        series_instance_uid=header.series_instance_uid,
        modality=header.modality,
        series_number=header.series_number,
        series_description=header.series_description,
        body_part_examined=header.body_part_examined,
    )
    session.add(series)
    note_modality(session, study, header.modality)
    session.flush()
    return series


def _instance(
    owner: Owner, series: SeriesRow, stored: StoredHeader, sha256: str, size: int, now: datetime
) -> InstanceRow:
    header = stored.header
    return InstanceRow(
        patient=owner.patient,
        series=series.id,
        sop_instance_uid=header.sop_instance_uid,
        sop_class_uid=header.sop_class_uid,
        transfer_syntax_uid=header.transfer_syntax_uid,
        instance_number=header.instance_number,
        rows=stored.rows,
        columns=stored.columns,
        number_of_frames=stored.number_of_frames,
        bits_allocated=stored.bits_allocated,
        sha256=sha256,
        size=size,
        sent_by_practice=owner.origin == "practice",
        sent_by_person=owner.origin == "upload",
        stored_at=now,
    )
