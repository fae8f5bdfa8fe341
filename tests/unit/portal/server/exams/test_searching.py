"""Exams are found by whatever people call them."""

from __future__ import annotations

from datetime import timedelta

from portal.server.access.caller import Caller
from portal.server.base.tables import ExamRow, PatientRow, PracticeRow, SeriesRow, StudyRow
from portal.server.exams.listing import searched_page
from portal.server.exams.searching import found_exams
from tests.unit.portal.server.rows import NOW, Rows

ANNA, KARL = Caller("account", account="a", patients=frozenset({101})), Caller("account", patients=frozenset({102}))

FINDS = {
    "thorax": ["chest"],
    "Thorax Nativ": ["chest"],
    "chest": ["chest"],
    "Lunge": [],
    "CT": ["chest"],
    "computertomo": ["chest"],
    "ultrasound": ["belly"],
    "Ultraschall": ["belly"],
    "roth": ["knee", "chest"],
    "röntgen": ["knee"],
    "roentgen roth": ["knee"],
    "P-1042": ["knee", "belly", "chest"],
    "1042": ["knee", "belly", "chest"],
    "RI-2019-0312": ["chest"],
    "ri-2019": ["chest"],
    "12.03.2019": ["chest"],
    "12.3.19": ["chest"],
    "3/12/2019": ["chest"],
    "2019-03-12": ["chest"],
    "20190312": ["chest"],
    "12 March 2019": ["chest"],
    "12. märz": ["chest"],
    "maerz 2019": ["chest"],
    "2019": ["chest"],
    "1 2021": [],
    "knee 2019": [],
    "%": [],
    "   ": ["knee", "belly", "chest"],
}


def furnished(rows: Rows) -> None:
    rows.add(PracticeRow(id=9, name="Dr. Roth", created_at=NOW, release_rule="after-report", release_hours=0))
    for patient, number in ((101, "P-1042"), (102, "Q-7")):
        rows.add(PatientRow(id=patient, practice=9, patient_id=number, created_at=NOW))
    for key, patient, origin, machine, day, said, number, part in (
        ("chest", 101, "practice", "CT", "20190312", "Thorax nativ", "RI-2019-0312", "CHEST"),
        ("belly", 101, "upload", "US", "20200506", "Abdomen", None, "ABDOMEN"),
        ("knee", 101, "practice", "DX", "20211130", None, "77", "KNEE"),
        ("his", 102, "practice", "CT", "20190312", "Thorax nativ", "RI-9", "CHEST"),
    ):
        made = {"patient": patient, "created_at": NOW}
        rows.add(ExamRow(id=key, origin=origin, machine=machine, exam_date=day, scanned_at=NOW, **made))
        study = StudyRow(exam=key, study_instance_uid=key, study_description=said, accession_number=number, **made)
        rows.add(study)
        rows.session.flush()
        rows.add(SeriesRow(study=study.id, series_instance_uid=key, modality=machine, body_part_examined=part))
    rows.session.flush()


def test_e3_an_exam_is_found_by_any_of_its_names(rows: Rows) -> None:
    furnished(rows)
    found = {sought: found_exams(rows.session, ANNA, sought) for sought in FINDS}
    assert found == FINDS


def test_nobody_finds_what_is_not_theirs(rows: Rows) -> None:
    furnished(rows)
    assert found_exams(rows.session, KARL, "thorax") == ["his"]
    assert found_exams(rows.session, ANNA, "Q-7") == []
    assert found_exams(rows.session, ANNA, "RI-9") == []


def test_what_is_found_comes_page_by_page(rows: Rows) -> None:
    furnished(rows)
    first = searched_page(rows.session, ANNA, "p-1042", None, 2, NOW + timedelta(days=1))
    assert [exam.id for exam in first.exams] == ["knee", "belly"]
    second = searched_page(rows.session, ANNA, "p-1042", first.next_cursor, 2, NOW + timedelta(days=1))
    assert ([exam.id for exam in second.exams], second.next_cursor) == (["chest"], None)
