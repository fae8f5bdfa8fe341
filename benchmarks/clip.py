"""A ten-minute clip of 1080p (H.264, a key picture every two seconds), frame by frame through the sandboxed worker.

    python benchmarks/clip.py [--places 12] [--minutes 10]

Measured against ffmpeg's own command, on one thread, that seeks to the same frame and decodes it. From a key picture to
the frame before is the worst step there is: everything from the key picture before has to be decoded for it. A person
does not wait for that: the viewer's loader asks for it while the key picture is looked at. The walk back through the
loader, ten steps a second over several key pictures, shows how long each frame is waited for.
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
from pathlib import Path

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

WALKED, PACE = 130, 0.1  # steps back; seconds that each frame is looked at
RATE, GROUP, PART = 25, 50, 20  # frames a second and from key picture to key picture; seconds that are encoded
H264 = "1.2.840.10008.1.2.4.102"


def main() -> int:
    """Measure an MP4 and a transport stream and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", type=int, default=12)
    parser.add_argument("--minutes", type=int, default=10)
    arguments = parser.parse_args()
    if shutil.which("ffmpeg") is None:
        print("ffmpeg is not installed")
        return 1
    table = Table(
        f"A clip of {arguments.minutes} minutes, 1920 × 1080",
        ["what", "median", "longest", "median to ffmpeg's own", "longest to its longest"],
    )
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("mp4", "ts"):
            measured(Path(folder), suffix, arguments.minutes, arguments.places, table)
    table.show()
    return 0


def measured(folder: Path, suffix: str, minutes: int, places: int, table: Table) -> None:
    """Add the rows of one container."""
    clip, path = encoded(folder, suffix, minutes), folder / f"{suffix}.dcm"
    frames = minutes * 60 * RATE
    path.write_bytes(clip_object(clip.read_bytes(), H264, frames, 1080, 1920))
    job, pool = QuietJob(), WorkerPool(WorkerSpec("dicom.decoding.decode_tasks"), 1)
    decoder, content = Decoder(pool), FileContent(str(path), suffix)
    chosen = random.Random(1).sample(range(1, frames // GROUP), places)
    jumps = [key * GROUP + number * 7 % GROUP for number, key in enumerate(chosen)]
    times: dict[str, list[float]] = {"jump": [], "step": [], "around": [], "ffmpeg": []}

    def show(index: int) -> float:
        return seconds_of(lambda: decoder.frame(FrameRef(content, index), job))

    try:
        pool.layers(job)
        described = seconds_of(lambda: decoder.describe(content, job))
        first = show(0)
        for key, jump in zip(chosen, jumps, strict=True):
            times["ffmpeg"].append(seconds_of(lambda at=key * GROUP - 1: seek(clip, at)))
            times["jump"].append(show(jump))
            times["step"].append(show(jump - 1) if jump % GROUP else times["jump"][-1])
            show(key * GROUP)
            times["around"].append(show(key * GROUP - 1))
        said = decoder.describe(content, job)
        walked = Walk(decoder, content, said, chosen[0] * GROUP).back(WALKED)
    finally:
        pool.close()
    reference = statistics.median(times["ffmpeg"]), max(times["ffmpeg"])
    read = seconds_of(path.read_bytes)
    table.add(
        f"{suffix}: listed, read through ({ratio(described, read)} of reading alone)",
        milliseconds(described),
        "",
        "",
        "",
    )
    table.add(f"{suffix}: first frame", milliseconds(first), "", ratio(first, reference[0]), "")
    names = {
        "ffmpeg": "ffmpeg seeks, decodes the last frame before a key picture",
        "jump": "jump anywhere",
        "step": "one step back from there",
        "around": "one step back, from a key picture to the frame before",
    }
    for name, words in names.items():
        median, longest = statistics.median(times[name]), max(times[name])
        table.add(
            f"{suffix}: {words}",
            milliseconds(median),
            milliseconds(longest),
            ratio(median, reference[0]),
            ratio(longest, reference[1]),
        )
    walk = {"first": walked[:1], "others": walked[1:]}
    words = {
        "first": f"the first step back from a key picture, {PACE} s after it was shown, as the viewer asks",
        "others": f"the next {WALKED - 1} steps back, over {WALKED // GROUP} key pictures, as the viewer asks",
    }
    for name, waits in walk.items():
        median, longest = statistics.median(waits), max(waits)
        table.add(
            f"{suffix}: {words[name]}",
            milliseconds(median),
            milliseconds(longest),
            ratio(median, reference[0]),
            ratio(longest, reference[1]),
        )


class Walk:
    """Somebody who goes back frame by frame, and the viewer's loader."""

    def __init__(self, decoder: Decoder, content: FileContent, said: ObjectDescription, start: int) -> None:
        self._frames = [ShownFrame(content, said, index) for index in range(said.number_of_frames)]
        self._start = start
        self._calls: queue.Queue[Callable[[], None]] = queue.Queue()
        self._lane = NewestFirstLane("viewing", self._calls.put, threads=2)
        self._loader = FrameLoader(decoder, self._lane)
        self._loader.add("viewport 1", lambda key: None)

    def back(self, steps: int) -> list[float]:
        """Jump, then go back; return the seconds each step's frame was waited for."""
        try:
            self._shown(self._start, 1)
            return [self._step(self._start - 1 - number) for number in range(steps)]
        finally:
            self._loader.stop()
            self._lane.close()

    def _step(self, index: int) -> float:
        seen = time.perf_counter() + PACE
        while (left := seen - time.perf_counter()) > 0:
            self._take(left)
        return seconds_of(lambda: self._shown(index, -1))

    def _shown(self, index: int, direction: int) -> None:
        self._loader.show("viewport 1", "study 1", self._frames, index, direction)
        while self._loader.get(frame_key("study 1", self._frames[index])) is None:
            self._take(1)

    def _take(self, seconds: float) -> None:
        with contextlib.suppress(queue.Empty):
            self._calls.get(timeout=seconds)()


def encoded(folder: Path, suffix: str, minutes: int) -> Path:
    """Encode a part and lay it behind itself until the clip is long enough."""
    part, whole = folder / "part.mp4", folder / f"whole.{suffix}"
    if not part.exists():
        picture = f"testsrc2=s=1920x1080:r={RATE}:d={PART}"
        options = ["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "superfast", "-crf", "38", "-g", str(GROUP)]
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
