"""`scanshelf portal`, from outside: the real process, its commands beside it, killed and started again."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from tests.absent_packages import without_packages
from tests.discs import disc_with_good_files
from tests.end2end.program import ROOT, Said, scanshelf, scanshelf_here
from tests.portal_tools import START_SECONDS, PortalProcess, portal_process

ANNA = ("--name", "MUELLER^ANNA", "--birth-date", "1951-05-04")
PASSWORD = "three green apples"


def portal_command(*words: str | Path, typed: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run `scanshelf portal WORDS`."""
    command = [sys.executable, "-m", "app", "portal", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, input=typed, capture_output=True, text=True, timeout=120, check=False)


def portal_here(*words: str | Path, typed: str | None = None) -> Said:
    """Do the same in this process; nothing that serves."""
    return scanshelf_here("portal", *words, typed=typed or "")


def said_here(data: Path, *words: str, typed: str | None = None) -> Any:
    """Give the document of a command that succeeds."""
    said = portal_here(*words, "--data", data, "--json", typed=typed)
    assert said.status == 0, said.words
    return said.document


def get(url: str, token: str | None = None) -> requests.Response:
    """GET without a proxy."""
    with requests.Session() as session:
        session.trust_env = False
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return session.get(url, headers=headers, timeout=(10, 60))


def post(url: str, token: str, said: Any) -> requests.Response:
    """POST JSON without a proxy."""
    with requests.Session() as session:
        session.trust_env = False
        return session.post(url, json=said, headers={"Authorization": f"Bearer {token}"}, timeout=(10, 60))


def test_it_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    with portal_process(tmp_path) as portal:
        assert get(f"{portal.url}/.well-known/patient-portal").json()["local"] is True
        assert portal.staff_token_file.stat().st_mode & 0o077 == 0
        anna = portal.account()
        assert get(f"{portal.url}/api/v1/account", anna.token).json()["user_name"] == "anna"
        second = portal_command("serve", "--data", portal.data, "--port", "0", "--json")
        assert second.returncode == 3
        assert "running on this data folder already" in second.stderr
        assert portal.end() == 0
    assert "Traceback" not in portal.complaints()


@pytest.mark.long
def test_its_workers_begin_before_anybody_asks(tmp_path: Path) -> None:
    """Else the first image that comes waits for them: some seconds, and ten where the computer has much to do."""
    with portal_process(tmp_path) as portal:
        assert portal.process is not None
        server, deadline = psutil.Process(portal.process.pid), time.monotonic() + START_SECONDS
        while not server.children(recursive=True):
            assert time.monotonic() < deadline, "there is no worker"
            time.sleep(0.05)


@pytest.mark.long
def test_its_commands_work_while_no_server_runs(tmp_path: Path) -> None:
    data = tmp_path / "portal-data"
    portal = PortalProcess(data)
    invited = portal.command("invite", *ANNA, "--email", "anna@example.org")
    assert {"activation_code", "url"} <= set(invited)
    code = ("--code", invited["activation_code"], "--user", "anna", "--password-stdin")
    assert portal.command("activate", *code, typed=PASSWORD + "\n") == {"user_name": "anna"}
    assert {"id", "token", "expires_at"} == set(portal.command("token", "--user", "anna", "--days", "3"))


def test_tokens_are_listed_and_ended_and_the_practice_says_its_rules(tmp_path: Path) -> None:
    command = partial(said_here, tmp_path / "portal-data")
    code = command("invite", *ANNA)["activation_code"]
    command("activate", "--code", code, "--user", "anna", "--password-stdin", typed=PASSWORD + "\n")
    made = command("token", "--user", "anna", "--days", "365", "--label", "backup")
    (listed,) = command("tokens", "--user", "anna")["tokens"]
    assert (listed["id"], listed["kind"], listed["label"]) == (made["id"], "machine", "backup")
    assert made["token"] not in str(listed)
    assert command("revoke-token", "--user", "anna", "--id", made["id"])["revoked"] is True
    assert command("tokens", "--user", "anna")["tokens"] == []
    rules = {"time_zone": "Europe/Berlin", "release_rule": "after-report", "release_hours": 48}
    said = ("--time-zone", "Europe/Berlin", "--release", "after-report", "--hours", "48")
    assert command("practice", *said) == command("practice") == rules
    assert command("removed") == {"removals": []}


def test_a_new_key_signs_receipts_and_the_old_one_stays_published(tmp_path: Path) -> None:
    data = tmp_path / "portal-data"
    kids = [said_here(data, "rotate-key")["kid"] for _ in range(2)]
    file = data / "receipt-keys.json"
    published = [key["kid"] for key in json.loads(file.read_text("utf-8"))["published"]]
    assert (published[:2], len(published)) == (kids[::-1], 3)


def test_what_is_shown_once_is_shown_also_when_quiet(tmp_path: Path) -> None:
    data = tmp_path / "data"
    said = portal_here("invite", *ANNA, "--data", data, "--quiet").output
    code = said.split("Activation code: ")[1].split("\n")[0]
    words = ("--code", code, "--user", "anna", "--password-stdin", "--data", data, "--quiet")
    assert portal_here("activate", *words, typed=PASSWORD + "\n").output == ""
    assert len(portal_here("token", "--user", "anna", "--data", data, "--quiet").output.split()) == 1


@pytest.mark.parametrize(
    "words, typed, says",
    [
        (("activate", "--code", "AAAA", "--user", "anna", "--password-stdin"), PASSWORD, "not known"),
        (("token", "--user", "nobody"), None, "No active account"),
        (("tokens", "--user", "nobody"), None, "No active account"),
        (("practice", "--time-zone", "Mars/Olympus"), None, "cannot be a rule"),
        (("report-complete", "--exam", "x"), None, "has nothing of this name"),
        (("remove", "--exam", "x"), None, "not in its data folder"),
        (("removed", "--allow", "x"), None, "has nothing of this name"),
        (("invite", "--name", "X", "--birth-date", "yesterday"), None, "cannot be made"),
    ],
)
def test_what_cannot_be_done_says_so_in_words(
    tmp_path: Path, words: tuple[str, ...], typed: str | None, says: str
) -> None:
    said = portal_here(*words, "--data", tmp_path / "data", typed=typed)
    assert said.status == 3
    assert says in said.words
    assert said.output == ""


@pytest.mark.parametrize(
    "words, says",
    [
        (("serve", "--port", "0", "--database", "mysql://db/portal"), "SQLite and PostgreSQL"),
        (("serve", "--port", "0", "--store", "https://orthanc.example/dicom-web"), "a folder, a bucket"),
        (("serve", "--port", "0", "--host", "0.0.0.0"), "without https"),
        (("serve", "--port", "0", "--public-url", "http://portal.example.org"), "without https"),
    ],
)
def test_what_cannot_be_served_says_so_in_words(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    done = portal_command(*words, "--data", tmp_path / "data")
    assert done.returncode == 3
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ("serve", "--port", "70000"),
        ("serve", "--public-url", "https://portal.example.org/path"),
        ("serve", "--certificate", "only-one.pem"),
        ("token", "--user", "anna", "--days", "0"),
        ("token", "--user", "anna", "--days", "366"),
        ("remove", "--exam", "x", "--report", "--image", "1.2"),
        ("activate", "--code", "AAAA", "--user", "anna"),
        ("nothing",),
        (),
    ],
)
def test_wrong_usage_ends_with_two(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert portal_here(*words, *(("--data", tmp_path / "data") if words else ())).status == 2


def test_a_port_in_use_says_so(tmp_path: Path) -> None:
    with portal_process(tmp_path) as portal:
        port = portal.url.rpartition(":")[2]
        done = portal_command("serve", "--data", tmp_path / "other", "--port", port)
        assert done.returncode == 3
        assert "cannot listen" in done.stderr


@pytest.mark.long
def test_a_store_elsewhere_and_a_database_elsewhere_are_used(tmp_path: Path) -> None:
    words = ("--store", str(tmp_path / "images"), "--database", f"sqlite:///{tmp_path / 'other.db'}")
    with portal_process(tmp_path, *words) as portal:
        assert (tmp_path / "images" / "objects").is_dir()
        assert (tmp_path / "other.db").is_file()
        assert not (portal.data / "portal.db").exists()


@pytest.mark.long
def test_what_was_answered_survives_a_kill_in_the_middle_of_writing(tmp_path: Path) -> None:
    with portal_process(tmp_path) as portal:
        answered: list[str] = []
        enough, url, token = threading.Event(), portal.url, portal.staff_token

        def write(worker: int) -> None:
            with contextlib.suppress(requests.ConnectionError):
                for number in range(10_000):
                    patient_id = f"{worker}-{number}"
                    said = {"patient_name": "A^B", "patient_birth_date": "19600101", "patient_id": patient_id}
                    if post(f"{url}/api/v1/staff/invitations", token, said).status_code == 201:
                        answered.append(patient_id)
                    if len(answered) > 60:
                        enough.set()

        writers = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
        for writer in writers:
            writer.start()
        assert enough.wait(60)
        portal.kill9()
        for writer in writers:
            writer.join()
        portal.start()
        assert portal.url == url
        assert portal.staff_token == token
        known = {"patient_name": "MEIER^OTTO", "patient_birth_date": "19800202"}
        for patient_id in answered:  # each is known: another person under the same Patient ID is refused
            again = post(f"{url}/api/v1/staff/invitations", token, {**known, "patient_id": patient_id})
            assert again.status_code == 409


def test_help_names_every_action() -> None:
    said = scanshelf("portal", "--help").output
    for action in ("serve", "invite", "activate", "token"):
        assert action in said


ASKED = (("serve", "--port", "0"), ("invite", "--name", "X^Y", "--birth-date", "1951-05-04"), ("token", "--user", "a"))


@pytest.mark.parametrize("words", ASKED)
@pytest.mark.parametrize("package", ["fastapi", "sqlalchemy", "argon2"])
def test_where_its_packages_are_not_installed_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], package: str
) -> None:
    without_packages(monkeypatch, tmp_path / "site", package)
    done = portal_command(*words, "--data", tmp_path / "data")
    assert (done.returncode, done.stdout) == (3, "")
    assert f"What is missing: {package}." in done.stderr
    assert "requirements.lock" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.long
def test_the_self_test_names_the_package_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_packages(monkeypatch, tmp_path / "site", "uvicorn")
    said = scanshelf("selftest", "--json")
    checks = {check["name"]: check for check in said.document["checks"]}
    assert checks["portal"]["ok"] is True  # portals elsewhere can be used
    assert checks["practice portal"]["ok"] is False
    assert checks["practice portal"]["detail"].startswith("uvicorn is not installed. Install ")
    assert [name for name, check in checks.items() if not check["ok"]] == ["practice portal"]


def test_the_rest_of_the_program_needs_none_of_its_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = ("fastapi", "uvicorn", "sqlalchemy", "alembic", "argon2", "jinja2", "httptools", "limits")
    without_packages(monkeypatch, tmp_path / "site", *packages)
    disc = disc_with_good_files(tmp_path / "disc", 2)
    assert scanshelf("import", disc.folder, "--library", tmp_path / "shelf").status == 0
    assert scanshelf("uploads", "--library", tmp_path / "shelf").status == 0
    assert scanshelf("exams", "--portal", "http://127.0.0.1:9").status == 3


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize(
    "name, says",
    [("portal.db", "damaged"), ("secret.key", "damaged"), ("objects", "cannot write its data")],
)
def test_a_data_folder_that_cannot_be_used_says_so_and_stays_as_it_is(tmp_path: Path, name: str, says: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / name).write_text("MUELLER^ANNA is in the way. " * 400)
    for words in (("serve", "--port", "0"), ("invite", "--name", "X^Y", "--birth-date", "1951-05-04")):
        done = portal_command(*words, "--data", data)
        assert (done.returncode, done.stdout) == (3, "")
        assert says in done.stderr
        assert f"Its folder is {data}." in done.stderr
        assert "MUELLER" not in done.stderr
        assert "Traceback" not in done.stderr
    assert (data / name).read_text().startswith("MUELLER^ANNA is in the way.")
