"""The images of an exam as one ZIP, written while it is sent: nothing of it lies in memory or on the disk."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.server.access.caller import Caller
from portal.server.access.visible_instances import visible_in_study
from portal.server.base.problems import Problem
from portal.server.base.tables import SeriesRow
from portal.server.exams.exam_shapes import exam_of
from portal.server.objects.soundness import Kept, Unsound
from portal.server.services import Services

_PIECE = 256 << 10
NOT_ALL = "NOT ALL IMAGES.txt"
_UNSAFE = re.compile(r"[^A-Za-z0-9 ._-]+")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same images make the same archive


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """One file of the archive."""

    name: str
    kept: Kept


def exam_members(session: Session, services: Services, caller: Caller, exam: str) -> list[ArchivedFile]:
    """List the files of an exam, in folders by study and series; names are harmless everywhere."""
    row = exam_of(session, caller, exam)
    if not caller.allow_download or not caller.include_images:
        raise Problem("not-allowed")
    members: list[ArchivedFile] = []
    seen = [visible_in_study(session, caller, study.id, services.clock()) for study in row.studies]
    for number, instances in enumerate(filter(None, seen), 1):
        series = _series_names(session, {instance.series for instance in instances})
        for place, instance in enumerate(instances, 1):
            name = f"Study {number}/{series[instance.series]}/IM{place:05}.dcm"
            members.append(ArchivedFile(name, Kept(instance.sha256, services.sound)))
    if not members:
        raise Problem("not-found")
    return members


def _series_names(session: Session, series: set[int]) -> dict[int, str]:
    rows = session.scalars(select(SeriesRow).where(SeriesRow.id.in_(series)).order_by(SeriesRow.id))
    return {row.id: _series_name(place, row) for place, row in enumerate(rows, 1)}


def _series_name(place: int, row: SeriesRow) -> str:
    said = _UNSAFE.sub("_", row.series_description or "").strip(" ._")[:40].strip(" .")
    return f"Series {place:02}{f' {said}' if said else ''}"


class _Pieces:
    """What zipfile writes into: gives the bytes on, and cannot go back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def zip_pieces(members: Iterable[ArchivedFile]) -> Iterator[bytes]:
    """Write an archive piece by piece; images are not compressed, as most are already."""
    pieces = _Pieces()
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_STORED) as archive:
        missing: list[str] = []
        for member in members:
            try:
                with member.kept.open() as source:
                    yield from _one(archive, pieces, member.name, source)
            except Unsound:
                if archive.namelist()[-1:] == [member.name]:
                    raise  # half of it is in the archive already
                missing.append(member.name)
        if missing:
            archive.writestr(zipfile.ZipInfo(NOT_ALL, _EPOCH), _missing_words(missing))
    yield pieces.taken()


def _missing_words(names: list[str]) -> str:
    head = "The portal cannot give these images: what it keeps of them is damaged, and has to be sent to it again."
    return "\r\n".join([head, "", *names, ""])


def _one(archive: zipfile.ZipFile, pieces: _Pieces, name: str, source: BinaryIO) -> Iterator[bytes]:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.external_attr = 0o644 << 16
    with archive.open(entry, "w", force_zip64=True) as into:
        while data := source.read(_PIECE):
            into.write(data)
            yield pieces.taken()
