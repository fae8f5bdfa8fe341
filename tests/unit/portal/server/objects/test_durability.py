"""What a crash or a mistake leaves behind: cleaned at the next start, and nothing else is."""

from __future__ import annotations

import os
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from core.workers.worker import WorkerPool
from portal.server.dicomweb.storing.stow import MOST_PARTS
from portal.server.http.problem_answers import COME_BACK_SECONDS
from portal.server.objects import orphans
from portal.server.objects.object_rows import note_object
from portal.server.objects.orphans import KEPT_FOR
from portal.server.running.serve import build_services
from tests.portal_tools import Portal, SteerableClock, running_portal
from tests.unit.portal.server.dicomweb.senders import body_of, made, sent

PDF = {"Content-Type": "application/pdf"}


def files(folder: Path) -> set[str]:
    return {path.stem for path in folder.rglob("*.dcm")}


def put_report(portal: Portal, exam: str, data: bytes) -> None:
    path = f"/api/v1/staff/exams/{exam}/report"
    portal.said(200, portal.request("PUT", path, portal.staff_token, data=data, headers=PDF))


def test_objects_nothing_refers_to_are_put_aside_and_removed_a_month_later(tmp_path: Path) -> None:
    clock, data = SteerableClock(), tmp_path / "portal"
    with running_portal(data, clock=clock) as portal:
        anna = portal.account(patient_id="A-1")
        assert sent(portal, portal.staff_token, made()).status_code == 200
        (exam,) = portal.said(200, portal.get("/api/v1/exams", anna.token))["exams"]
        put_report(portal, exam["id"], b"%PDF-1.4 of somebody else")
        put_report(portal, exam["id"], b"%PDF-1.4 the right one")
    everything = files(data / "objects")
    lost = data / "objects" / "ab" / f"{'ab' * 32}.dcm"  # its row was not written any more
    lost.parent.mkdir(exist_ok=True)
    lost.write_bytes(b"DICM")
    with running_portal(data, clock=clock) as portal:
        left = files(data / "objects")
        assert len(everything - left) == 1  # the report that was replaced
        assert len(left) == 2
        assert files(data / "orphans") == (everything - left) | {lost.stem}
        assert portal.get(f"/api/v1/exams/{exam['id']}/images.zip", anna.token).status_code == 200
        assert sent(portal, portal.staff_token, made(SOPInstanceUID="1.9")).status_code == 200
    clock.forward(days=(KEPT_FOR + timedelta(days=1)).days)
    with running_portal(data, clock=clock):
        assert files(data / "orphans") == set()
        assert len(files(data / "objects")) == 3


def test_where_another_server_receives_only_what_was_left_for_an_hour_is_cleaned(
    tmp_path: Path, portal_pool: WorkerPool
) -> None:
    data = tmp_path / "portal"
    with running_portal(data, workers=portal_pool) as portal:
        settings = portal.services.settings
    kept, left = data / "objects" / "ab" / f"{'ab' * 32}.dcm", data / "objects" / "cd" / f"{'cd' * 32}.dcm"
    coming, half = data / "incoming" / f"{'0a' * 12}.part", data / "incoming" / f"{'0b' * 12}.part"
    for file in (kept, left, coming, half):
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"DICM")
    for file in (left, half):
        os.utime(file, (1e9, 1e9))
    with build_services(settings, workers=portal_pool, place="joining"), running_portal(data, workers=portal_pool):
        assert [file.exists() for file in (kept, left, coming, half)] == [True, False, True, False]
    with running_portal(data, workers=portal_pool):
        assert files(data / "orphans") == {kept.stem, left.stem}
        assert not coming.exists()


def test_an_object_that_is_written_down_while_the_store_is_cleaned_stays(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = portal.services
    file = services.settings.objects / "ab" / f"{'ab' * 32}.dcm"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"DICM")

    def written_down(_: Path) -> bool:
        with services.database.writing() as session:
            note_object(session, file.stem, 4, services.clock())
        return True

    monkeypatch.setattr(orphans, "is_left", written_down)
    orphans.put_orphans_aside(services.database, services.settings, services.clock, alone=False)
    assert file.exists()


def test_a_database_that_cannot_answer_is_no_mistake_of_ours(portal: Portal) -> None:
    with portal.services.database.writing() as session:
        session.execute(text("alter table practice rename to elsewhere"))
    answer = portal.get("/.well-known/patient-portal")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == str(COME_BACK_SECONDS)


def test_what_the_database_complains_of_holds_no_values(portal: Portal) -> None:
    with pytest.raises(OperationalError) as broken, portal.services.database.reading() as session:
        session.execute(text("select * from nothing where name = :name"), {"name": "MUELLER"})
    assert isinstance(broken.value.orig, sqlite3.OperationalError)
    assert "MUELLER" not in str(broken.value)


def test_the_last_room_is_kept_for_those_who_sign_in_and_look(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = portal.account(patient_id="A-1")
    assert sent(portal, portal.staff_token, made()).status_code == 200
    (exam,) = portal.said(200, portal.get("/api/v1/exams", anna.token))["exams"]
    nearly_full = SimpleNamespace(total=100 << 30, free=100 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: nearly_full)
    answer = sent(portal, anna.token, made(SOPInstanceUID="1.9"))
    assert (answer.status_code, answer.json()["code"]) == (507, "no-space")
    path = f"/api/v1/staff/exams/{exam['id']}/report"
    report = portal.request("PUT", path, portal.staff_token, data=b"%PDF-1.4", headers=PDF)
    assert (report.status_code, report.json()["code"]) == (507, "no-space")


@pytest.mark.long
def test_a_request_of_endless_parts_ends(portal: Portal) -> None:
    headers = b"Content-Type: text/plain\r\n"
    body = body_of([b""] * (MOST_PARTS + 1), headers)
    answer = sent(portal, portal.account().token, body=body)
    assert (answer.status_code, answer.json()["most_parts"]) == (413, MOST_PARTS)
