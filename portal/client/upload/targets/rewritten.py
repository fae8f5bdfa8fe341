"""An instance written with explicit VRs for a server that takes nothing else: other bytes, the same data set."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Literal

from core.errors import DicomError, WorkerError
from core.job import Job
from dicom.objects.explicit_form import ExplicitForm
from dicom.source import Content, FileContent
from library.folders import FETCHED
from library.objects.room import library_error
from portal.client.upload.order import Ours

Rewrite = Callable[[Content, Job], ExplicitForm | None]
Compare = Callable[[Content, Content, Job], Literal["same-data-set", "same-image", "different"]]

_PIECE = 1 << 20


@contextmanager
def rewritten(ours: Ours, rewrite: Rewrite, compare: Compare, folder: Path, job: Job) -> Iterator[Ours]:
    """Give an instance as such a server takes it, ours itself where it does so already; gone when the block is left.

    What was written is read back and compared before anything of it is sent. Raises `DicomError`: "changed" where the
    shelf's own file is not what it was, "not-converted" where it cannot be written so that it stays the same data set.
    """
    try:
        form = rewrite(ours.content, job)
    except (DicomError, WorkerError) as problem:
        raise DicomError("not-converted", reason=problem.code) from problem
    if form is None:
        yield ours
        return
    with tempfile.TemporaryDirectory(prefix=FETCHED, dir=folder) as place:
        made = _written(ours, form, Path(place) / "instance")
        try:
            same = compare(ours.content, made.content, job) == "same-data-set"
        except (DicomError, WorkerError) as problem:
            raise DicomError("not-converted", reason=problem.code) from problem
        if not same:
            raise DicomError("not-converted")
        yield made


def _written(ours: Ours, form: ExplicitForm, path: Path) -> Ours:
    """Write head, pixel data and tail, and hash what is read as well as what is written."""
    before, after = hashlib.sha256(), hashlib.sha256()
    size = len(form.head) + form.length + len(form.tail)
    try:
        with ours.content.open() as file, open(path, "wb") as out:
            _give(out, after, form.head)
            _hash(file, before, form.offset)
            for piece in _pieces(file, form.length):
                before.update(piece)
                _give(out, after, piece)
            _give(out, after, form.tail)
            _hash(file, before, None)
    except OSError as error:
        raise library_error(error) from error
    if before.hexdigest() != ours.sha256:
        raise DicomError("changed")
    sha256 = after.hexdigest()
    return replace(ours, sha256=sha256, size=size, content=FileContent(str(path), sha256))


def _give(out: BinaryIO, digest: hashlib._Hash, piece: bytes) -> None:
    out.write(piece)
    digest.update(piece)


def _hash(file: BinaryIO, digest: hashlib._Hash, size: int | None) -> None:
    for piece in _pieces(file, size):
        digest.update(piece)


def _pieces(file: BinaryIO, size: int | None) -> Iterator[bytes]:
    left = size
    while left is None or left > 0:
        piece = file.read(_PIECE if left is None else min(_PIECE, left))
        if not piece:
            return
        left = None if left is None else left - len(piece)
        yield piece
