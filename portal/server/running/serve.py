"""Starts the portal: its data in order, its parts together, and the web server that answers for it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Literal

from core.workers.worker import WorkerPool, WorkerSpec
from dicom.decoding.decoder import Decoder
from portal.server.activity.sealing import seal_key
from portal.server.base.clock import Clock, system_clock
from portal.server.base.database import Database
from portal.server.base.password_hashes import Passwords
from portal.server.base.problems import Problem
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import Base, TriedRow
from portal.server.base.told_lately import ToldLately
from portal.server.base.tries import Tries
from portal.server.http.app import make_app
from portal.server.http.web_server import Door, TlsFiles, bind, run, url_of
from portal.server.migrations import migrate
from portal.server.notices.sending import sending_in_background
from portal.server.objects.erasing import erase_elsewhere
from portal.server.objects.opening import open_store
from portal.server.objects.orphans import put_orphans_aside
from portal.server.running.data_folder import (
    empty_incoming,
    joined,
    make_folders,
    nobody_joins,
    note_address,
    only_server,
    read_secret,
)
from portal.server.running.data_trouble import data_trouble
from portal.server.running.first_rows import add_practice, add_staff_token, seal_activity
from portal.server.running.forgetting import forget_ended
from portal.server.running.posting import sending
from portal.server.running.processes import Crew, Processes
from portal.server.running.reminding import Reminding
from portal.server.services import RATES, Services

MOST_WORKERS = 4
WORKERS = WorkerSpec("dicom.decoding.decode_tasks")
# Who keeps the data folder: this one, which takes it; this one, which has it; or another that runs already.
Place = Literal["alone", "holding", "joining"]


def serve(
    settings: ServerSettings,
    host: str,
    port: int,
    ready: Callable[[str], None],
    tls: TlsFiles | None = None,
    *,
    crew: Crew | None = None,
    joins: bool = False,
) -> None:
    """Answer until SIGTERM or SIGINT; `ready` is told the address once requests are answered.

    A `public_url` of "" stands for the address that is listened on (port 0 is any free one). With a `crew` the answers
    come from processes of their own. Who `joins` finds the data kept by another server, and cleans nothing up.
    """
    with bind(host, port) as listener, ExitStack() as stack:
        settings = replace(settings, public_url=settings.public_url or url_of(listener, tls))
        held = [] if joins else stack.enter_context(held_data(settings))
        place: Place = "joining" if joins else "holding"

        def answers() -> None:
            ready(settings.public_url)

        if crew is None:
            with build_services(settings, place=place) as services:
                _answer(services, Door(listener, tls), answers)
            return
        with build_services(settings, workers=WorkerPool(WORKERS, 1), place=place):
            pass  # all in order; nothing is decoded here, so its workers never begin
        Processes(crew, listener, held, answers).answer()


def serve_beside(
    settings: ServerSettings, listener: socket.socket, ready: Callable[[], None], tls: TlsFiles | None, processes: int
) -> None:
    """Answer as one of several processes, at the door of the one that began them."""
    settings = replace(settings, public_url=settings.public_url or url_of(listener, tls))
    with listener, build_services(settings, place="joining", processes=processes) as services:
        _answer(services, Door(listener, tls), ready)


def _answer(services: Services, door: Door, ready: Callable[[], None]) -> None:
    """Answer, and send what waits: of several servers whoever takes a notice first."""
    with sending_in_background(sending(services), lambda: _now_and_then(services)):
        run(door, make_app(services), ready, proxies=services.settings.proxies)


def _now_and_then(services: Services) -> bool:
    """Remind people of what is due, unless another server just does; says whether this one did."""
    try:
        services.tries.take("reminding")
    except Problem:
        return False
    Reminding(services).remind()
    erase_elsewhere(services.database, services.settings)
    services.tries.forget_ended()
    return True


@contextmanager
def build_services(
    settings: ServerSettings,
    *,
    clock: Clock = system_clock,
    workers: WorkerPool | None = None,
    passwords: Passwords | None = None,
    place: Place = "alone",
    processes: int = 1,
) -> Iterator[Services]:
    """Put the data folder in order and give what the parts work with; ends workers of its own afterwards.

    Its own workers are a part of those that `processes` have together.
    """
    with ExitStack() as stack:
        with data_trouble(settings):
            if place == "alone":
                stack.enter_context(held_data(settings))
            elif place == "joining":
                stack.enter_context(joined(settings))
            services = _services(settings, stack, clock, workers or _own_workers(stack, processes))
            _in_order(services, cleans=place != "joining")
        yield services if passwords is None else replace(services, passwords=passwords)


@contextmanager
def held_data(settings: ServerSettings) -> Iterator[list[int]]:
    """Make the folders and hold them against a second server; gives the descriptors that do."""
    with ExitStack() as stack:
        with data_trouble(settings):
            make_folders(settings)
            held = stack.enter_context(only_server(settings))
        yield held


def _in_order(services: Services, *, cleans: bool) -> None:
    settings, database, clock = services.settings, services.database, services.clock
    if cleans:
        with nobody_joins(settings) as alone:  # others may be in the middle of what looks left over
            empty_incoming(settings, alone=alone)
            put_orphans_aside(database, settings, clock, alone=alone)
        forget_ended(database, clock)
        services.tries.forget_ended()
    add_practice(database, settings, clock)
    add_staff_token(database, settings, clock)
    if cleans:
        seal_activity(database, settings)
        note_address(settings)


def _services(settings: ServerSettings, stack: ExitStack, clock: Clock, workers: WorkerPool) -> Services:
    secret = read_secret(settings)
    database = open_database(settings, stack)
    tries = open_tries(settings, stack, clock, secret)
    return Services(
        settings, database, open_store(settings, database), Decoder(workers), clock, secret, tries, ToldLately(tries)
    )


def _own_workers(stack: ExitStack, processes: int) -> WorkerPool:
    pool = WorkerPool(WORKERS, max(1, min(MOST_WORKERS, os.cpu_count() or 1) // processes))
    stack.callback(pool.close)
    pool.start()  # in the background: the first image that comes is not to wait for it
    return pool


def open_tries(settings: ServerSettings, stack: ExitStack, clock: Clock, secret: bytes) -> Tries:
    """Open what counts tries."""
    database = Database(settings.tries_database, durable=False)
    stack.callback(database.close)
    if database.is_sqlite:
        Base.metadata.create_all(database.engine, [TriedRow.__table__])  # type: ignore[list-item]
    return Tries(RATES, database, clock, secret)


def open_database(settings: ServerSettings, stack: ExitStack) -> Database:
    """Open the database and bring it up to date."""
    database = Database(settings.database, seal_key(read_secret(settings)))
    stack.callback(database.close)
    migrate(database)
    return database
