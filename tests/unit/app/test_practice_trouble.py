"""A practice portal that does not start says why and what to do, and nothing of anybody's."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from app.practice_portal.running import PracticePortal
from app.words.messages import BUG, Messages
from core.errors import PortalError
from core.job import QuietJob
from tests.absent_packages import stumbling_at, without_packages

ANNA = "MUELLER^ANNA"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "practice"


@pytest.fixture
def practice(folder: Path) -> Iterator[PracticePortal]:
    made = PracticePortal(folder)
    yield made
    made.end()


def why_not(practice: PracticePortal) -> PortalError:
    """Start it, and give what kept it from starting; it says so in words."""
    with pytest.raises(PortalError) as told:
        practice.start(QuietJob())
    assert not practice.runs()
    words = Messages().about(told.value)
    assert words.what != BUG.what
    assert words.means
    assert words.do
    assert told.value.code not in words.as_text()
    return told.value


def used(practice: PracticePortal) -> None:
    """Let it run once."""
    practice.start(QuietJob())
    practice.end()


@pytest.mark.long
def test_its_place_is_taken_by_another_program(practice: PracticePortal) -> None:
    address = practice.start(QuietJob())
    practice.end()
    with socket.create_server(("127.0.0.1", int(address.rpartition(":")[2]))):
        assert why_not(practice).code == "practice-portal-port"
    assert practice.start(QuietJob()) == address


@pytest.mark.parametrize("place", ["practice", "practice/objects", "practice/portal.db/x"])
def test_its_folder_cannot_be_written(practice: PracticePortal, tmp_path: Path, place: str) -> None:
    blocked = tmp_path / place
    if blocked.name == "x":
        blocked.mkdir(parents=True)  # a folder in the place of the database
    else:
        blocked.parent.mkdir(exist_ok=True)
        blocked.write_text("in the way")
    error = why_not(practice)
    assert error.code == "practice-portal-folder"
    assert str(tmp_path / "practice") in Messages().about(error).as_text()


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("name", ["portal.db", "secret.key"])
def test_its_data_is_damaged_and_stays_as_it_is(practice: PracticePortal, folder: Path, name: str) -> None:
    used(practice)
    for beside in ("portal.db-wal", "portal.db-shm"):
        (folder / beside).unlink(missing_ok=True)
    (folder / name).write_bytes(f"{ANNA} is no database. ".encode() * 400)
    before = (folder / name).read_bytes()
    error = why_not(practice)
    assert error.code == "practice-portal-broken"
    assert ANNA not in Messages().about(error).as_text()
    assert (folder / name).read_bytes() == before


def test_a_database_of_another_program_is_not_taken_for_its_own(practice: PracticePortal, folder: Path) -> None:
    folder.mkdir()
    engine = create_engine(f"sqlite:///{folder / 'portal.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE account (id INTEGER)"))
    engine.dispose()
    assert why_not(practice).code == "practice-portal-broken"


@pytest.mark.long
def test_its_data_is_a_newer_versions(practice: PracticePortal, folder: Path) -> None:
    used(practice)
    engine = create_engine(f"sqlite:///{folder / 'portal.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    assert why_not(practice).code == "practice-portal-newer"


@pytest.mark.sweep(keep=2)
@pytest.mark.parametrize("package", ["fastapi", "uvicorn", "sqlalchemy", "alembic", "argon2", "jinja2", "httptools"])
def test_a_package_is_missing(
    practice: PracticePortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    without_packages(monkeypatch, tmp_path / "site", package)
    error = why_not(practice)
    assert error.code == "portal-parts-missing"
    assert f"What is missing: {package}." in Messages().about(error).as_text()


def test_it_was_killed_while_it_started(
    practice: PracticePortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stumbling_at(monkeypatch, tmp_path / "site", "app.cli.portal", "os.kill(os.getpid(), 9)")
    assert why_not(practice).code == "practice-portal-killed"


def test_a_mistake_of_ours_is_named_by_its_kind_and_nothing_it_says(
    practice: PracticePortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stumbling_at(monkeypatch, tmp_path / "site", "portal.server.http.app", f"raise RuntimeError({ANNA!r})")
    error = why_not(practice)
    assert (error.code, error.facts) == ("practice-portal-silent", {"ended_with": "RuntimeError"})
    assert ANNA not in Messages().about(error).as_text()


@pytest.mark.long
def test_much_that_is_said_on_the_way_does_not_keep_it_from_starting(
    practice: PracticePortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "os.write(2, b'x' * 1_000_000)"
    stumbling_at(monkeypatch, tmp_path / "site", "app.cli.portal", said)
    assert practice.start(QuietJob()).startswith("http://127.0.0.1:")
