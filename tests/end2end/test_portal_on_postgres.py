"""`scanshelf portal … --database postgresql://…`: every command; the password is never seen, mistakes have words."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.cli import portal_database
from tests.end2end.program import Said, scanshelf_here
from tests.postgres_server import PASSWORD, Postgres

ANNA = ("--name", "MUELLER^ANNA", "--birth-date", "1951-05-04")
VARIABLE = "SCANSHELF_DATABASE_PASSWORD"


def portal(*words: str | Path, typed: str = "") -> Said:
    """Run a command in this process."""
    return scanshelf_here("portal", *words, typed=typed)


def done(*words: str | Path, typed: str = "") -> Any:
    """Give the document of a command that succeeds."""
    said = portal(*words, "--json", typed=typed)
    assert said.status == 0, said.words
    assert PASSWORD not in said.words + said.output
    return said.document


def address(server: Postgres, *, template: str | None = None) -> str:
    """Give a new database as a person names it: without the password."""
    return server.new_database(template=template).replace(f":{PASSWORD}@", "@")


def test_every_command_works_on_it(server_and_url: tuple[Postgres, str], tmp_path: Path) -> None:
    kept = ("--data", tmp_path / "data", "--database", server_and_url[1])
    command = partial(done, typed="")
    code = command("invite", *ANNA, *kept)["activation_code"]
    done("activate", "--code", code, "--user", "anna", "--password-stdin", *kept, typed="three green apples\n")
    made = command("token", "--user", "anna", *kept)
    assert [each["id"] for each in command("tokens", "--user", "anna", *kept)["tokens"]] == [made["id"]]
    assert command("settings", "--language", "de", *kept)["language"] == "de"
    assert command("practice", "--time-zone", "Europe/Berlin", *kept)["time_zone"] == "Europe/Berlin"
    assert command("removed", *kept) == {"removals": []}
    assert command("verify", *kept)["problems"] == []
    assert not (tmp_path / "data" / "portal.db").exists()


@pytest.fixture
def server_and_url(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> tuple[Postgres, str]:
    """Give an empty database, its password in the environment."""
    monkeypatch.setenv(VARIABLE, PASSWORD)
    return postgres, address(postgres)


def test_the_password_may_stand_in_a_file_for_its_owner_alone(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    kept = ("--data", tmp_path / "data", "--database", address(postgres), "--database-password-file", file)
    file.chmod(0o644)
    said = portal("removed", *kept)
    assert (said.status, "read by others" in said.words) == (2, True)
    file.chmod(0o600)
    assert done("removed", *kept) == {"removals": []}


def test_what_is_wrong_with_it_is_said_without_the_password(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = address(postgres)
    kept = ("removed", "--data", tmp_path / "data", "--database")
    said = portal(*kept, postgres.url("x"))
    assert (said.status, VARIABLE in said.words, PASSWORD in said.words) == (2, True, False)
    monkeypatch.setenv(VARIABLE, "not-the-password")
    for wrong in (url, url.replace(str(postgres.port), "1"), postgres.url("nowhere", None)):
        said = portal(*kept, wrong)
        assert (said.status, "does not answer" in said.words) == (3, True), said.words
        assert "not-the-password" not in said.words
    assert "SQLite and PostgreSQL" in portal(*kept, "mysql://db/portal").words
    monkeypatch.setattr(portal_database, "find_spec", lambda _: None)
    assert "psycopg" in portal(*kept, url).words
