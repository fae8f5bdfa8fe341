"""Finished pictures: drawn in workers by the pipeline of the screen, kept in a folder that may be deleted any time."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
from anyio.to_thread import run_sync

from core.errors import DicomError, WorkerError
from core.files.durable import remove_file, replace_file
from core.job import QuietJob
from dicom.pipeline import pipeline_name
from portal.server.base.problems import Problem
from portal.server.base.turns import Turns
from portal.server.services import Services

if TYPE_CHECKING:
    from dicom.description import Annotation, Window
    from dicom.showing.rendered import PictureType

T = TypeVar("T")

AT_ONCE, OF_ONE = 4, 3
THUMBNAIL = 160
MOST_CACHED = 2 << 30
_PRUNE_EVERY = 256 << 20


@dataclass(frozen=True, slots=True)
class Viewport:
    """The size a picture has to fit into, and what is cut out of it first: left, top, width, height in pixels."""

    size: tuple[int, int]
    region: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """One picture: `frame_index` from 0, `None` for the one that stands for the object."""

    sha256: str
    frame_index: int | None = None
    kind: PictureType = "jpeg"
    window: Window | None = None
    viewport: Viewport | None = None
    annotation: tuple[Annotation, ...] = ()
    quality: int = 85

    @property
    def name(self) -> str:
        """Name the picture in the cache."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Rendered:
    """A picture file, and what has to be said about it (`dicom.description` marks)."""

    data: bytes
    marks: tuple[str, ...]


class Renderer:
    """Draws pictures, each once: whoever asks for the same one meanwhile waits for it. Thread-safe."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._cache = RenderCache(services.settings.data / "cache", pipeline_name())
        self._turns = Turns(AT_ONCE, OF_ONE)  # viewers never take all threads, nor all workers' time
        self._under_way = UnderWay()

    async def picture(self, wish: Wish, who: str) -> Rendered:
        """Give a picture; raises `Problem("not-found")` where there is none to draw, with the reason."""
        return await self.in_turn(who, lambda: self._picture(wish))

    async def metadata(self, sha256: str, bulk_data: str, who: str) -> bytes:
        """Give one object's metadata as DICOM JSON; the addresses of bulk data begin with `bulk_data`."""
        return await self.in_turn(who, lambda: self._metadata(sha256, bulk_data))

    async def in_turn(self, who: str, work: Callable[[], T]) -> T:
        """Do what blocks in a thread, when it is the caller's turn."""
        async with self._turns.turn(who):
            return await run_sync(work, limiter=anyio.CapacityLimiter(1))

    def _metadata(self, sha256: str, bulk_data: str) -> bytes:

        def read() -> Rendered:
            content = self._services.sound.content(sha256)
            return Rendered(self._services.decoder.metadata(content, bulk_data, QuietJob()), ())

        name = f"metadata {sha256} {bulk_data}"
        return self._made(hashlib.sha256(name.encode()).hexdigest(), read).data

    def _picture(self, wish: Wish) -> Rendered:
        def draw() -> Rendered:
            content = self._services.sound.content(wish.sha256)
            return Rendered(
                *self._services.decoder.rendered(
                    content,
                    wish.frame_index,
                    wish.kind,
                    QuietJob(),
                    window=wish.window,
                    annotation=wish.annotation,
                    quality=wish.quality,
                    **_how(wish),
                )
            )

        return self._made(wish.name, draw)

    def _made(self, name: str, make: Callable[[], Rendered]) -> Rendered:
        found = self._cache.get(name)
        if found is not None:
            return found
        with self._under_way.alone(name), drawing():
            found = self._cache.get(name)
            if found is None:
                found = make()
                self._cache.put(name, found)
            return found


def _how(wish: Wish) -> dict[str, Any]:
    viewport = wish.viewport
    return {} if viewport is None else {"size": viewport.size, "region": viewport.region}


@contextmanager
def drawing() -> Iterator[None]:
    """Turn what workers and disk say into problems."""
    try:
        yield
    except DicomError as error:
        raise Problem("not-found", reason=error.code) from error
    except WorkerError as error:
        if error.code == "worker-unavailable":
            raise Problem("unavailable", headers={"Retry-After": "5"}) from error
        raise Problem("not-found", reason=error.code) from error
    except OSError as error:
        raise Problem("unavailable", headers={"Retry-After": "30"}) from error


class UnderWay:
    """Lets one thread at a time work on each name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Wait until nobody else works on this."""
        with self._lock:
            turn, waiting = self._names.get(name, (threading.Lock(), 0))
            self._names[name] = (turn, waiting + 1)
        try:
            with turn:
                yield
        finally:
            with self._lock:
                turn, waiting = self._names.pop(name)
                if waiting > 1:
                    self._names[name] = (turn, waiting - 1)


class RenderCache:
    """A folder of pictures: a line of JSON, then the file. What cannot be read or written is drawn anew.

    It outlives the program; what another `pipeline` made is not looked at, and goes as what nobody uses.
    """

    def __init__(self, folder: Path, pipeline: str) -> None:
        self._folder = folder
        self._pipeline = pipeline
        self._lock = threading.Lock()
        self._written = _PRUNE_EVERY  # so that the first one looks after what is there

    def get(self, name: str) -> Rendered | None:
        """Find a picture; one that is used stays longer."""
        path = self._path(name)
        try:
            line, _, data = path.read_bytes().partition(b"\n")
            os.utime(path)
            said = json.loads(line)
            whole = said["sha256"] == hashlib.sha256(data).hexdigest()
            return Rendered(data, tuple(map(str, said["marks"]))) if whole else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, name: str, rendered: Rendered) -> None:
        """Keep a picture, if there is room."""
        path = self._path(name)
        half = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with contextlib.suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            half.write_bytes(_headed(rendered))
            replace_file(half, path)
        remove_file(half, missing_ok=True)
        self._prune(len(rendered.data))

    def _path(self, name: str) -> Path:
        place = hashlib.sha256(f"{self._pipeline} {name}".encode()).hexdigest()
        return self._folder / place[:2] / place

    def _prune(self, size: int) -> None:
        """Now and then remove what was not used for the longest time."""
        with self._lock:
            self._written += size
            if self._written < _PRUNE_EVERY:
                return
            self._written = 0
        total = 0
        for _, size, path in sorted(_present(self._folder.glob("*/*")), reverse=True):
            total += size
            if total > MOST_CACHED:
                with contextlib.suppress(OSError):
                    remove_file(path, missing_ok=True)


def _headed(rendered: Rendered) -> bytes:
    said = {"marks": rendered.marks, "sha256": hashlib.sha256(rendered.data).hexdigest()}
    return json.dumps(said).encode() + b"\n" + rendered.data


def _present(paths: Iterable[Path]) -> Iterator[tuple[float, int, Path]]:
    """Give time, size and path of each file; one that another thread removed meanwhile is passed over alone."""
    for path in paths:
        with contextlib.suppress(OSError):
            status = path.stat()
            yield status.st_mtime, status.st_size, path
