"""WADO-RS: what is sent of instances as they came, and what is said about them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import aclosing
from functools import partial

from anyio.to_thread import run_sync

from dicom.reading.transfer_syntax import transfer_syntax
from portal.server.base.problems import Problem
from portal.server.base.tables import InstanceRow
from portal.server.dicomweb.messages.accept import Offer
from portal.server.dicomweb.messages.metadata_only import without_contents
from portal.server.dicomweb.messages.multipart_in import DICOM
from portal.server.dicomweb.messages.multipart_out import Part
from portal.server.objects.soundness import Kept
from portal.server.pictures.in_order import in_order
from portal.server.pictures.renderer import Renderer
from portal.server.services import OF_ONE, Services

_READ_BEFORE = 64 << 20


def file_parts(services: Services, rows: Iterable[InstanceRow]) -> list[Part]:
    """Give the files of some instances, as they came."""
    return [Part(_dicom(row), Kept(row.sha256, services.sound), row.size) for row in rows]


def sound_rows(services: Services, rows: list[InstanceRow]) -> list[InstanceRow]:
    """Leave out what is known to be damaged here; raises `Problem("object-damaged")` where nothing is left.

    What is small enough is read for this before the answer begins, so that its status tells; the rest is read when its
    turn comes, and breaks the answer off.
    """
    if sum(row.size for row in rows) <= _READ_BEFORE:
        left = [row for row in rows if services.sound.is_sound(row.sha256)]
    else:
        left = [row for row in rows if services.store.holds(row.sha256, row.size)]
    if rows and not left:
        raise Problem("object-damaged")
    return left


def file_offers(rows: Sequence[InstanceRow]) -> list[Offer]:
    """List how files can be sent: as they are stored, one of them also by itself; nothing is transcoded here."""
    stored = {row.transfer_syntax_uid or "" for row in rows}
    syntax = stored.pop() if len(stored) == 1 else ""
    found = [Offer(DICOM, multipart=True, transfer_syntax=syntax)]
    return [*found, Offer(DICOM, transfer_syntax=syntax)] if len(rows) == 1 else found


def _dicom(row: InstanceRow) -> str:
    uid = row.transfer_syntax_uid
    return DICOM if transfer_syntax(uid) is None else f"{DICOM};transfer-syntax={uid}"


async def metadata_of(
    renderer: Renderer, rows: Sequence[InstanceRow], addresses: Mapping[int, str], who: str, *, bare: bool
) -> AsyncIterator[bytes]:
    """Give the metadata of some instances, one after the other; `addresses` are theirs, by their rows.

    `bare` is without contents, for whoever may not download.
    """

    async def read(row: InstanceRow) -> bytes:
        bulk_data = f"{addresses[row.id]}/bulkdata/"
        said = await renderer.metadata(row.sha256, bulk_data, who)
        return await run_sync(without_contents, said, bulk_data) if bare else said

    asked = (partial(read, row) for row in rows)
    async with aclosing(in_order(asked, at_once=OF_ONE - 1)) as answers:  # a turn is left to pictures
        async for said in answers:
            yield said
