"""What the program is made of: the only place where engines get the objects they work with."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from core.errors import LibraryError
from core.job import Job
from core.workers.worker import WorkerPool, WorkerSpec
from dicom.model import FileCode, Header
from dicom.source import Content, Source
from importer.scan.scanning import media_spec
from library.shelf import Library

if TYPE_CHECKING:
    from dicom.decoding.decoder import Decoder
    from dicom.objects.explicit_form import ExplicitForm

DECODE_WORKERS = 2


class Workers:
    """The worker processes of one run; leaving its `with` block ends them all."""

    def __init__(self, decode_workers: int = DECODE_WORKERS) -> None:
        self.decode_pool = WorkerPool(WorkerSpec("dicom.decoding.decode_tasks"), decode_workers)
        self._media: list[WorkerPool] = []

    @cached_property
    def decoder(self) -> Decoder:
        """Give what looks into data sets and decodes pixels."""
        from dicom.decoding.decoder import Decoder  # numpy takes a while, and most discs are read without it

        return Decoder(self.decode_pool)

    def salvage_header(self, content: Content, job: Job) -> Header:
        """Read a header with the tolerant parser, in a decode worker."""
        return self.decoder.salvage_header(content, job)

    def compare(self, one: Content, other: Content, job: Job) -> Literal["same-data-set", "same-image", "different"]:
        """Say whether two objects hold the same, in a decode worker."""
        return self.decoder.compare(one, other, job)

    def qr_texts(self, content: Content, job: Job) -> list[str]:
        """Read the QR codes in a picture, in a decode worker."""
        return self.decoder.qr_texts(content, job)

    def explicit_form(self, content: Content, job: Job) -> ExplicitForm | None:
        """Write an Implicit VR Little Endian object with explicit VRs, in a decode worker."""
        return self.decoder.explicit_form(content, job)

    def holds_all_of(self, whole: Content, damaged: Content, job: Job, *, known: bool = True) -> bool:
        """Say whether a whole object is the same image as a damaged one, in a decode worker."""
        return self.decoder.holds_all_of(whole, damaged, job, known=known)

    def reduced_of(self, one: Content, other: Content, job: Job) -> Literal["one", "other"] | None:
        """Say which of two images is a reduced copy of the other, in a decode worker."""
        return self.decoder.reduced_of(one, other, job)

    def damage_of(self, content: Content, job: Job) -> FileCode | None:
        """Say what an object lacks, in a decode worker."""
        return self.decoder.damage_of(content, job)

    def media(self, source: Source, incoming: Path | None = None) -> WorkerPool:
        """Start the worker that reads one source and, for an import, writes into `incoming`."""
        pool = WorkerPool(media_spec(source, None if incoming is None else str(incoming)))
        pool.start()
        self._media.append(pool)
        return pool

    def close(self) -> None:
        """End all workers, also those in the middle of a task."""
        for pool in [*self._media, self.decode_pool]:
            pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_library(folder: Path, *, read_only: bool = False) -> Library:
    """Open the shelf of this folder; raises `LibraryError`."""
    return Library.open(folder, read_only=read_only)


def open_to_read(folder: Path) -> Library:
    """Open the shelf for looking: put in order first where it may be changed, else as it is."""
    try:
        return open_library(folder)
    except LibraryError as problem:
        if problem.code not in {"library-in-use", "library-read-only", "no-space"}:
            raise
        return open_library(folder, read_only=True)
