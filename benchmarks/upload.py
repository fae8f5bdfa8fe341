"""Uploads against `curl` posting the same bytes to the same server, in the same run.

    python benchmarks/upload.py [--files 1000] [--size 524288] [--large 1073741824] [--runs 3] [--server portal|orthanc]
        [--round-trip MS]

Posting is the engine asking first, sending and noting progress on the shelf; with proof, the server's proof at the end
counts too (the portal reads all it stored again and hashes it). `curl` is one process with one kept connection that
posts one instance a request (`-K`, `next`) and asks for nothing. Each run has a server with nothing in it. The clock of
either stops when its process ends its work; its start does not count for ours, and counts milliseconds for curl.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from long_way import long_way  # noqa: E402
from measure import Table, medians, megabytes, ratio, run_child  # noqa: E402
from upload_client import peak_of  # noqa: E402

from library.shelf import Library  # noqa: E402
from tests.discs.files import ANNA  # noqa: E402
from tests.orthanc_server import running_orthanc  # noqa: E402
from tests.portal_tools import portal_process  # noqa: E402
from tests.upload_tools import STUDY, put_images  # noqa: E402

_FRAME = 512 * 512 * 2
_EDGE = "benchmark-edge"


@dataclass(frozen=True, slots=True)
class Server:
    """One server with nothing in it."""

    url: str
    stow: str
    kind: str
    token: str
    pid: int


def make_shelf(folder: Path, files: int, size: int) -> Path:
    """Put instances of random pixels on a shelf, many frames where one is larger than a frame."""
    frames = max(1, round(size / _FRAME))
    rows = 512 if frames > 1 else max(1, round((size / 2) ** 0.5))
    noise = os.urandom(min(size, 16 << 20))
    with Library.open(folder) as library:
        for number in range(1, files + 1):
            pixels = (number.to_bytes(4, "little") + noise * (1 + size // len(noise)))[: frames * rows * rows * 2]
            more = {"number_of_frames": frames} if frames > 1 else {}
            put_images(library, [number], rows=rows, columns=rows, pixel_data=pixels, **more)
    return folder


def make_bodies(folder: Path, shelf: Path) -> list[Path]:
    """Write the bodies curl posts: the very files of the shelf, as one part each."""
    folder.mkdir()
    with Library.open(shelf, read_only=True) as library:
        rows = library.instances()
        paths = [Path(library.object_content(row.sha256).path) for row in rows]
    bodies = []
    for number, path in enumerate(paths):
        body = folder / f"{number:05d}"
        with body.open("wb") as out, path.open("rb") as content:
            out.write(f"--{_EDGE}\r\nContent-Type: application/dicom\r\n\r\n".encode())
            while piece := content.read(1 << 20):
                out.write(piece)
            out.write(f"\r\n--{_EDGE}--\r\n".encode())
        bodies.append(body)
    return bodies


def curl_seconds(folder: Path, bodies: list[Path], server: Server) -> float:
    """Post all bodies with one curl; gives its seconds. Each answer has to be a success."""
    config, said = folder / "curl.conf", folder / "curl.out"
    kind = f'multipart/related; type=\\"application/dicom\\"; boundary={_EDGE}'
    signed = f'header = "Authorization: Bearer {server.token}"\n' if server.token else ""
    one = (
        f'request = "POST"\nurl = "{server.stow}"\nupload-file = "{{}}"\noutput = "/dev/null"\n'
        f'header = "Content-Type: {kind}"\nheader = "Accept: application/dicom+json"\nheader = "Expect:"\n{signed}'
        'write-out = "%{{http_code}}\\n"\n'
    )
    config.write_text("next\n".join(one.format(body) for body in bodies))
    done = run_child(["curl", "-s", "-K", str(config)])
    said.write_text(done.output)
    answers = set(done.output.split())
    assert answers == {"200"}, answers
    return done.seconds


def our_seconds(shelf: Path, server: Server, peaks: list[int]) -> tuple[float, float]:
    """Upload with the engine in a process of its own; gives seconds to the proof and in all, and adds its peak."""
    program = str(ROOT / "benchmarks" / "upload_client.py")
    command = [sys.executable, program, str(shelf), STUDY, server.kind, server.url, server.token]
    said = json.loads(run_child(command).output)
    assert said["state"] == "complete", said
    peaks.append(said["peak"])
    return float(said["posting"]), float(said["seconds"])


@contextmanager
def fresh_server(name: str, far: float) -> Iterator[Server]:
    """Start a server with nothing in it, so many milliseconds away, and throw its data away."""
    with _near_server(name) as server:
        if not far:
            yield server
            return
        with long_way(server.url, far) as url:
            yield replace(server, url=url, stow=server.stow.replace(server.url, url))


@contextmanager
def _near_server(name: str) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="upload-server-", dir=_folder()) as place:
        if name == "portal":
            with portal_process(Path(place)) as process:
                who = process.account(ANNA.patient_name, ANNA.patient_birth_date)
                assert process.process is not None
                stow = f"{process.url}/dicomweb/studies/{STUDY}"
                yield Server(process.url, stow, "portal", who.token, process.process.pid)
        else:
            with running_orthanc(Path(place)) as orthanc:
                stow = f"{orthanc.dicomweb}/studies/{STUDY}"
                yield Server(orthanc.dicomweb, stow, "dicomweb", "", orthanc.pid)


def measure(table: Table, what: str, name: str, shelf: Path, bodies: list[Path], runs: int, far: float) -> None:
    """Measure one server with one shelf and add its row."""
    ours: list[int] = []
    theirs: list[int] = []
    posted: list[float] = []

    def curl() -> float:
        with fresh_server(name, far) as server:
            os.sync()
            seconds = curl_seconds(bodies[0].parent, bodies, server)
            theirs.append(peak_of(server.pid))
            return seconds

    def engine() -> float:
        with fresh_server(name, far) as server:
            os.sync()
            posting, seconds = our_seconds(shelf, server, ours)
            posted.append(posting)
            theirs.append(peak_of(server.pid))
            return seconds

    found = medians({"curl": curl, "proved": engine}, runs=runs, warm=0) | {"posted": statistics.median(posted)}
    size = sum(body.stat().st_size for body in bodies)
    speeds = [f"{size / found[tool] / 1e6:.0f} MB/s" for tool in ("curl", "posted", "proved")]
    ratios = [ratio(found["curl"], found[tool]) for tool in ("posted", "proved")]
    table.add(what, name, *speeds, *ratios, megabytes(max(ours)), megabytes(max(theirs)))


def _folder() -> Path:
    return Path(os.environ.get("SCANSHELF_BENCH_FOLDER") or tempfile.gettempdir())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--size", type=int, default=512 << 10)
    parser.add_argument("--large", type=int, default=1 << 30)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--server", choices=["portal", "orthanc"])
    parser.add_argument("--round-trip", type=float, default=0.0, help="milliseconds, through a proxy that is late")
    options = parser.parse_args()
    servers = [options.server] if options.server else ["portal", "orthanc"]
    columns = ["what", "server", "curl", "ours, posting", "with proof", "posting to curl", "with proof to curl"]
    columns += ["client's peak", "server's peak"]
    table = Table("Upload, with proof, against curl without", columns)
    cases = [(f"{options.files:,} instances of {options.size >> 10:,} KB", options.files, options.size)]
    cases.append((f"one instance of {options.large >> 20:,} MB", 1, options.large))
    for what, files, size in cases:
        if not (files and size):
            continue
        with tempfile.TemporaryDirectory(prefix="upload-", dir=_folder()) as place:
            shelf = make_shelf(Path(place) / "shelf", files, size)
            bodies = make_bodies(Path(place) / "bodies", shelf)
            for name in servers:
                measure(table, what, name, shelf, bodies, options.runs, options.round_trip)
    table.show()


if __name__ == "__main__":
    main()
