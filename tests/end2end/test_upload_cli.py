"""`upload` and `uploads` from outside: what they print, and how they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.places import settings_folder
from app.settings import read_settings
from library.shelf import Library
from portal.wire.people import Person
from tests.discs.files import ANNA, uid
from tests.discs.files import Person as OnDisc
from tests.orthanc_server import running_orthanc
from tests.portal_tools import Portal, SignedIn
from tests.tools import REPOSITORY
from tests.upload_tools import STUDY, put_image, put_images

COUNT = 5


@pytest.fixture
def shelf(fresh_places: Path) -> Path:
    folder = fresh_places / "shelf"
    with Library.open(folder) as library:
        put_images(library, range(1, COUNT + 1))
    return folder


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account(ANNA.patient_name, ANNA.patient_birth_date, ANNA.patient_id)


def scanshelf(*words: str, portal: Portal | None = None, who: SignedIn | None = None) -> tuple[int, Any, str]:
    """Run the program; gives exit status, JSON and the words on stderr."""
    signed = {"SCANSHELF_PORTAL": portal.url if portal else "", "SCANSHELF_TOKEN": who.token if who else ""}
    more = {"SCANSHELF_KEYRING": "memory"} | {name: value for name, value in signed.items() if value}
    command = [sys.executable, "-m", "app", *words, "--json"]
    done = subprocess.run(
        command, cwd=REPOSITORY, env=os.environ | more, capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout) if done.stdout.strip() else None, done.stderr


def test_a_study_goes_to_the_account_and_the_list_shows_it(shelf: Path, portal: Portal, anna: SignedIn) -> None:
    status, said, _ = scanshelf("upload", STUDY, portal=portal, who=anna)
    (upload,) = said["uploads"]
    assert (status, upload["state"], upload["instances"]) == (0, "complete", COUNT)
    assert (upload["study_instance_uid"], upload["stored"], upload["already"]) == (STUDY, COUNT, 0)
    assert (upload["failed"], upload["receipt"]["instances"]) == ([], COUNT)
    _, listed, _ = scanshelf("list")
    assert [study["uploaded"] for study in listed["studies"]] == ["complete"]
    status, queue, _ = scanshelf("uploads")
    assert (status, [row["state"] for row in queue["uploads"]]) == (0, ["complete"])
    status, proof, _ = scanshelf("uploads", "--receipt", queue["uploads"][0]["id"])
    assert (status, proof["verified"], proof["problems"], proof["portal"]) == (0, True, [], portal.url)
    assert (len(proof["receipt"]["instances"]), proof["signature"].count(".")) == (COUNT, 2)


def test_a_partial_upload_ends_with_1_and_lists_what_is_not_there(shelf: Path, portal: Portal, anna: SignedIn) -> None:
    with Library.open(shelf) as library:
        damaged = put_image(library, 9, damaged="truncated")
    status, said, words = scanshelf("upload", STUDY, portal=portal, who=anna)
    (upload,) = said["uploads"]
    assert (status, upload["state"], upload["stored"]) == (1, "partial", COUNT)
    assert [(one["sop_instance_uid"], one["code"]) for one in upload["failed"]] == [(damaged, "truncated")]
    assert f"{COUNT} of {COUNT + 1}" in words


def test_perhaps_needs_a_reason_and_shows_both(shelf: Path, portal: Portal) -> None:
    married = portal.account("BAUER^ANNA", ANNA.patient_birth_date, "P-77")
    status, said, words = scanshelf("upload", STUDY, portal=portal, who=married)
    assert (status, said["code"], said["uploads"]) == (3, "person-unclear", [])
    assert Person(**said["identity"]["study"]).patient_name == "SAMPLE^ANNA"
    assert Person(**said["identity"]["account"]).patient_name == "BAUER^ANNA"
    assert "Anna SAMPLE" in words
    assert "Anna BAUER" in words
    assert scanshelf("uploads")[1] == {"uploads": []}
    status, said, _ = scanshelf("upload", STUDY, "--person-confirmed", "my married name", portal=portal, who=married)
    assert (status, said["uploads"][0]["state"]) == (0, "complete")


def test_another_person_is_refused_before_anything_is_sent(shelf: Path, portal: Portal, anna: SignedIn) -> None:
    karl = OnDisc("MEIER^KARL", "P-9", "19630217", "M")
    with Library.open(shelf) as library:
        put_image(library, 1, person=karl)
    status, said, _ = scanshelf("upload", STUDY, uid("P-9/T1"), portal=portal, who=anna)
    assert (status, said["code"]) == (3, "other-person")
    assert portal.said(200, portal.get("/api/v1/exams", anna.token))["exams"] == []


def test_the_same_uid_of_two_persons_is_asked_for(shelf: Path, portal: Portal, anna: SignedIn) -> None:
    karl = OnDisc("MEIER^KARL", "P-9", "19630217", "M")
    with Library.open(shelf) as library:
        put_image(library, 1, person=karl, study_instance_uid=STUDY)
        mine = next(study for study in library.studies() if study.patient_name == ANNA.patient_name)
    status, said, words = scanshelf("upload", STUDY, portal=portal, who=anna)
    assert (status, said) == (3, None)
    assert "Two persons" in words
    status, said, _ = scanshelf("upload", f"{mine.person_key}:{STUDY}", portal=portal, who=anna)
    assert (status, said["uploads"][0]["state"]) == (0, "complete")


@pytest.mark.parametrize("words, status", [([], 2), (["1.2.3.4"], 3), ([uid("P-1/T1/S1/1")], 3)])
def test_what_is_no_study_is_not_sent(
    shelf: Path, portal: Portal, anna: SignedIn, words: list[str], status: int
) -> None:
    assert scanshelf("upload", *words, portal=portal, who=anna)[0] == status


def test_without_network_the_upload_waits_in_the_queue(shelf: Path, portal: Portal, anna: SignedIn) -> None:
    status, said, _ = scanshelf("upload", STUDY, "--to", "http://127.0.0.1:9")
    assert (status, said["uploads"][0]["state"], said["uploads"][0]["queue_state"]) == (
        3,
        "failed",
        "waiting-for-network",
    )
    upload = said["uploads"][0]["id"]
    status, queue, _ = scanshelf("uploads", "--cancel", upload)
    assert (status, [row["state"] for row in queue["uploads"]]) == (0, ["cancelled"])
    assert scanshelf("uploads", "--retry", "nothing")[0] == 3


def test_without_a_sign_in_nothing_is_sent(shelf: Path, portal: Portal) -> None:
    assert scanshelf("upload", STUDY, portal=portal)[0] == 3
    assert scanshelf("uploads")[1] == {"uploads": []}


def test_a_plain_server_gets_it_without_an_identity_step_and_with_its_own_password(shelf: Path, tmp_path: Path) -> None:
    settings = {"AuthenticationEnabled": True, "RegisteredUsers": {"anna": "s3cret"}}
    with running_orthanc(tmp_path / "orthanc", **settings) as orthanc:
        address = orthanc.dicomweb.replace("http://", "http://anna:s3cret@")
        status, _, words = scanshelf("upload", STUDY, "--to", orthanc.dicomweb)
        assert (status, "wants to know who sends" in words) == (3, True)
        status, said, _ = scanshelf("upload", STUDY, "--to", address)
        assert (status, said["uploads"][0]["state"], said["uploads"][0]["stored"]) == (0, "complete", COUNT)
        status, said, _ = scanshelf("upload", STUDY, "--to", address)
        assert (status, said["uploads"][0]["state"]) == (0, "complete")
    kept = b"".join(path.read_bytes() for path in shelf.rglob("*") if path.is_file())
    assert b"s3cret" not in kept


def test_a_portal_is_sent_to_as_a_plain_server_with_its_own_token(shelf: Path, portal: Portal, anna: SignedIn) -> None:
    status, said, _ = scanshelf("upload", STUDY, "--to", f"{portal.url}/dicomweb", portal=portal, who=anna)
    assert (status, said["uploads"][0]["state"], said["uploads"][0]["stored"]) == (0, "complete", COUNT)
    status, _, words = scanshelf("upload", STUDY, "--to", f"{portal.url}/elsewhere", portal=portal, who=anna)
    assert (status, "no DICOMweb server gives" in words) == (3, True)


def test_no_other_server_sees_the_token_of_a_portal(
    shelf: Path, portal: Portal, anna: SignedIn, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.touch(0o600)
    file.write_text(anna.token)
    other = f"http://localhost:{portal.url.rpartition(':')[2]}/dicomweb"  # the token would open it
    ways: list[tuple[tuple[str, ...], SignedIn | None]] = [((), anna), (("--token-file", str(file)), None)]
    for words, who in ways:
        assert scanshelf("upload", STUDY, "--to", other, *words, portal=portal, who=who)[0] == 3
    assert scanshelf("upload", STUDY, "--to", other, who=anna)[0] == 3
    assert scanshelf("upload", STUDY, "--to", other, "--token-file", str(file))[0] == 0  # meant for it


def test_an_upload_pauses_and_goes_on_and_the_limit_is_kept(shelf: Path, portal: Portal, anna: SignedIn) -> None:
    with Library.open(shelf) as library:
        upload = library.begin_upload(STUDY, portal.url, "portal")
    status, queue, _ = scanshelf("uploads", "--pause", "all")
    assert (status, [row["state"] for row in queue["uploads"]]) == (0, ["paused"])
    assert scanshelf("uploads", "--limit", "9000")[:2] == (0, {"limit": 9000})
    assert read_settings(settings_folder() / "settings.json").upload_limit == 9000
    status, said, _ = scanshelf("uploads", "--resume", upload, portal=portal, who=anna)
    assert (status, [row["state"] for row in said["uploads"]]) == (0, ["complete"])
    assert scanshelf("uploads", "--limit", "off")[:2] == (0, {"limit": None})
    assert scanshelf("uploads", "--limit", "fast")[0] == 2
