"""What is shipped to run a portal with: every flag and file exists; a backup of a running portal is whole."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from app.cli import portal as portal_command
from core.job import QuietJob
from portal.server.base.settings import ServerSettings
from portal.server.running.administration import administration
from tests.portal_tools import Portal
from tests.postgres_server import PASSWORD, Postgres
from tests.tools import REPOSITORY, needs_tool
from tests.unit.portal.server.dicomweb.senders import made, sent

DEPLOY = REPOSITORY / "packaging" / "deploy"


def served(words: list[str]) -> argparse.Namespace:
    """Read words after `scanshelf portal` as the program does; one it does not know ends the test."""
    parser = argparse.ArgumentParser()
    portal_command.add_arguments(parser)
    return parser.parse_args(words)


def unit(name: str) -> dict[str, str]:
    """Read a unit of systemd; of a setting that is there twice the last."""
    text = (DEPLOY / name).read_text("utf-8").replace("\\\n", " ")
    lines = [line.partition("=") for line in text.splitlines() if "=" in line and not line.startswith("#")]
    return {key: value for key, _, value in lines}


def test_the_service_starts_what_there_is() -> None:
    said = served(shlex.split(unit("scanshelf-portal.service")["ExecStart"])[2:])
    assert (said.action, said.workers, said.trusted_proxy) == ("serve", 2, ["127.0.0.1"])
    script, *words = shlex.split(unit("scanshelf-backup.service")["ExecStart"])
    assert (DEPLOY / Path(script).name).stat().st_mode & 0o111
    assert words[0] == said.data
    assert words[2] == said.database
    assert unit("scanshelf-backup.timer")["OnCalendar"]


def test_the_containers_are_of_files_and_flags_that_exist() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    assert set(compose["services"]) == {"database", "portal", "orthanc", "nginx"}
    said = served(compose["services"]["portal"]["command"])
    assert (said.action, said.host, said.public_url) == ("serve", "0.0.0.0", "https://portal.example.org")
    build = compose["services"]["portal"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    lines = [line.split()[1:-1] for line in text.splitlines() if line.startswith("COPY ")]
    copied = [name for names in lines for name in names]
    assert {"app", "core", "portal", "requirements.lock"} <= set(copied)
    assert [name for name in copied if not (REPOSITORY / name).exists()] == []


def test_the_web_server_is_told_how_the_portal_is_started() -> None:
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    (command,) = re.findall(r"#   scanshelf portal (.*)", text)
    assert served(shlex.split(command)).trusted_proxy == ["127.0.0.1"]


@pytest.fixture
def empty_database(request: pytest.FixtureRequest, portal: Portal) -> Iterator[str | None]:
    """Give what the backup is brought back into: a new database, where the portal is on PostgreSQL."""
    if portal.services.database.is_sqlite:
        yield None
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.new_database(template=None)
    yield url
    server.drop(url)


@pytest.mark.on_postgres(short=True)
def test_a_backup_made_while_images_come_in_is_whole_when_it_is_brought_back(
    portal: Portal, empty_database: str | None, tmp_path: Path
) -> None:
    needs_tool("pg_dump")
    anna = portal.account()
    for number in range(3):
        assert sent(portal, anna.token, made(SOPInstanceUID=f"1.2.{number}")).status_code == 200
    data, backup, restored = portal.data, tmp_path / "backup", tmp_path / "restored"
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(lambda: [sent(portal, anna.token, made(SOPInstanceUID=f"1.3.{n}")) for n in range(10)])
        run("backup.sh", data, backup, portal.services.settings.database_url)
        coming.result()
    run("backup.sh", data, backup, portal.services.settings.database_url)  # the second takes only what is new
    run("restore.sh", backup, restored, empty_database)
    assert_whole(ServerSettings(restored, portal.url, True, database_url=empty_database), images=13)
    again = run("restore.sh", backup, restored, empty_database, fails=True)
    assert "not empty" in again


def run(script: str, one: Path, other: Path, database: str | None, *, fails: bool = False) -> str:
    """Run a script of ours; gives what it complained of."""
    words = [database.replace(f":{PASSWORD}@", "@")] if database else []
    surroundings = {**os.environ, "PGPASSWORD": PASSWORD}
    command = ["sh", str(DEPLOY / script), str(one), str(other), *words]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    assert bool(done.returncode) is fails, done.stderr
    return done.stderr


def assert_whole(settings: ServerSettings, *, images: int) -> None:
    """Everything the database names is there as it came, and the activity follows on."""
    with administration(settings) as practice:
        found = practice.verify(QuietJob())
        assert (found.objects, found.damaged) == (images, ())
        assert practice.verify_activity(QuietJob()).broken == ()
