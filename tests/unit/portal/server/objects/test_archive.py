"""Objects in a real Orthanc: stored only if it gives the same bytes back, and never over what it has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.job import QuietJob
from core.workers.worker import WorkerPool
from portal.server.objects.archive import archive_address
from portal.server.objects.remote import RemoteObjects
from portal.server.objects.verifying import verify
from portal.wire.store_failures import FAILURE_NOT_AUTHORISED
from tests import orthanc_server
from tests.orthanc_server import Orthanc, running_orthanc
from tests.portal_tools import Portal, SignedIn, running_portal
from tests.unit.portal.server.dicomweb.senders import made, reasons, sent, uids

PORTS = orthanc_server._free_ports()


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    with running_orthanc(tmp_path_factory.mktemp("archive") / "orthanc") as running:
        yield running


@pytest.fixture
def portal(orthanc: Orthanc, tmp_path: Path, portal_pool: WorkerPool) -> Iterator[Portal]:
    for study in orthanc.get("/studies"):
        orthanc.delete(f"/studies/{study}")
    with running_portal(tmp_path / "portal", workers=portal_pool, store_url=f"dicomweb+{orthanc.dicomweb}") as running:
        yield running


def forget_near(portal: Portal) -> None:
    store = portal.services.store
    assert isinstance(store, RemoteObjects)
    store._read_here.clear()
    for path in portal.services.settings.objects.glob("??/*.dcm"):
        path.unlink()


def beside(portal: Portal) -> list[str]:
    return sorted(path.stem for path in portal.services.settings.beside.glob("??/*.dcm"))


def got(portal: Portal, anna: SignedIn, uid: str) -> Any:
    path = f"/dicomweb/studies/1.2.3.4/series/1.2.3.4.5/instances/{uid}"
    return portal.get(path, anna.token, headers={"Accept": "application/dicom; transfer-syntax=*"})


def damaged(portal: Portal) -> set[str]:
    found = verify(portal.services.database, portal.services.sound, QuietJob())
    return {uid for each in found.damaged for uid in each.sop_instance_uids}


def test_an_image_is_in_the_archive_and_comes_back_byte_for_byte(portal: Portal, orthanc: Orthanc) -> None:
    anna, image = portal.account(patient_id="A-1"), made(SOPInstanceUID="1.2.1")
    assert uids(sent(portal, anna.token, image)) == ["1.2.1"]
    assert (orthanc.instances, beside(portal)) == (1, [])
    forget_near(portal)
    assert image in got(portal, anna, "1.2.1").content
    assert portal.get("/dicomweb/studies/1.2.3.4/rendered", anna.token).status_code == 200
    assert (damaged(portal), portal.get("/health").status_code) == (set(), 200)
    assert uids(sent(portal, anna.token, image)) == ["1.2.1"]
    assert orthanc.instances == 1


def test_what_the_archive_has_under_the_uid_stays_and_ours_is_kept_beside(portal: Portal, orthanc: Orthanc) -> None:
    other = made(SOPInstanceUID="1.2.1", StudyDescription="Another")
    assert orthanc.post("/instances", other).status_code == 200
    anna, image = portal.account(patient_id="A-1"), made(SOPInstanceUID="1.2.1")
    assert uids(sent(portal, anna.token, image)) == ["1.2.1"]
    assert beside(portal) == [hashlib.sha256(image).hexdigest()]
    forget_near(portal)
    assert image in got(portal, anna, "1.2.1").content
    (kept,) = orthanc.get("/instances")
    assert orthanc.get(f"/instances/{kept}/simplified-tags")["StudyDescription"] == "Another"


def test_a_person_puts_nothing_into_a_study_the_archive_has_for_the_practice_or_for_somebody_else(
    portal: Portal, orthanc: Orthanc
) -> None:
    anna, otto = portal.account(patient_id="A-1"), {"PatientName": "SCHMIDT^OTTO", "PatientID": "O-1"}
    own = made(SOPInstanceUID="1.2.2")
    assert uids(sent(portal, portal.staff_token, made(SOPInstanceUID="1.2.1"))) == ["1.2.1"]
    assert reasons(sent(portal, anna.token, own)) == [FAILURE_NOT_AUTHORISED]
    assert (orthanc.instances, beside(portal)) == (1, [])
    portal.account("SCHMIDT^OTTO", "19330101", patient_id="O-1")
    theirs = made(SOPInstanceUID="9.2.1", StudyInstanceUID="9", PatientBirthDate="19330101", **otto)
    assert uids(sent(portal, portal.staff_token, theirs)) == ["9.2.1"]
    same_uid = made(SOPInstanceUID="9.2.2", StudyInstanceUID="9")
    assert uids(sent(portal, anna.token, same_uid)) == ["9.2.2"]
    assert (orthanc.instances, beside(portal)) == (2, [hashlib.sha256(same_uid).hexdigest()])


def test_what_the_archive_lost_or_changed_is_told_and_heals_when_it_is_sent_again(
    portal: Portal, orthanc: Orthanc
) -> None:
    anna = portal.account(patient_id="A-1")
    images = {"1.2.1": made(SOPInstanceUID="1.2.1"), "1.2.2": made(SOPInstanceUID="1.2.2")}
    sent(portal, anna.token, *images.values())
    for instance in orthanc.get("/instances"):
        orthanc.delete(f"/instances/{instance}")
    orthanc.post("/instances", made(SOPInstanceUID="1.2.1", StudyDescription="Changed there"))
    assert damaged(portal) == set(images)
    forget_near(portal)
    assert [got(portal, anna, uid).status_code for uid in images] == [500, 500]
    assert uids(sent(portal, anna.token, *images.values())) == list(images)
    assert damaged(portal) == set()
    assert beside(portal) == [hashlib.sha256(images["1.2.1"]).hexdigest()]
    assert [got(portal, anna, uid).status_code for uid in images] == [200, 200]


def test_a_report_lies_beside_and_what_is_taken_out_is_gone_here(portal: Portal, orthanc: Orthanc) -> None:
    anna = portal.account(patient_id="A-1")
    sent(portal, portal.staff_token, made(SOPInstanceUID="1.2.1"))
    (exam,) = portal.get("/api/v1/exams", anna.token).json()["exams"]
    path, pdf = f"/api/v1/staff/exams/{exam['id']}", {"Content-Type": "application/pdf"}
    assert portal.request("PUT", f"{path}/report", portal.staff_token, data=b"%PDF-1.4", headers=pdf).status_code == 200
    assert beside(portal) == [hashlib.sha256(b"%PDF-1.4").hexdigest()]
    assert portal.get(f"/api/v1/exams/{exam['id']}/report", portal.staff_token).content == b"%PDF-1.4"
    assert portal.request("DELETE", path, portal.staff_token).status_code == 200
    assert beside(portal) == []


def test_an_archive_that_is_away_for_a_while_is_told_as_503_and_nothing_is_lost(
    tmp_path: Path, portal_pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orthanc_server, "_free_ports", lambda: PORTS)
    place = f"dicomweb+http://127.0.0.1:{PORTS[0]}/dicom-web"
    image, other = made(SOPInstanceUID="1.2.1"), made(SOPInstanceUID="1.2.2")
    with running_portal(tmp_path / "portal", workers=portal_pool, store_url=place) as portal:
        anna = portal.account(patient_id="A-1")
        with running_orthanc(tmp_path / "orthanc"):
            assert uids(sent(portal, anna.token, image)) == ["1.2.1"]
        forget_near(portal)
        assert sent(portal, anna.token, other).status_code == 503
        assert got(portal, anna, "1.2.1").status_code == 503
        assert portal.get("/health").json()["troubles"] == ["store"]
        with running_orthanc(tmp_path / "orthanc"):
            assert image in got(portal, anna, "1.2.1").content
            assert uids(sent(portal, anna.token, other)) == ["1.2.2"]
            assert damaged(portal) == set()


@pytest.mark.parametrize(
    "url", ["dicomweb+http://archive.example.org/dicom-web", "dicomweb+https://user:secret@archive", "https://archive"]
)
def test_addresses_that_are_none_open_or_hold_secrets_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="archive"):
        archive_address(url)
