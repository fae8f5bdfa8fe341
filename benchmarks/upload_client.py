"""The process that uploads in `benchmarks/upload.py`: nothing but the engine, so that its memory is the engine's."""

from __future__ import annotations

import json
import sys
import time
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core.job import QuietJob  # noqa: E402
from dicom.source import Content  # noqa: E402
from library.shelf import Library  # noqa: E402
from portal.client.connecting.connection import Connection  # noqa: E402
from portal.client.connecting.credentials import MachineToken  # noqa: E402
from portal.client.upload.engine import upload_study  # noqa: E402
from portal.client.upload.pace import Progress  # noqa: E402
from portal.client.upload.targets.dicomweb_target import DicomwebTarget  # noqa: E402
from portal.client.upload.targets.portal_target import PortalTarget  # noqa: E402
from portal.client.upload.targets.target import Target  # noqa: E402


def peak_of(process: int | str) -> int:
    """Give the peak memory of a process since it began (Linux alone tells)."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    return 0


def never(_one: Content, _other: Content, _job: object) -> str:
    """Compare: a server with nothing in it has nothing to be compared."""
    raise AssertionError


def main(shelf: str, study: str, kind: str, url: str, token: str) -> None:
    """Upload one study and say how long that took."""
    with Library.open(Path(shelf)) as library:
        target: Target
        if kind == "portal":
            target = PortalTarget(Connection(url, MachineToken(token)))
        else:
            target = DicomwebTarget(Connection(url), never, library.incoming)  # type: ignore[arg-type]
        with closing(target):
            named = "portal" if kind == "portal" else "dicomweb"
            upload = library.begin_upload(study, target.url, named, person_confirmed="a benchmark")  # type: ignore[arg-type]
            steps: dict[str, float] = {}
            start = time.perf_counter()

            def watch(progress: Progress) -> None:
                steps.setdefault(progress.step, time.perf_counter() - start)

            report = upload_study(upload, library, target, QuietJob(), watch=watch)
            seconds = time.perf_counter() - start
    said = {"state": report.state, "seconds": seconds, "posting": steps["upload-prove"], "peak": peak_of("self")}
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:6])
