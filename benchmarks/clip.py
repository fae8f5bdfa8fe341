"""A ten-minute clip of 1080p (H.264, a key picture every two seconds), frame by frame through the sandboxed worker.

    python benchmarks/clip.py [--places 12] [--minutes 10] [--group 50]

Measured against ffmpeg's own command, on one thread, that seeks to the same frame and decodes it. The worst step back
there is leads over a key picture, for which everything from the key picture before has to be decoded: the worker does
that with the calls before, a few pictures each. It is asked here without a pause: jumps onto and just behind key
pictures, from each of them steps back, and a walk back over three groups; `--group 250` makes the groups longer.
The walk back through the viewer's loader, ten and thirty steps a second, shows how long each frame is waited for.
Processor time is the worker's own, which a loaded machine changes less.
"""

from __future__ import annotations

import argparse
import contextlib
import queue
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
from measure import Table, milliseconds, ratio, seconds_of

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.job import QuietJob
from core.lanes import NewestFirstLane
from core.workers.worker import WorkerPool, WorkerSpec
from dicom.decoding.decoder import Decoder
from dicom.description import ObjectDescription
from dicom.series.display_sets import ShownFrame
from dicom.source import FileContent, FrameRef
from tests.clip_files import clip_object
from viewer.frames.loader import FrameLoader
from viewer.frames.prefetch import frame_key

WALKED, PACES = 130, (0.1, 1 / 30)  # steps back; seconds that each frame is looked at
RATE, PART = 25, 20  # frames a second; seconds that are encoded
BEHIND = 4  # frames from a key picture on, onto which jumps lead
H264 = "1.2.840.10008.1.2.4.102"


@dataclass(frozen=True, slots=True)
class Time:
    """Seconds by the clock, and of the worker's processor time."""

    wall: float
    worker: float = 0.0


def main() -> int:
    """Measure an MP4 and a transport stream and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--places", type=int, default=12)
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--group", type=int, default=50, help="frames from key picture to key picture, a part of 500")
    arguments = parser.parse_args()
    if shutil.which("ffmpeg") is None:
        print("ffmpeg is not installed")
        return 1
    table = Table(
        f"A clip of {arguments.minutes} minutes, 1920 × 1080, groups of {arguments.group}",
        ["what", "median", "longest", "of processor, median", "of processor, most", "median to ffmpeg's own"],
    )
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("mp4", "ts"):
            Measuring(Path(folder), suffix, arguments.minutes, arguments.group, table).run(arguments.places)
    table.show()
    return 0


class Measuring:
    """The rows of one container."""

    def __init__(self, folder: Path, suffix: str, minutes: int, group: int, table: Table) -> None:
        self._clip, self._path = encoded(folder, suffix, minutes, group), folder / f"{suffix}.dcm"
        self._suffix, self._group, self._table = suffix, group, table
        self._frames = minutes * 60 * RATE
        self._path.write_bytes(clip_object(self._clip.read_bytes(), H264, self._frames, 1080, 1920))
        self._content = FileContent(str(self._path), suffix)

    def run(self, places: int) -> None:
        """Measure, and add the rows."""
        pool = WorkerPool(WorkerSpec("dicom.decoding.decode_tasks"), 1)
        try:
            pool.layers(QuietJob())
            self._measure(Decoder(pool), places)
        finally:
            pool.close()

    def _measure(self, decoder: Decoder, places: int) -> None:
        job, group = QuietJob(), self._group

        def show(index: int) -> Time:
            return timed(partial(decoder.frame, FrameRef(self._content, index), job))

        last = self._frames // group
        keys = [group * key for key in random.Random(1).sample(range(1, last), min(places, last - 1))]
        far = [(key + self._frames // 2) % self._frames for key in keys]
        described = timed(lambda: decoder.describe(self._content, job))
        read = seconds_of(self._path.read_bytes)
        first = show(0)
        reference = [Time(seconds_of(partial(seek, self._clip, key - 1))) for key in keys]
        median = statistics.median(each.wall for each in reference)
        self._add(f"listed, read through ({ratio(described.wall, read)} of reading alone)", [described])
        self._add("first frame", [first], median)
        self._add("ffmpeg seeks, decodes the last frame before a key picture", reference, median)
        anywhere = [key + number * 7 % group for number, key in enumerate(keys)]
        self._add("jump anywhere", [show(index) for index in anywhere], median)
        near, steps = [], []
        for number, (key, away) in enumerate(zip(keys, far, strict=True)):
            show(away)
            near.append(show(key + number % BEHIND))
            steps += [show(index) for index in range(key + number % BEHIND - 1, key - 4, -1)]
        self._add(f"jump onto a key picture, or up to {BEHIND - 1} frames behind it", near, median)
        self._add("each step back from there, over the key picture, at once", steps, median)
        start = min(max(keys), self._frames - 1)
        show(start)
        walked = [show(index) for index in range(start - 1, max(start - 3 * group - 1, -1), -1)]
        self._add(f"each of {len(walked)} steps back over three groups, at once", walked, median)
        said = decoder.describe(self._content, job)
        for pace in PACES:
            waits = Walk(decoder, self._content, said, keys[0], pace).back(min(WALKED, keys[0]))
            self._add(f"the first step back from a key picture, {pace:.2f} s after it, as the viewer asks", waits[:1])
            self._add(f"the next {len(waits) - 1} steps back, {1 / pace:.0f} a second, as the viewer asks", waits[1:])

    def _add(self, words: str, times: list[Time], reference: float | None = None) -> None:
        median, longest = statistics.median(each.wall for each in times), max(each.wall for each in times)
        busy = [each.worker for each in times]
        self._table.add(
            f"{self._suffix}: {words}",
            milliseconds(median),
            milliseconds(longest) if len(times) > 1 else "",
            milliseconds(statistics.median(busy)) if any(busy) else "",
            milliseconds(max(busy)) if any(busy) and len(times) > 1 else "",
            ratio(median, reference) if reference else "",
        )


def timed(work: Callable[[], object]) -> Time:
    """Run once."""
    before = children_busy()
    wall = seconds_of(work)
    return Time(wall, children_busy() - before)


def children_busy() -> float:
    """Return the processor time of all processes this one has started that still run; 0 but on Linux."""
    busy = 0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(OSError, psutil.Error):
            for thread in Path(f"/proc/{process.pid}/task").glob("*/schedstat"):
                busy += int(thread.read_text().split()[0])
    return busy / 1e9


class Walk:
    """Somebody who goes back frame by frame, and the viewer's loader."""

    def __init__(
        self, decoder: Decoder, content: FileContent, said: ObjectDescription, start: int, pace: float
    ) -> None:
        self._frames = [ShownFrame(content, said, index) for index in range(said.number_of_frames)]
        self._start, self._pace = start, pace
        self._calls: queue.Queue[Callable[[], None]] = queue.Queue()
        self._lane = NewestFirstLane("viewing", self._calls.put, threads=2)
        self._loader = FrameLoader(decoder, self._lane)
        self._loader.add("viewport 1", lambda key: None)

    def back(self, steps: int) -> list[Time]:
        """Jump, then go back; return how long each step's frame was waited for."""
        try:
            self._shown(self._start, 1)
            return [self._step(self._start - 1 - number) for number in range(steps)]
        finally:
            self._loader.stop()
            self._lane.close()

    def _step(self, index: int) -> Time:
        seen = time.perf_counter() + self._pace
        while (left := seen - time.perf_counter()) > 0:
            self._take(left)
        return Time(seconds_of(lambda: self._shown(index, -1)))

    def _shown(self, index: int, direction: int) -> None:
        self._loader.show("viewport 1", "study 1", self._frames, index, direction)
        while self._loader.get(frame_key("study 1", self._frames[index])) is None:
            self._take(1)

    def _take(self, seconds: float) -> None:
        with contextlib.suppress(queue.Empty):
            self._calls.get(timeout=seconds)()


def encoded(folder: Path, suffix: str, minutes: int, group: int) -> Path:
    """Encode a part and lay it behind itself until the clip is long enough."""
    part, whole = folder / "part.mp4", folder / f"whole.{suffix}"
    if not part.exists():
        picture = f"testsrc2=s=1920x1080:r={RATE}:d={PART}"
        options = ["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "superfast", "-crf", "38", "-g", str(group)]
        ffmpeg("-f", "lavfi", "-i", picture, *options, str(part))
    ffmpeg("-stream_loop", str(minutes * 60 // PART - 1), "-i", str(part), "-c", "copy", str(whole))
    return whole


def seek(clip: Path, index: int) -> None:
    """Let ffmpeg's own command come to one frame and decode it."""
    ffmpeg("-threads", "1", "-ss", f"{(index - 0.2) / RATE:.3f}", "-i", str(clip), "-frames:v", "1", "-f", "null", "-")


def ffmpeg(*words: str) -> None:
    """Run ffmpeg; raises `CalledProcessError`."""
    subprocess.run(["ffmpeg", "-v", "error", "-y", *words], check=True)


if __name__ == "__main__":
    sys.exit(main())
