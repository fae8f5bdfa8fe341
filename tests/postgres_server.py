"""A real PostgreSQL on a free loopback port for tests and benchmarks, with databases that begin with empty tables."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, text

from portal.server.base.database import Database
from portal.server.migrations import migrate
from tests.tools import skip_or_fail

USER, PASSWORD = "portal", "letmein"
# As another language sorts: nothing may depend on the order of bytes SQLite sorts by.
LOCALE = ("--encoding=UTF8", "--locale-provider=icu", "--icu-locale=de-DE", "--locale=C.UTF-8")
# Nothing of it outlives the test: no word is awaited from the disk.
QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off"}
QUICK |= {"shared_buffers": "64MB", "max_connections": "150", "listen_addresses": "127.0.0.1"}
EMPTY = "empty_portal"


@dataclass
class Postgres:
    """Where it answers."""

    folder: Path
    port: int
    durable: bool = False
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str, password: str | None = PASSWORD) -> str:
        """Give the address of a database."""
        secret = f":{password}" if password else ""
        return f"postgresql://{USER}{secret}@127.0.0.1:{self.port}/{database}"

    def new_database(self, *, template: str | None = EMPTY) -> str:
        """Make a database with the portal's empty tables, or one without any, and give its address."""
        name = f"portal_{next(self._numbers)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Let go of a database, whoever is still connected."""
        self._do(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = {"fsync": "on", "autovacuum": "off", "listen_addresses": "127.0.0.1"} if self.durable else QUICK
        options = " ".join(
            [f"-p {self.port} -k {self.folder}", *(f"-c {name}={value}" for name, value in settings.items())]
        )
        _run("pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-o", options, "-w", "start")

    def stop(self, how: str = "immediate") -> None:
        """Stop it; "immediate" is as a power cut, all connections die."""
        _run("pg_ctl", "-D", self.folder / "data", "-m", how, "-w", "stop")

    def prepare(self) -> None:
        """Make the database with empty tables that others are copied from."""
        self._do(f"CREATE DATABASE {EMPTY}")
        with closing(Database(self.url(EMPTY))) as database:
            migrate(database)

    def _do(self, statement: str) -> None:
        engine = create_engine(self.url("postgres").replace("postgresql:", "postgresql+psycopg:"))
        try:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """Run one in a folder of its own; `durable` waits for the disk, as a practice's has to."""
    _program("initdb")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # near the root: a socket's path is short
    try:
        if user := _user():
            shutil.chown(folder, user)
        secret = folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        words = ("-U", USER, "--pwfile", secret, "--auth=scram-sha-256", "--no-sync", "--no-instructions", *LOCALE)
        _run("initdb", "-D", folder / "data", *words)
        server = Postgres(folder, _free_port(), durable)
        server.start()
        try:
            server.prepare()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    """Find one of its programs, of which Debian puts few on the path; without it the test skips with its name."""
    places = [shutil.which(name), *map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}")))]
    found = next((place for place in places if place), None)
    if found is None:
        skip_or_fail(f"PostgreSQL's {name} is not installed")
    assert found is not None
    return str(Path(found).resolve())


def _run(name: str, *words: str | Path) -> None:
    """Run one of its programs, which refuse to be root."""
    command = [_program(name), *map(str, words)]
    done = subprocess.run(
        command, user=_user(), cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")


def _user() -> str | None:
    """Name the user it runs as, where this is root."""
    if os.geteuid():
        return None
    return next(each.pw_name for each in pwd.getpwall() if each.pw_name in ("postgres", "nobody"))


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port: int = taken.getsockname()[1]
        return port
