"""200 viewers at once leaf through a shared series: one worker and two, SQLite and PostgreSQL.

Aim: no fewer frames a second than one viewer alone has, and the 95th percentile within 1.5 times the fair share (one
viewer's wait times their number). The viewers are threads of this process and take processor time of their own.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from measure import Table, milliseconds, ratio  # noqa: E402
from page import AIM, Looked, _signed, frame_paths, send_sample  # noqa: E402

from app.demo.media.objects import MARTHA  # noqa: E402
from portal.client.account import Portal  # noqa: E402
from portal.client.connecting.connection import Connection  # noqa: E402
from portal.client.connecting.credentials import MachineToken  # noqa: E402
from portal.wire.sharing import ShareRequest  # noqa: E402
from tests.portal_tools import PortalProcess, portal_process  # noqa: E402
from tests.postgres_server import PASSWORD, running_postgres  # noqa: E402

ADDRESSES = 8  # of one address 100 connections stay


def main() -> int:
    """Measure each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=200)
    parser.add_argument("--frames", type=int, default=10, help="frames a viewer asks for")
    said = parser.parse_args()
    columns = [
        "database",
        "workers",
        "one viewer, median",
        "frames/s",
        "all, p95",
        "p95 to its fair share",
        "frames/s to one",
    ]
    table = Table(f"{said.viewers} viewers at once", columns)
    for database in ("SQLite", "PostgreSQL"):
        for workers in (1, 2):
            with _portal(database, workers) as process, tempfile.TemporaryDirectory() as folder:
                one, many = _looked(process, Path(folder), said.viewers, said.frames)
            alone = statistics.median(one.waits)
            shares = (ratio(many.late, alone * said.viewers), ratio(many.rate, one.rate))
            table.add(database, workers, milliseconds(alone), f"{one.rate:,.0f}", milliseconds(many.late), *shares)
    table.show()
    print(f"Aim: p95 at most {AIM}× the fair share, frames a second at least those of one viewer.")
    return 0


@contextmanager
def _portal(database: str, workers: int) -> Iterator[PortalProcess]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        words, url = ["--workers", str(workers)], None
        if database == "PostgreSQL":
            url = stack.enter_context(running_postgres(durable=True)).new_database()
            os.environ["SCANSHELF_DATABASE_PASSWORD"] = PASSWORD
            words += ["--database", url.replace(f":{PASSWORD}@", "@")]
        process = stack.enter_context(portal_process(folder, *words))
        process.database = url
        yield process


def _looked(process: PortalProcess, folder: Path, viewers: int, frames: int) -> tuple[Looked, Looked]:
    """Give how one viewer fared, and how all did."""
    account = process.account(MARTHA.patient_name, MARTHA.patient_birth_date)
    portal = Portal(Connection(process.url, MachineToken(account.token)))
    study = send_sample(folder, portal)
    session, paths = frame_paths(portal, portal.create_share(ShareRequest(studies=(study,))), study)
    for _ in range(3):  # each worker has drawn each frame
        _look(process.url, session, paths, 4, len(paths))
    one = _look(process.url, session, paths, 1, frames * 10)
    many = _look(process.url, session, paths, viewers, frames)
    portal.close()
    return one, many


def _look(url: str, session: str, paths: list[str], viewers: int, frames: int) -> Looked:
    waits: list[float] = []
    sizes: list[int] = []
    together = threading.Barrier(viewers + 1)

    def leaf(viewer: int) -> None:
        source = (f"127.0.0.{2 + viewer % ADDRESSES}", 0)
        door = HTTPConnection(urlsplit(url).netloc, timeout=120, source_address=source)
        together.wait()
        for number in range(frames):
            started = time.perf_counter()
            door.request("GET", paths[(viewer * 7 + number) % len(paths)], headers=_signed(session))
            answer = door.getresponse()
            sizes.append(len(answer.read()))
            if answer.status != 200:
                raise SystemExit(f"a frame was answered with {answer.status}")
            waits.append(time.perf_counter() - started)
        door.close()

    threads = [threading.Thread(target=leaf, args=(viewer,)) for viewer in range(viewers)]
    for thread in threads:
        thread.start()
    together.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return Looked(waits, time.perf_counter() - started, sum(sizes))


if __name__ == "__main__":
    sys.exit(main())
