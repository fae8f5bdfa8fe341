"""A real portal for tests: on loopback in a thread with a clock that can be turned, or as the real process.

The fixture `portal` (tests/conftest.py) is a `running_portal` of one test.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import requests
from argon2 import PasswordHasher

from core.workers.worker import WorkerPool, WorkerSpec
from portal.server.base.database import Database
from portal.server.base.password_hashes import Passwords
from portal.server.base.settings import Post, ServerSettings
from portal.server.http.app import make_app
from portal.server.http.web_server import Door, Server, bind, make_server, url_of
from portal.server.migrations import migrate
from portal.server.notices.wording import texts
from portal.server.people.machine_tokens import machine_token
from portal.server.running.posting import sending
from portal.server.running.serve import build_services
from portal.server.services import Services
from portal.wire.well_known import Limits
from tests.tools import REPOSITORY
from tests.types_read_once import read_types_once

TIMEOUT = (10, 60)
START_SECONDS = 90
TOKEN_DAYS = 4000  # longer than any test turns the clock
# Argon2id as it is, at a thousandth of its cost; what a hash really costs is for one test
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
read_types_once()


class SteerableClock:
    """The server's clock; `forward` turns it."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def forward(self, **time_parts: float) -> None:
        """Turn it forward (`days=30`, `seconds=61`), or backward."""
        self._ahead += timedelta(**time_parts)

    def set(self, moment: datetime) -> None:
        """Turn it to a moment."""
        self._ahead = moment - datetime.now(UTC)


@dataclass(frozen=True)
class SignedIn:
    """One account with a token that lasts as long as the test."""

    user_name: str
    password: str
    token: str
    account_id: str


@dataclass
class Portal:
    """A portal that answers, and how a test asks it."""

    url: str
    data: Path
    staff_token: str
    services: Services
    clock: SteerableClock
    _made: int = field(default=0)

    def account(
        self,
        name: str = "MUELLER^ANNA",
        birth_date: str = "19510504",
        patient_id: str | None = None,
        user_name: str | None = None,
    ) -> SignedIn:
        """Invite a person and activate the account over HTTP; the machine token comes as `portal token` makes it."""
        self._made += 1
        invitation = {"patient_name": name, "patient_birth_date": birth_date, "patient_id": patient_id}
        code = self.said(201, self.post("/api/v1/staff/invitations", json=invitation, token=self.staff_token))
        chosen = {"user_name": user_name or f"user{self._made}", "password": "correct horse battery"}
        self.said(200, self.post("/api/v1/activation", json={"code": code["activation_code"], **chosen}))
        with self.services.database.writing() as session:
            token = machine_token(session, chosen["user_name"], TOKEN_DAYS, self.clock()).token
        account = self.said(200, self.get("/api/v1/account", token=token))
        return SignedIn(chosen["user_name"], chosen["password"], token, account["id"])

    def member(self, *roles: str, name: str = "Eva Klein", user_name: str | None = None) -> SignedIn:
        """Invite somebody to the practice's staff, or a doctor, and activate the sign-in over HTTP."""
        self._made += 1
        wanted = {"name": name, "roles": roles}
        made = self.said(201, self.post("/api/v1/staff/members", json=wanted, token=self.staff_token))
        chosen = {"user_name": user_name or f"user{self._made}", "password": "correct horse battery"}
        self.said(200, self.post("/api/v1/activation", json={"code": made["activation_code"], **chosen}))
        with self.services.database.writing() as session:
            token = machine_token(session, chosen["user_name"], TOKEN_DAYS, self.clock()).token
        return SignedIn(chosen["user_name"], chosen["password"], token, made["member"]["id"])

    def letters(self, kind: str | None = None) -> list[EmailMessage]:
        """Send what waits, and give all e-mails in the order they were written; `kind` by its English subject."""
        sending(self.services).send_due()
        sending(self.services).send_due()  # what the first ones led to
        files = sorted(self.mailbox.glob("*.eml"))
        found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        letters = [letter for letter in found if isinstance(letter, EmailMessage)]
        return [each for each in letters if kind is None or each["Subject"] == texts("en")[kind]["subject"]]  # type: ignore[index]

    @property
    def mailbox(self) -> Path:
        """Give the folder notices are put into."""
        assert self.services.settings.post.mailbox is not None
        return self.services.settings.post.mailbox

    def request(self, method: str, path: str, token: str | None = None, **options: Any) -> requests.Response:
        """Send one request; follows no redirect, believes no proxy."""
        headers = dict(options.pop("headers", None) or {})
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        with requests.Session() as session:
            session.trust_env = False
            return session.request(
                method, self.url + path, headers=headers, timeout=TIMEOUT, allow_redirects=False, **options
            )

    def get(self, path: str, token: str | None = None, **options: Any) -> requests.Response:
        """GET."""
        return self.request("GET", path, token, **options)

    def post(self, path: str, token: str | None = None, **options: Any) -> requests.Response:
        """POST."""
        return self.request("POST", path, token, **options)

    def said(self, status: int, response: requests.Response) -> Any:
        """Give the JSON of an answer that has this status."""
        assert response.status_code == status, f"{response.status_code}: {response.text[:2000]}"
        return response.json()


@contextmanager
def running_portal(
    data: Path,
    *,
    clock: SteerableClock | None = None,
    local: bool = True,
    limits: Limits | None = None,
    public_url: str | None = None,
    workers: WorkerPool | None = None,
    origins: tuple[str, ...] = (),
    database: str | None = None,
    store_url: str | None = None,
) -> Iterator[Portal]:
    """Serve a portal on a free loopback port in a thread; `workers` are those of several portals.

    Workers of its own begin when something is to be decoded: most tests look at no picture.
    """
    clock = clock or SteerableClock()
    with ExitStack() as stack, bind("127.0.0.1", 0) as listener:
        workers = workers or stack.enter_context(portal_workers())
        url = url_of(listener, None)
        settings = ServerSettings(
            data,
            (public_url or url).replace("{port}", url.rpartition(":")[2]),
            local,
            database_url=database,
            limits=limits or Limits(),
            origins=origins,
            post=Post(data / "mailbox"),
            store_url=store_url,
        )
        if database is None:
            _lay_tables(data / "portal.db")
        with build_services(settings, clock=clock, workers=workers, passwords=Passwords(QUICK)) as services:
            ready = threading.Event()
            server = make_server(Door(listener), make_app(services), ready.set, proxies=settings.proxies)
            with _in_thread(server, ready, listener):
                token = settings.staff_token_file.read_text("utf-8").strip()
                yield Portal(url, data, token, services, clock)


def _lay_tables(place: Path) -> None:
    """Put the empty tables there, where nothing is: the migrations need not make them anew for each portal."""
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(_empty_tables())


@cache
def _empty_tables() -> bytes:
    with TemporaryDirectory() as folder:
        place = Path(folder) / "portal.db"
        with closing(Database(f"sqlite:///{place}")) as database:
            migrate(database)
        return place.read_bytes()


@contextmanager
def portal_workers() -> Iterator[WorkerPool]:
    """Give workers as a portal has them, none of them started yet."""
    pool = WorkerPool(WorkerSpec("dicom.decoding.decode_tasks"), 2)
    try:
        yield pool
    finally:
        pool.close()


@contextmanager
def _in_thread(server: Server, ready: threading.Event, listener: Any) -> Iterator[None]:
    thread = threading.Thread(target=server.run, args=([listener],), name="portal server")
    thread.start()
    try:
        assert ready.wait(START_SECONDS), "the portal did not start"
        yield
    finally:
        server.should_exit = True
        thread.join()


@dataclass
class PortalProcess:
    """The real `scanshelf portal serve`; it can be killed and started again on the same data and port."""

    data: Path
    words: tuple[str, ...] = ()
    url: str = ""
    staff_token_file: Path = Path()
    process: subprocess.Popen[str] | None = None
    database: str | None = None  # where it is not SQLite in the data folder
    _errors: IO[str] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        port = self.url.rpartition(":")[2] or "0"
        command = [sys.executable, "-m", "app", "portal", "serve", "--json", "--data", str(self.data), "--port", port]
        self._errors = (self.data.parent / "portal.err").open("a", encoding="utf-8")
        self.process = subprocess.Popen(
            [*command, *self.words], cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=self._errors, text=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the portal did not start: {self.complaints()}"
        said = json.loads(line)
        self.url, self.staff_token_file = said["url"], Path(said["staff_token_file"])

    def complaints(self) -> str:
        """Give what it wrote on stderr."""
        return (self.data.parent / "portal.err").read_text("utf-8")

    @property
    def staff_token(self) -> str:
        """Give the token of the practice's own programs."""
        return self.staff_token_file.read_text("utf-8").strip()

    def kill9(self) -> None:
        """End it as a power cut would."""
        assert self.process is not None
        self.process.kill()
        self._wait()

    def end(self) -> int:
        """Ask it to end; gives its exit status."""
        if self.process is None:
            return 0
        self.process.terminate()
        return self._wait()

    def _wait(self) -> int:
        assert self.process is not None
        assert self.process.stdout is not None
        status = self.process.wait(30)
        self.process.stdout.close()
        if self._errors is not None:
            self._errors.close()
        self.process = None
        return status

    def command(self, *words: str, typed: str | None = None) -> Any:
        """Run `scanshelf portal WORDS --json` on the same data folder; gives its document."""
        command = [sys.executable, "-m", "app", "portal", *words, "--data", str(self.data), "--json"]
        done = subprocess.run(command, cwd=REPOSITORY, input=typed, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def account(self, name: str = "MUELLER^ANNA", birth_date: str = "19510504", user_name: str = "anna") -> SignedIn:
        """Make an account over HTTP, and a machine token as `portal token` makes it."""
        password = "correct horse battery"
        invitation = {"patient_name": name, "patient_birth_date": birth_date, "patient_id": None}
        code = self.asked("POST", "staff/invitations", self.staff_token, invitation)["activation_code"]
        self.asked("POST", "activation", None, {"code": code, "user_name": user_name, "password": password})
        kept = self.database or ServerSettings(self.data, self.url, True).database
        with closing(Database(kept)) as database, database.writing() as session:
            token = machine_token(session, user_name, 30, datetime.now(UTC)).token
        return SignedIn(user_name, password, token, self.asked("GET", "account", token)["id"])

    def asked(self, method: str, path: str, token: str | None, body: Any = None) -> Any:
        """Ask the API; gives the JSON of a success."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        with requests.Session() as session:
            session.trust_env = False
            url = f"{self.url}/api/v1/{path}"
            answer = session.request(method, url, headers=headers, json=body, timeout=TIMEOUT)
        assert answer.ok, f"{answer.status_code}: {answer.text[:2000]}"
        return answer.json()


@contextmanager
def portal_process(tmp_path: Path, *words: str) -> Iterator[PortalProcess]:
    """Run the real portal process; whatever happens, it is ended."""
    process = PortalProcess(tmp_path / "portal-data", words)
    process.start()
    try:
        yield process
    finally:
        process.end()
        ended_workers(process.data)


def ended_workers(data: Path) -> None:
    """Wait until nobody holds the data folder any more."""
    deadline = time.monotonic() + START_SECONDS
    while _is_held(data / "server.lock") and time.monotonic() < deadline:
        time.sleep(0.02)


def _is_held(lock: Path) -> bool:
    from core.files.file_lock import lock_or_raise

    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        lock_or_raise(descriptor)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
