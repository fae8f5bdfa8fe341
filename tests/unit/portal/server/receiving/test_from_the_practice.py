"""What the practice sends: matched by Patient ID with nothing against it, grouped by visit and machine, or held."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import update

from core.job import QuietJob
from portal.server.base.tables import PatientRow
from portal.server.objects.orphans import put_orphans_aside
from portal.server.objects.verifying import verify
from portal.server.receiving.filing import file_waiting
from portal.wire.store_failures import FAILURE_DUPLICATE, FAILURE_NOT_AUTHORISED
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import FAILED, made, reasons, sent, uids

HELD = "/api/v1/staff/unmatched"
OTTO = {"PatientName": "SCHMIDT^OTTO", "PatientBirthDate": "19330101", "PatientID": "O-1"}


def held(portal: Portal, state: str = "held") -> list[dict[str, Any]]:
    answer = portal.get(HELD, portal.staff_token, params={"state": state})
    return portal.said(200, answer)["studies"]  # type: ignore[no-any-return]


def decide(portal: Portal, study: str, what: str, **body: Any) -> Any:
    return portal.post(f"{HELD}/{study}/{what}", portal.staff_token, json=body)


def exams(portal: Portal, account: SignedIn) -> list[dict[str, Any]]:
    return portal.said(200, portal.get("/api/v1/exams", account.token))["exams"]  # type: ignore[no-any-return]


def images_of(exam: dict[str, Any]) -> int:
    return sum(study["instances"] for study in exam["studies"])


def of_study(study: str, **said: str | None) -> bytes:
    named = {"StudyInstanceUID": study, "SeriesInstanceUID": f"{study}.1", "SOPInstanceUID": f"{study}.1.1"}
    return made(**named | said)


def has_bytes(portal: Portal, data: bytes) -> bool:
    return portal.services.store.holds(hashlib.sha256(data).hexdigest(), len(data))


def test_e2_two_sets_of_x_rays_of_a_visit_are_one_exam_x_rays_and_ultrasound_are_two(portal: Portal) -> None:
    anna = portal.account(patient_id="A-1")
    sent(portal, portal.staff_token, of_study("1", Modality="DX"), of_study("2", Modality="DX"))
    assert [len(exam["studies"]) for exam in exams(portal, anna)] == [2]
    sent(portal, portal.staff_token, of_study("3", Modality="US"))
    assert sorted(len(exam["studies"]) for exam in exams(portal, anna)) == [1, 2]
    sent(portal, portal.staff_token, of_study("4", Modality="DX", StudyDate="20240511"))
    assert len(exams(portal, anna)) == 3


def test_e4_images_the_practice_sends_are_there_at_once_and_the_report_is_held(portal: Portal) -> None:
    anna = portal.account(patient_id="A-1")
    assert uids(sent(portal, portal.staff_token, made(SOPInstanceUID="1.1"))) == ["1.1"]
    (exam,) = exams(portal, anna)
    assert (exam["origin"], images_of(exam), exam["report"]["state"]) == ("practice", 1, "awaited")
    assert portal.get("/dicomweb/studies/1.2.3.4/metadata", anna.token).status_code == 200


def test_a_study_of_nobody_known_is_kept_whole_and_shown_to_staff_alone(portal: Portal) -> None:
    anna = portal.account(patient_id="A-1")
    image = made(SOPInstanceUID="1.1", **OTTO)
    assert uids(sent(portal, portal.staff_token, image, image)) == ["1.1", "1.1"]
    (study,) = held(portal)
    assert (study["why"], study["images"], study["person"]["patient_id"]) == ("unknown-patient", 1, "O-1")
    assert (study["modalities"], study["study_date"], study["suggested"]) == (["CT"], "20240510", [])
    assert has_bytes(portal, image)
    assert exams(portal, anna) == []
    assert portal.get("/dicomweb/studies/1.2.3.4/metadata", portal.staff_token).status_code == 404
    assert portal.get(HELD, anna.token).status_code == 403


def test_a_name_alone_gives_nobody_a_study_and_what_contradicts_is_held(portal: Portal) -> None:
    anna = portal.account(patient_id="A-1")
    with portal.services.database.writing() as session:
        session.execute(update(PatientRow).values(patient_sex="F"))
    cases: dict[str, tuple[dict[str, str | None], str]] = {
        "1": ({"PatientName": "MUELLER^BERTA"}, "contradicts"),
        "2": ({"PatientBirthDate": "19510505"}, "contradicts"),
        "3": ({"PatientBirthDate": "19870309"}, "contradicts"),
        "4": ({"PatientSex": "M"}, "contradicts"),
        "5": ({"PatientID": None}, "no-patient-id"),
        "6": ({"PatientID": "A-2"}, "unknown-patient"),
    }
    images = [of_study(study, **said) for study, (said, _why) in cases.items()]
    assert len(uids(sent(portal, portal.staff_token, *images))) == len(cases)
    assert exams(portal, anna) == []
    assert {each["study_instance_uid"]: each["why"] for each in held(portal)} == {
        study: why for study, (_said, why) in cases.items()
    }
    offered = [each["person"]["patient_name"] for study in held(portal) for each in study["suggested"]]
    assert offered == ["MUELLER^ANNA"] * len(cases)


def test_what_images_do_not_say_speaks_against_nobody(portal: Portal) -> None:
    anna = portal.account(patient_id="A-1")
    silent = ({"PatientBirthDate": None}, {"PatientName": None}, {"PatientName": "Mueller^Anna^^Dr"})
    sent(portal, portal.staff_token, *(of_study(str(number), **said) for number, said in enumerate(silent, 1)))
    assert [len(exam["studies"]) for exam in exams(portal, anna)] == [3]
    assert held(portal) == []


def test_a_patient_made_later_gets_what_waited_by_itself(portal: Portal) -> None:
    first, second = made(SOPInstanceUID="1.1"), made(SOPInstanceUID="1.2")
    sent(portal, portal.staff_token, first, second)
    sent(portal, portal.staff_token, made(SOPInstanceUID="9.1", **OTTO))
    anna = portal.account(patient_id="A-1")
    (exam,) = exams(portal, anna)
    assert images_of(exam) == 2
    assert [study["person"]["patient_id"] for study in held(portal)] == ["O-1"]
    (done,) = held(portal, "assigned")
    assert (done["reason"], done["images"], done["decided_by"]) == ("matched", 0, None)
    assert uids(sent(portal, portal.staff_token, made(SOPInstanceUID="1.3"))) == ["1.3"]
    assert images_of(exams(portal, anna)[0]) == 3


def test_somebody_else_with_that_patient_id_does_not_get_what_waited(portal: Portal) -> None:
    sent(portal, portal.staff_token, made())
    karl = portal.account("BERG^KARL", "19480101", "A-1")
    assert exams(portal, karl) == []
    (study,) = held(portal)
    assert [each["person"]["patient_name"] for each in study["suggested"]] == ["BERG^KARL"]


def test_staff_say_whose_a_study_is_and_its_stragglers_follow(portal: Portal) -> None:
    anna = portal.account(patient_id="A-1")
    married = {"PatientName": "MUELLER-BERG^ANNA"}
    sent(portal, portal.staff_token, made(SOPInstanceUID="1.1", **married))
    (study,) = held(portal)
    done = portal.said(200, decide(portal, study["id"], "assign", patient=study["suggested"][0]["patient"]))
    assert (done["state"], done["reason"], done["decided_by"]) == ("assigned", "assigned", "staff")
    sent(portal, portal.staff_token, made(SOPInstanceUID="1.2", **married))
    assert images_of(exams(portal, anna)[0]) == 2
    assert held(portal) == []
    assert decide(portal, study["id"], "assign", patient_id="A-1").json()["reason"] == "decided-already"
    sent(portal, portal.staff_token, of_study("8", **married))
    assert [each["study_instance_uid"] for each in held(portal)] == ["8"]


def test_a_decision_names_one_patient_of_this_practice(portal: Portal) -> None:
    sent(portal, portal.staff_token, made())
    (study,) = held(portal)
    assert decide(portal, study["id"], "assign").status_code == 400
    assert decide(portal, study["id"], "assign", patient=4711).status_code == 404
    assert decide(portal, study["id"], "assign", patient_id="nobody").status_code == 404
    assert decide(portal, "nothing", "discard", reason="misfiled").status_code == 404
    assert len(held(portal)) == 1


def test_what_is_discarded_is_gone_also_from_the_disk_and_is_refused_until_it_is_allowed(portal: Portal) -> None:
    image = made(SOPInstanceUID="1.1", **OTTO)
    sent(portal, portal.staff_token, image)
    (study,) = held(portal)
    assert decide(portal, study["id"], "discard", reason="misfiled").json()["images"] == 0
    assert not has_bytes(portal, image)
    assert held(portal) == []
    (gone,) = held(portal, "discarded")
    assert (gone["reason"], gone["person"]["patient_name"]) == ("misfiled", None)
    assert reasons(sent(portal, portal.staff_token, image)) == [FAILURE_NOT_AUTHORISED]
    assert not has_bytes(portal, image)
    assert decide(portal, study["id"], "allow").status_code == 204
    assert uids(sent(portal, portal.staff_token, image)) == ["1.1"]


def test_a_held_uid_with_other_bytes_is_refused_but_another_persons_is_another_study(portal: Portal) -> None:
    sent(portal, portal.staff_token, made(SOPInstanceUID="1.1", **OTTO))
    other = sent(portal, portal.staff_token, made(SOPInstanceUID="1.1", StudyDescription="Another", **OTTO))
    assert (reasons(other), uids(other, FAILED)) == ([FAILURE_DUPLICATE], ["1.1"])
    assert uids(sent(portal, portal.staff_token, made(SOPInstanceUID="1.1"))) == ["1.1"]
    assert sorted(each["person"]["patient_id"] for each in held(portal)) == ["A-1", "O-1"]


def test_what_the_patient_has_with_other_bytes_stays_held(portal: Portal) -> None:
    anna = portal.account(patient_id="A-1")
    sent(portal, portal.staff_token, made(SOPInstanceUID="1.1"))
    other = {"PatientName": "MUELLER-BERG^ANNA"}
    sent(portal, portal.staff_token, made(SOPInstanceUID="1.1", **other), made(SOPInstanceUID="1.2", **other))
    (study,) = held(portal)
    answer = decide(portal, study["id"], "assign", patient_id="A-1")
    assert (answer.status_code, answer.json()["reason"], answer.json()["images"]) == (409, "partly-there", 1)
    (left,) = held(portal)
    assert (left["why"], left["images"]) == ("conflict", 1)
    assert images_of(exams(portal, anna)[0]) == 2
    assert file_waiting(portal.services.database, portal.clock) == 0


def test_the_same_data_set_in_another_wrapping_is_the_same_image(portal: Portal) -> None:
    anna = portal.account(patient_id="A-1")
    image = made(SOPInstanceUID="1.1")
    sent(portal, portal.staff_token, image)
    wrapped = b"wrapped elsewhere".ljust(128, b"\0") + image[128:]
    assert uids(sent(portal, portal.staff_token, wrapped)) == ["1.1"]
    assert not has_bytes(portal, wrapped)
    assert images_of(exams(portal, anna)[0]) == 1


def test_held_objects_are_verified_and_are_no_orphans(portal: Portal) -> None:
    image = made(SOPInstanceUID="1.1", **OTTO)
    sent(portal, portal.staff_token, image)
    put_orphans_aside(portal.services.database, portal.services.settings, portal.clock)
    found = verify(portal.services.database, portal.services.sound, QuietJob())
    assert (found.objects, found.damaged) == (1, ())
