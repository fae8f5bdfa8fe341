"""Starts the portal: its data in order, its parts together, and the web server that answers for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from core.workers.worker import WorkerPool, WorkerSpec
from dicom.decoding.decoder import Decoder
from portal.server.activity.sealing import seal_key
from portal.server.base.clock import Clock, system_clock
from portal.server.base.database import Database
from portal.server.base.password_hashes import Passwords
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import Base, TriedRow
from portal.server.base.told_lately import ToldLately
from portal.server.base.tries import Tries
from portal.server.http.app import make_app
from portal.server.http.web_server import Door, TlsFiles, bind, run, url_of
from portal.server.migrations import migrate
from portal.server.notices.sending import sending_in_background
from portal.server.objects.orphans import put_orphans_aside
from portal.server.objects.store import PortalObjects
from portal.server.running.data_folder import empty_incoming, make_folders, note_address, only_server, read_secret
from portal.server.running.data_trouble import data_trouble
from portal.server.running.first_rows import add_practice, add_staff_token, seal_activity
from portal.server.running.forgetting import forget_ended
from portal.server.running.posting import sending
from portal.server.running.reminding import Reminding
from portal.server.services import RATES, Services

MOST_WORKERS = 4


def serve(
    settings: ServerSettings, host: str, port: int, ready: Callable[[str], None], tls: TlsFiles | None = None
) -> None:
    """Answer until SIGTERM or SIGINT; `ready` is told the address once requests are answered.

    A `public_url` of "" stands for the address that is listened on (port 0 is any free one).
    """
    with bind(host, port) as listener:
        public_url = settings.public_url or url_of(listener, tls)
        with (
            build_services(replace(settings, public_url=public_url)) as services,
            sending_in_background(sending(services), lambda: _now_and_then(services)),
        ):
            run(Door(listener, tls), make_app(services), lambda: ready(public_url), trust_proxy=not settings.local)


def _now_and_then(services: Services) -> None:
    Reminding(services).remind()
    services.tries.forget_ended()


@contextmanager
def build_services(
    settings: ServerSettings,
    *,
    clock: Clock = system_clock,
    workers: WorkerPool | None = None,
    passwords: Passwords | None = None,
) -> Iterator[Services]:
    """Put the data folder in order and give what the parts work with; ends workers of its own afterwards."""
    with ExitStack() as stack:
        with data_trouble(settings):
            services = _in_order(settings, stack, clock, workers)
        yield services if passwords is None else replace(services, passwords=passwords)


def _in_order(settings: ServerSettings, stack: ExitStack, clock: Clock, workers: WorkerPool | None) -> Services:
    make_folders(settings)
    stack.enter_context(only_server(settings))
    services = _services(settings, stack, clock, workers or _own_workers(stack))
    empty_incoming(settings)
    put_orphans_aside(services.database, settings, clock)
    forget_ended(services.database, clock)
    services.tries.forget_ended()
    add_practice(services.database, settings, clock)
    add_staff_token(services.database, settings, clock)
    seal_activity(services.database, settings)
    note_address(settings)
    return services


def _services(settings: ServerSettings, stack: ExitStack, clock: Clock, workers: WorkerPool) -> Services:
    secret = read_secret(settings)
    database = open_database(settings, stack)
    store = PortalObjects(settings.objects, settings.incoming)
    tries = open_tries(settings, stack, clock, secret)
    return Services(settings, database, store, Decoder(workers), clock, secret, tries, ToldLately(tries))


def _own_workers(stack: ExitStack) -> WorkerPool:
    pool = WorkerPool(WorkerSpec("dicom.decoding.decode_tasks"), min(MOST_WORKERS, os.cpu_count() or 1))
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
