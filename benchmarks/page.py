"""The recipient's page: time to the first picture in Chromium, and 50 viewers at once against one alone.

    python benchmarks/page.py [--viewers 50] [--frames 20]

The real `portal serve` process and the demo's study. A viewer asks for frame after frame of the CT series without a
pause, so 50 at once want 50 times the work of one: with a queue that is fair the slowest of them wait 50 times as long.
Aim: at most 1.5 times that at the 95th percentile, and no fewer frames a second than one viewer alone gets.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from measure import Table, milliseconds, ratio  # noqa: E402

from app.build import Workers, open_library  # noqa: E402
from app.demo.browsing.browser import Browser, find_chromium  # noqa: E402
from app.demo.media.objects import MARTHA  # noqa: E402
from app.demo.media.sample_disc import make_sample_disc  # noqa: E402
from core.job import QuietJob  # noqa: E402
from importer.copy.importing import import_files  # noqa: E402
from importer.plan import make_plan  # noqa: E402
from importer.scan.scanning import scan  # noqa: E402
from importer.sources.kinds_of_source import open_source  # noqa: E402
from portal.client.account import Portal  # noqa: E402
from portal.client.connecting.connection import Connection  # noqa: E402
from portal.client.connecting.credentials import MachineToken  # noqa: E402
from portal.client.upload.engine import upload_study  # noqa: E402
from portal.client.upload.targets.portal_target import PortalTarget  # noqa: E402
from portal.wire.addresses import API_PATH  # noqa: E402
from portal.wire.json_values import to_json  # noqa: E402
from portal.wire.sharing import NewShare, Redeem, Redeemed, ShareRequest  # noqa: E402
from tests.portal_tools import portal_process  # noqa: E402

CHROMIUM_RUNS = 5
AIM = 1.5


def send_sample(folder: Path, portal: Portal) -> str:
    """Put the demo's study into the account; returns its UID."""
    job = QuietJob()
    disc = make_sample_disc(folder / "disc")
    library = open_library(folder / "shelf")
    try:
        with Workers() as workers:
            source = open_source(str(disc.folder))
            plan = make_plan(scan(source, workers.media(source), workers.decoder, job))
            import_files(plan, library, workers.media(source, library.incoming), workers.decoder, job)
        upload = library.begin_upload(disc.study_instance_uids[0], portal.url, "portal")
        upload_study(upload, library, PortalTarget(portal.connection), job)
    finally:
        library.close()
    return disc.study_instance_uids[0]


def frame_paths(portal: Portal, share: NewShare, study: str) -> tuple[str, list[str]]:
    """Open the share; returns the session and the paths of the largest series' frames."""
    words = Redeem(share.url.rpartition("/")[2], share.verification_code)
    with Connection(portal.url) as connection:
        session = connection.ask(Redeemed, "POST", f"{API_PATH}/redeem", json=to_json(words)).session
        said = connection.send("GET", f"{API_PATH}/view/studies/{study}", headers=_signed(session)).json()
    series = max(said["series"], key=lambda each: len(each["instances"]))
    place = f"{API_PATH}/view/studies/{study}/series/{series['series_instance_uid']}/instances"
    return session, [f"{place}/{each['sop_instance_uid']}/frames/1" for each in series["instances"]]


def _signed(session: str) -> dict[str, str]:
    return {"Authorization": f"Share {session}", "Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class Looked:
    """What the viewers waited for, all together."""

    waits: list[float]  # seconds, one a frame
    seconds: float
    bytes: int

    @property
    def late(self) -> float:
        """Return the 95th percentile of the waits."""
        return statistics.quantiles(self.waits, n=20)[-1]

    @property
    def rate(self) -> float:
        """Return frames a second."""
        return len(self.waits) / self.seconds


def look(url: str, session: str, paths: list[str], viewers: int, frames: int) -> Looked:
    """Let that many viewers leaf through the series, each over a connection of its own and from another place on."""
    waits: list[float] = []
    sizes: list[int] = []
    together = threading.Barrier(viewers + 1)

    def leaf(viewer: int) -> None:
        door = HTTPConnection(urlsplit(url).netloc, timeout=120)
        together.wait()
        for number in range(frames):
            started = time.perf_counter()
            door.request("GET", paths[(viewer * 7 + number) % len(paths)], headers=_signed(session))
            answer = door.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise SystemExit(f"a frame was answered with {answer.status}")
            waits.append(time.perf_counter() - started)
            sizes.append(len(body))
        door.close()

    threads = [threading.Thread(target=leaf, args=(viewer,)) for viewer in range(viewers)]
    for thread in threads:
        thread.start()
    together.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return Looked(waits, time.perf_counter() - started, sum(sizes))


def measure_viewers(url: str, session: str, paths: list[str], viewers: int, frames: int) -> None:
    """Measure the first viewer, one that comes later, and many at once."""
    cold = look(url, session, paths, 1, len(paths))
    alone = look(url, session, paths, 1, frames * 5)
    many = look(url, session, paths, viewers, frames)
    again = look(url, session, paths, 1, frames * 5)
    reference = statistics.median([*alone.waits, *again.waits])
    rate = statistics.median([alone.rate, again.rate])
    table = Table(
        f"Frames of a CT series ({cold.bytes / len(cold.waits) / 1000:.0f} KB each as sent)",
        ["viewers", "median", "p95", "p95 to its fair share", "frames/s", "to one viewer"],
    )
    for name, looked, shared in (("the first, alone", cold, 1), ("one", alone, 1), (str(viewers), many, viewers)):
        fair = ratio(looked.late, reference * shared)
        middle = statistics.median(looked.waits)
        rates = (f"{looked.rate:,.0f}", ratio(looked.rate, rate))
        table.add(name, milliseconds(middle), milliseconds(looked.late), fair, *rates)
    table.show()


def measure_first_picture(share: NewShare) -> None:
    """Measure in Chromium: until the page asks for the code, and from the code to the first picture and to all."""
    if find_chromium() is None:
        print("There is no Chromium here: the time to the first picture was not measured.")
        return
    found: dict[str, list[float]] = {"page asks for the code": [], "first picture": [], "all images": []}
    for _ in range(CHROMIUM_RUNS):
        with Browser() as browser:
            started = time.perf_counter()
            browser.open(share.url)
            browser.wait_for("document.activeElement.id == 'code'")
            found["page asks for the code"].append(time.perf_counter() - started)
            browser.type("#code", share.verification_code)
            browser.evaluate(WATCH)
            browser.click("#open")
            browser.wait_for("window.pictureAt && window.allAt")
            first, everything = browser.evaluate("[window.pictureAt - window.askedAt, window.allAt - window.askedAt]")
            found["first picture"].append(first / 1000)
            found["all images"].append(everything / 1000)
    reference = statistics.median(found["page asks for the code"])
    table = Table(
        "The page in Chromium, each time with an empty cache", ["from the click to", "time", "to the empty page"]
    )
    for name, seconds in found.items():
        table.add(name, milliseconds(statistics.median(seconds)), ratio(statistics.median(seconds), reference))
    table.show()


# Notes when the code was sent, when the first picture was drawn, and when every image was there.
WATCH = """
    (() => {
        const part = (id) => document.getElementById(id);
        part('open').addEventListener('click', () => { window.askedAt = performance.now(); }, { capture: true });
        const look = () => {
            const now = performance.now();
            if (!window.pictureAt && part('picture').dataset.key) window.pictureAt = now;
            if (!window.allAt && part('progress').dataset.done === 'yes') window.allAt = now;
            if (!(window.pictureAt && window.allAt)) requestAnimationFrame(look);
        };
        look();
    })()
"""


def main() -> None:
    """Serve, send, share, and measure both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--viewers", type=int, default=50)
    parser.add_argument("--frames", type=int, default=20, help="frames a viewer asks for")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, portal_process(Path(name)) as process:
        account = process.account(MARTHA.patient_name, MARTHA.patient_birth_date)
        portal = Portal(Connection(process.url, MachineToken(account.token)))
        study = send_sample(Path(name), portal)
        share = portal.create_share(ShareRequest(studies=(study,)))
        session, paths = frame_paths(portal, share, study)
        measure_viewers(process.url, session, paths, arguments.viewers, arguments.frames)
        measure_first_picture(share)
        portal.close()
    print(f"Aim: p95 at most {AIM}× the fair share, frames a second at least those of one viewer.")


if __name__ == "__main__":
    main()
