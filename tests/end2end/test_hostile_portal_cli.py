"""The account's commands, as processes, at a portal that means harm: words and a status, and nothing else happens."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.end2end.program import ROOT, Said, scanshelf
from tests.hostile_portal import EXAM, SHARE, STUDY, HostilePortal, answer_json
from tests.unit.portal.client.strange_server import Asked, strange_server


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "SCANSHELF_PORTAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SCANSHELF_TOKEN", "t0ken")
    monkeypatch.setenv("SCANSHELF_CONFIG_DIR", str(tmp_path / "settings"))
    monkeypatch.setenv("SCANSHELF_LIBRARY", str(tmp_path / "shelf"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def asked(portal: HostilePortal, *words: str | Path) -> Said:
    def say(question: Asked) -> Iterable[bytes]:
        return portal(question)

    with strange_server(say) as server:
        return scanshelf(*words, "--portal", server.url)


def files(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("name", ["/etc/passwd", "../../up", "\0", 10**30])
def test_exams_with_a_path_for_a_name_are_refused_in_words(name: Any) -> None:
    said = asked(HostilePortal(id=name), "exams", "--json")
    assert (said.status, said.output) == (3, "")
    assert "does not understand" in said.words


def test_an_exam_is_got_into_the_folder_and_nowhere_else(tmp_path: Path) -> None:
    folder = tmp_path / "to"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    said = asked(HostilePortal(), "exams", "get", "e1", "--to", folder, "--json")
    assert said.status == 0, said.words
    assert files(folder) == {"mine.txt", "report.pdf", "1.2.3/1.2.3.1.1.dcm"}
    for portal in (HostilePortal(studies=[STUDY | {"study_instance_uid": "../../up"}]), HostilePortal(id="../e1")):
        assert asked(portal, "exams", "get", "1.2.3", "--to", folder).status == 3
    portal = HostilePortal()
    portal.uids = ("1.2.3.1", "../../../evil")
    assert asked(portal, "exams", "get", "e1", "--to", tmp_path / "other").status == 3
    assert {each.name for each in tmp_path.iterdir()} <= {"to", "other", "settings", "shelf"}
    assert files(tmp_path / "other") == set()


@pytest.mark.parametrize("name", ["/etc/passwd", "..", "a/b", "\u202ee1"])
def test_a_typed_name_that_is_no_id_is_not_asked_for(tmp_path: Path, name: str) -> None:
    said = asked(HostilePortal(), "exams", "get", name, "--to", tmp_path / "to")
    assert said.status == 3
    assert not (tmp_path / "to").exists()


def test_what_is_told_cannot_steer_the_terminal() -> None:
    title = "\x1b]52;c;aGE=\x07\x1b[2J\u202eAnna\n\nYou are signed out"
    portal = HostilePortal(title=title, exam_date=title, report={"state": "held", "available_at": title})
    portal.exams.append(EXAM | {"id": "e2", "studies": [STUDY | {"instances": (1 << 31) - 1}]})
    said = asked(portal, "exams")
    assert said.status == 0, said.words
    assert not {"\x1b", "\x07", "\u202e"} & set(said.output)
    assert len(said.output.splitlines()) == 6  # two exams, three lines each


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "http://elsewhere.example/s/t", "https://a@b/s"]
)
def test_a_share_whose_link_is_none_is_told_so(tmp_path: Path, link: str) -> None:
    portal = HostilePortal()
    portal.made = {"share": SHARE, "url": link, "verification_code": "ABC123", "share_code": "DEF456-ABC123"}
    said = asked(portal, "share", "create", "e1", "--print", tmp_path / "paper.pdf", "--json")
    assert said.status == 3
    assert link not in said.output


@pytest.mark.parametrize("place", ["https://elsewhere.example/device", "javascript:1", "file:///x"])
def test_a_device_sign_in_shows_no_address_but_the_portals(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.delenv("SCANSHELF_TOKEN")
    monkeypatch.setenv("SCANSHELF_KEYRING", "memory")
    for field in ("verification_uri", "verification_uri_complete"):
        portal = HostilePortal()

        def say(question: Asked, field: str = field, portal: HostilePortal = portal) -> Iterable[bytes]:
            url = f"http://{question.headers['host']}"
            if "oauth-authorization-server" in question.first_line:
                names = ("authorization_endpoint", "token_endpoint", "device_authorization_endpoint")
                return answer_json({"issuer": url} | {name: f"{url}/{name}" for name in names})
            if "device_authorization" in question.first_line:
                code = {"device_code": "d", "user_code": "u", "verification_uri": f"{url}/device", "expires_in": 1}
                return answer_json(code | {field: place})
            return portal(question)

        with strange_server(say) as server:
            said = scanshelf("login", "--device", "--portal", server.url)
        assert said.status == 3
        assert place not in said.output + said.words


def test_activity_five_hundred_deep_is_told_flat() -> None:
    deep: Any = 1
    for _ in range(240):
        deep = {"a": [deep]}
    portal = HostilePortal()
    portal.activity = [
        {"id": 1, "at": "x", "kind": "{0}", "details": {"deep": deep, "instances": 10**20, "b": "\x1b[2J"}}
    ]
    said = asked(portal, "activity", "--json")
    assert said.status == 0, said.words
    assert said.document["activity"][0]["details"] == {"b": "\ufffd[2J"}
    assert json.loads(said.output) == said.document
    assert asked(portal, "activity").status == 0
