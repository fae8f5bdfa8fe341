"""The account from the command line against the real portal as a process; as a process itself where that matters."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import requests

from app.actions.signing_in import Access, enter, sign_in
from app.places import settings_folder
from core.job import QuietJob
from tests.discs import ANNA, Disc, disc_with_good_files
from tests.discs.files import uid
from tests.end2end.program import ROOT, scanshelf, scanshelf_here
from tests.portal_tools import TIMEOUT, PortalProcess, SignedIn, portal_process
from tests.tools import skip_or_fail
from tests.unit.portal.client.hands import signing_in

STUDY = uid("P-1/T1")
_numbers = itertools.count(1)
PAGE = Path(__file__).with_name("at_the_page.py")
OPEN = {"SCANSHELF_TOKEN", "SCANSHELF_PORTAL", "SCANSHELF_KEYRING", "BROWSER", "DISPLAY", "WAYLAND_DISPLAY"}


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in OPEN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SCANSHELF_KEYRING", f"file:{tmp_path / 'keyring.json'}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalProcess]:
    with portal_process(tmp_path_factory.mktemp("served")) as process:
        yield process


@pytest.fixture
def anna(server: PortalProcess) -> SignedIn:
    return server.account(ANNA.patient_name, ANNA.patient_birth_date, f"anna{next(_numbers)}")


@pytest.fixture
def token_file(tmp_path: Path, anna: SignedIn) -> Path:
    file = tmp_path / "token"
    file.touch(0o600)
    file.write_text(anna.token + "\n")
    return file


def in_browser(monkeypatch: pytest.MonkeyPatch, way: str, person: SignedIn, password: str | None = None) -> None:
    typed = password or person.password
    monkeypatch.setenv("BROWSER", f"'{sys.executable}' '{PAGE}' {way} {person.user_name} '{typed}' %s")


def sent_study(tmp_path: Path, server: PortalProcess, token_file: Path) -> str:
    """Put a disc on the shelf and send its study."""
    disc: Disc = disc_with_good_files(tmp_path / "disc", 3)
    assert scanshelf_here("import", disc.folder, "--json").status == 0
    sent = scanshelf_here("upload", STUDY, "--portal", server.url, "--token-file", token_file, "--json")
    assert sent.status == 0, sent.words
    return STUDY


def test_a_person_signs_in_with_the_browser_and_is_known_until_signing_out(
    server: PortalProcess, anna: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_browser(monkeypatch, "forms", anna)
    said = scanshelf("login", "--portal", server.url, "--json")
    assert said.status == 0, said.words
    assert said.document["user_name"] == anna.user_name
    assert said.document["lasting"] is True
    assert "SCANSHELF_KEYRING" in said.words
    who = scanshelf("whoami", "--json")  # the portal is known now
    assert (who.status, who.document["user_name"]) == (0, anna.user_name)
    assert who.document["persons"][0]["patient_name"] == ANNA.patient_name
    assert who.words.count("SCANSHELF_KEYRING") == 1
    assert scanshelf("logout", "--json").document == {
        "portal": server.url,
        "was_signed_in": True,
        "told_portal": True,
    }
    after = scanshelf("whoami", "--json")
    assert (after.status, after.output) == (3, "")
    assert "scanshelf login" in after.words


@pytest.mark.long
def test_a_person_signs_in_in_chromium(server: PortalProcess, anna: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.demo.browsing.browser import find_chromium

    if find_chromium() is None:
        skip_or_fail("chromium is not installed")
    in_browser(monkeypatch, "chromium", anna)
    said = scanshelf("login", "--portal", server.url, "--json")
    assert (said.status, said.document["user_name"]) == (0, anna.user_name), said.words


def test_without_a_browser_the_address_is_shown_to_be_typed(server: PortalProcess, anna: SignedIn) -> None:
    command = [sys.executable, "-m", "app", "login", "--portal", server.url, "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        address = next(line.strip() for line in process.stderr if line.startswith("http"))
        subprocess.run([sys.executable, PAGE, "forms", anna.user_name, anna.password, address], check=True, timeout=120)
        output, _ = process.communicate(timeout=120)
    assert (process.returncode, json.loads(output)["user_name"]) == (0, anna.user_name)


@pytest.mark.long
def test_a_device_signs_in_by_a_code_that_is_told_first(server: PortalProcess, anna: SignedIn) -> None:
    command = [sys.executable, "-m", "app", "login", "--device", "--portal", server.url, "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        form = {"user_code": first["user_code"], "user_name": anna.user_name, "password": anna.password}
        with requests.Session() as session:
            session.trust_env = False
            assert session.post(first["verification_uri"], data=form, timeout=TIMEOUT).status_code == 200
        output, words = process.communicate(timeout=120)
    assert process.returncode == 0, words
    assert json.loads(output)["user_name"] == anna.user_name
    assert scanshelf("whoami", "--json").document["user_name"] == anna.user_name


@pytest.mark.long
def test_signing_out_works_while_the_portal_is_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with portal_process(tmp_path) as server:
        in_browser(monkeypatch, "forms", server.account(ANNA.patient_name, ANNA.patient_birth_date))
        assert scanshelf("login", "--portal", server.url).status == 0
        assert server.url in (tmp_path / "keyring.json").read_text()
    said = scanshelf("logout", "--json")
    assert (said.status, said.document["told_portal"]) == (0, False)
    assert json.loads((tmp_path / "keyring.json").read_text()) == {}
    assert scanshelf("whoami").status == 3


def test_a_token_stands_in_for_signing_in_and_is_refused_where_others_can_read_it(
    server: PortalProcess, anna: SignedIn, token_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = scanshelf("--portal", server.url, "--token-file", token_file, "whoami", "--json")
    assert (before.status, before.document["user_name"]) == (0, anna.user_name)
    assert "SCANSHELF_KEYRING" not in before.words
    token_file.chmod(0o644)
    refused = scanshelf("whoami", "--portal", server.url, "--token-file", token_file, "--json")
    assert (refused.status, refused.output) == (3, "")
    assert "chmod 600" in refused.words
    monkeypatch.setenv("SCANSHELF_TOKEN", anna.token)
    monkeypatch.setenv("SCANSHELF_PORTAL", server.url)
    assert scanshelf("whoami", "--json").document["user_name"] == anna.user_name
    monkeypatch.setenv("SCANSHELF_TOKEN", "not-a-token")
    assert scanshelf("whoami", "--json").status == 3
    assert anna.token not in refused.words + before.words


@pytest.mark.parametrize("words", [("whoami",), ("exams",), ("share", "list"), ("activity",)])
def test_who_is_not_signed_in_is_told_how(words: tuple[str, ...], server: PortalProcess) -> None:
    said = scanshelf_here(*words, "--portal", server.url, "--json")
    assert (said.status, said.output) == (3, "")
    assert "scanshelf login" in said.words


@pytest.mark.parametrize(
    "words",
    [
        ("exams", "get", "x"),
        ("exams", "list", "x"),
        ("share",),
        ("share", "create"),
        ("share", "create", "x", "--days", "0"),
        ("share", "create", "x", "--no-report", "--no-images"),
        ("share", "create", "x", "--email", "a@b.c", "--print", "x.pdf"),
        ("share", "edit", "x"),
        ("share", "edit", "x", "--until", "soon"),
        ("activity", "x", "--share", "y"),
        ("login", "--device", "--activation-code", "x"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(words: tuple[str, ...]) -> None:
    said = scanshelf_here(*words)
    assert (said.status, said.output) == (2, "")


def test_a_portal_that_is_away_or_none_at_all_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCANSHELF_TOKEN", "t")
    for url, words in {
        "http://127.0.0.1:9": "cannot be reached",
        "http://portal.example": "https://",
        "file:///etc/passwd": "no patient portal",
    }.items():
        said = scanshelf_here("whoami", "--portal", url, "--json")
        assert (said.status, said.output) == (3, "")
        assert words in said.words


def test_a_study_is_shared_followed_moved_and_ended(
    server: PortalProcess, token_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = sent_study(tmp_path, server, token_file)
    monkeypatch.setenv("SCANSHELF_TOKEN", token_file.read_text().strip())
    monkeypatch.setenv("SCANSHELF_PORTAL", server.url)
    (exam,) = scanshelf_here("exams", "--json").document["exams"]
    assert [each["study_instance_uid"] for each in exam["studies"]] == [study]
    assert exam["studies"][0]["instances"] == 3

    paper = tmp_path / "invitation.pdf"
    made = scanshelf_here("share", "create", study, "--print", paper, "--label", "Dr. Berg", "--json")
    assert made.status == 0, made.words
    share = made.document
    assert {"id", "url", "verification_code", "share_code", "studies", "status", "expires_at"} <= set(share)
    assert (share["studies"], share["status"], share["max_accesses"], share["accesses_used"]) == (
        [study],
        "active",
        10,
        0,
    )
    assert share["share_code"].endswith(f"-{share['verification_code']}")
    assert paper.read_bytes().startswith(b"%PDF")
    assert "work on this computer alone" in made.words
    days = datetime.fromisoformat(share["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=29) < days <= timedelta(days=30)
    assert scanshelf_here("list", "--json").document["studies"][0]["shares"] == 1

    with requests.Session() as doctor:
        doctor.trust_env = False
        body = {"token": share["url"].rpartition("/")[2], "code": share["verification_code"]}
        opened = doctor.post(
            f"{server.url}/api/v1/redeem", json={**body, "recipient_name": "Dr. Berg"}, timeout=TIMEOUT
        )
    assert opened.json()["studies"] == [study]
    shown = scanshelf_here("share", "show", share["id"], "--json").document
    assert (shown["status"], shown["accesses_used"]) == ("viewed", 1)
    assert "Viewed, 1 of 10" in scanshelf_here("share", "show", share["id"]).output
    happened = scanshelf_here("activity", "--share", share["id"], "--json").document["activity"]
    assert {"share-created", "share-opened"} <= {each["kind"] for each in happened}
    assert scanshelf_here("activity", study, "--json").document["activity"]
    assert "Dr. Berg" in scanshelf_here("activity").output

    day = (datetime.now() + timedelta(days=60)).strftime("%Y-%m-%d")
    moved = scanshelf_here("share", "edit", share["id"], "--until", day, "--json").document
    here = datetime.fromisoformat(moved["expires_at"]).astimezone()
    assert here.strftime("%Y-%m-%d %H:%M:%S") == f"{day} 23:59:59"
    ended = scanshelf_here("share", "revoke", share["id"], "--json")
    assert (ended.status, ended.document["status"]) == (0, "revoked")
    assert "cannot be called back" in ended.words
    listed = scanshelf_here("share", "list", "--json").document["shares"]
    assert [(each["id"], each["status"]) for each in listed] == [(share["id"], "revoked")]
    assert not {"verification_code", "share_code"} & set(listed[0])
    assert scanshelf_here("list", "--json").document["studies"][0]["shares"] == 0
    assert scanshelf_here("share", "edit", share["id"], "--until", day).status == 3
    assert scanshelf_here("share", "show", "nothing").status == 3


def test_no_mail_is_pretended_and_the_letter_brings_no_code(
    server: PortalProcess, token_file: Path, tmp_path: Path
) -> None:
    study = sent_study(tmp_path, server, token_file)
    account = ("--portal", server.url, "--token-file", token_file)
    said = scanshelf_here("share", "create", study, "--email", "dr.berg@example.org", *account)
    assert said.status == 0, said.words
    assert "sends no mail" in said.output
    code = re.search(r"Verification code[^:]*: (\S+)", said.output)
    assert code is not None
    letter = said.output.split("To: dr.berg@example.org")[1]
    assert "/s/" in letter
    assert code[1] not in letter
    quiet = scanshelf_here("share", "create", study, *account, "--quiet")
    assert [line.partition(":")[0] for line in quiet.output.splitlines()][:2] == [
        "Link",
        "Verification code (shown this once)",
    ]
    document = scanshelf_here("share", "create", study, "--email", "dr.berg@example.org", *account, "--json").document
    assert document["mail_sent"] is False
    assert document["mailto"].startswith("mailto:dr.berg@example.org?")
    assert document["verification_code"] not in document["mailto"] + document["letter"]


@pytest.mark.long
def test_a_portal_that_sends_mail_sends_the_link_and_never_the_code(tmp_path: Path) -> None:
    mail = tmp_path / "mail"
    with portal_process(tmp_path, "--mailbox", str(mail)) as server:
        person = server.account(ANNA.patient_name, ANNA.patient_birth_date, "anna")
        token = tmp_path / "token"
        token.touch(0o600)
        token.write_text(person.token + "\n")
        study = sent_study(tmp_path, server, token)
        account = ("--portal", server.url, "--token-file", token)
        said = scanshelf_here("share", "create", study, "--email", "dr.berg@example.org", *account, "--json").document
        assert said["mail_sent"] is True
        deadline = time.monotonic() + 60
        while not (letters := list(mail.glob("*.eml"))) and time.monotonic() < deadline:
            time.sleep(0.05)
        (letter,) = letters
        words = message_from_bytes(letter.read_bytes(), policy=policy.default).get_body(("plain",)).get_content()  # type: ignore[attr-defined]
        assert said["url"] in words
        assert said["verification_code"] not in words


def test_what_the_portal_refuses_is_told_with_a_next_step(
    server: PortalProcess, token_file: Path, tmp_path: Path
) -> None:
    account = ("--portal", server.url, "--token-file", token_file)
    for words, told in {
        ("share", "create", "1.2.3"): "has nothing of this name",
        ("share", "create", "1.2.3", "--days", "9999"): "365 days at most",
        ("share", "create", "1.2.3", "--accesses", "11"): "10 times at most",
        ("share", "revoke", "x"): "no such share",
        ("exams", "get", "x", "--to", str(tmp_path / "to")): "no such exam",
        ("activity", "1.2.3"): "no such exam",
    }.items():
        said = scanshelf_here(*words, *account, "--json")
        assert said.status == (2 if "most" in told else 3), said.words
        assert said.output == ""
        assert told in said.words
    assert not (tmp_path / "to").exists()


def test_a_print_that_cannot_be_written_shares_nothing(server: PortalProcess, token_file: Path, tmp_path: Path) -> None:
    study = sent_study(tmp_path, server, token_file)
    account: tuple[Any, ...] = ("--portal", server.url, "--token-file", token_file, "--json")
    said = scanshelf_here("share", "create", study, "--print", tmp_path / "absent" / "x.pdf", *account)
    assert (said.status, said.output) == (3, "")
    assert scanshelf_here("share", "list", *account).document == {"shares": []}


@pytest.mark.long
def test_an_exam_is_downloaded_whole_and_again_without_doubling(
    server: PortalProcess, token_file: Path, tmp_path: Path
) -> None:
    study = sent_study(tmp_path, server, token_file)
    account = ("--portal", server.url, "--token-file", token_file, "--json")
    to = tmp_path / "to"
    (exam,) = scanshelf_here("exams", *account).document["exams"]
    for name in (exam["id"], study):
        said = scanshelf_here("exams", "get", name, "--to", to, *account)
        assert (said.status, said.document["instances"], said.document["report"]) == (0, 3, None), said.words
    files = sorted(file for file in to.rglob("*") if file.is_file())
    assert [str(file) for file in files] == sorted(said.document["files"])
    disc = {file.read_bytes() for file in (tmp_path / "disc").rglob("*") if file.is_file()}
    assert {file.read_bytes() for file in files} <= disc
    assert [each.name for each in to.iterdir()] == [study]
    again = scanshelf_here("import", to, "--library", tmp_path / "other", "--json")
    assert (again.status, again.document["imported"]) == (0, 3)


def test_two_people_of_a_family_stay_signed_in_and_each_command_says_whose_account_it_asks(
    server: PortalProcess,
) -> None:
    access = Access(settings_folder(), os.environ)
    people = [
        server.account("SAMPLE^BERT", "19630217", user_name="bert"),
        server.account("SAMPLE^CLARA", "19910101", user_name="clara"),
    ]
    for who in people:
        hands = signing_in(who.user_name, who.password)
        enter(sign_in(server.url, hands.open, access, QuietJob()), access, QuietJob()).portal.close()
        hands.rest()
    bert, clara = (who.user_name for who in people)
    listed = scanshelf_here("accounts", "--json").document["accounts"]
    assert [(one["user_name"], one["person"], one["used"]) for one in listed] == [
        (clara, "Clara SAMPLE", True),
        (bert, "Bert SAMPLE", False),
    ]
    assert scanshelf_here("whoami", "--json").document["user_name"] == clara
    assert scanshelf_here("whoami", "--account", bert, "--json").document["user_name"] == bert
    assert scanshelf_here("accounts", "use", bert).status == 0
    assert scanshelf_here("whoami", "--json").document["user_name"] == bert
    assert scanshelf_here("logout", "--account", bert, "--json").document["was_signed_in"]
    assert scanshelf_here("whoami", "--account", bert).status == 3
    assert scanshelf_here("whoami", "--account", clara, "--json").document["user_name"] == clara
