"""Frames and bulk data on their way out: made one after the other, none of them waits in memory for the next."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from fastapi import Request, Response

from core.job import QuietJob
from dicom.pixels.stored_frame import FrameBytes
from dicom.reading.transfer_syntax import EXPLICIT_LITTLE_ENDIAN, transfer_syntax
from dicom.source import FrameRef
from portal.server.base.problems import Problem
from portal.server.base.tables import InstanceRow
from portal.server.dicomweb.messages.accept import Offer, best
from portal.server.dicomweb.messages.multipart_out import PRIVATE, Part, parts_answer
from portal.server.pictures.workers import in_turn, worker_problems
from portal.server.services import Services

OCTETS = "application/octet-stream"
PDF = "application/pdf"
MARKS = "Scanshelf-Marks"
# What the codestream of a transfer syntax is called outside of DICOM (PS3.18 table 8.7.3-5).
_MEDIA = {
    "rle": "image/dicom-rle",
    "jpeg": "image/jpeg",
    "jpeg-lossless": "image/jpeg",
    "jpeg-ls": "image/jls",
    "jpeg2000": "image/jp2",
    "htj2k": "image/jphc",
    "jpeg-xl": "image/jxl",
}
MEDIA_TYPES = tuple(dict.fromkeys(_MEDIA.values()))
_DIGITS = 9


def frame_numbers(text: str) -> list[int]:
    """Read a list of frame numbers, which count from 1."""
    said = [part.strip(" +") for part in text.split(",")]
    numbers = [int(part) if part.isascii() and part.isdecimal() and len(part) <= _DIGITS else 0 for part in said]
    if min(numbers) < 1:
        raise Problem("invalid-request", fields=[{"field": "path.frames", "reason": "value"}])
    return numbers


def marked(marks: Sequence[str]) -> dict[str, str]:
    """Say in a header what has to be said about pixels."""
    return {MARKS: ",".join(marks)} if marks else {}


class Frames:
    """Sends frames of an object, as plain values or as they are stored."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def answer(self, request: Request, row: InstanceRow, numbers: Sequence[int] | None, who: str) -> Response:
        """Answer with frames in the order asked for; None is all of them.

        The first one is made before the answer begins, and tells how many there are: what cannot be had at all is said
        by the status.
        """
        several = numbers is None or len(numbers) > 1
        offer = best(request, frame_offers(row, several=several))
        first, *rest = numbers or [1]
        made = await self._made(row, first, offer, who)
        if numbers is None:
            rest = list(range(2, made.frames + 1))
        if max(rest, default=1) > made.frames:
            raise Problem("not-found", reason="frame-absent", frames=made.frames)
        if not offer.multipart:
            headers = PRIVATE | {"Content-Type": _kind(offer)} | marked(made.marks)
            return Response(made.data, 200, headers)
        following = self._following(row, rest, offer, who) if rest else None
        return parts_answer(offer.kind, _part(made, offer), following)

    async def _following(self, row: InstanceRow, numbers: Sequence[int], offer: Offer, who: str) -> AsyncIterator[Part]:
        for number in numbers:
            yield _part(await self._made(row, number, offer, who), offer)

    async def _made(self, row: InstanceRow, number: int, offer: Offer, who: str) -> FrameBytes:
        def make() -> FrameBytes:
            with worker_problems():
                ref = FrameRef(self._services.sound.content(row.sha256), number - 1, row.sop_instance_uid)
                decoder = self._services.decoder
                plain = offer.transfer_syntax == EXPLICIT_LITTLE_ENDIAN
                return decoder.plain_frame(ref, QuietJob()) if plain else decoder.codestream(ref, QuietJob())

        return await in_turn(self._services, who, make)


def frame_offers(row: InstanceRow, *, several: bool) -> list[Offer]:
    """List how frames of an object can be sent: as plain values first, else as the codestream that is stored."""
    syntax = transfer_syntax(row.transfer_syntax_uid)
    stored = row.transfer_syntax_uid or ""
    media = None if syntax is None else _MEDIA.get(syntax.codec)
    found = [Offer(OCTETS, multipart=True, transfer_syntax=EXPLICIT_LITTLE_ENDIAN)]
    if media is not None:
        found.append(Offer(media, multipart=True, transfer_syntax=stored))
        found.append(Offer(OCTETS, multipart=True, transfer_syntax=stored, exactly=True))
    return found if several else [*found, *(replace(offer, multipart=False) for offer in found)]


def bulk_steps(text: str) -> list[int]:
    """Read where bulk data lie: a tag, or tag, item (from 1), tag … down to it."""
    steps = text.split("/")
    tags, items = steps[::2], steps[1::2]
    if len(steps) % 2 == 0 or not all(_is_tag(tag) for tag in tags) or not all(_is_item(item) for item in items):
        raise Problem("not-found")
    return [int(step, 10 if place % 2 else 16) for place, step in enumerate(steps)]


def _is_tag(text: str) -> bool:
    return len(text) == 8 and all(sign in "0123456789abcdefABCDEF" for sign in text)


def _is_item(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _DIGITS


def bulk_answer(request: Request, value: bytes) -> Response:
    """Answer with one element's value; a PDF may be asked for as one."""
    offers = [Offer(OCTETS, multipart=True, transfer_syntax=EXPLICIT_LITTLE_ENDIAN)]
    if value.startswith(b"%PDF-"):
        offers.append(Offer(PDF, multipart=True))
    offer = best(request, [*offers, *(replace(each, multipart=False) for each in offers)])
    if offer.multipart:
        return parts_answer(offer.kind, Part(_kind(offer), value, len(value)), None)
    return Response(value, 200, PRIVATE | {"Content-Type": _kind(offer)})


def _part(made: FrameBytes, offer: Offer) -> Part:
    return Part(_kind(offer), made.data, len(made.data), marked(made.marks))


def _kind(offer: Offer) -> str:
    syntax = offer.transfer_syntax
    return f"{offer.kind}; transfer-syntax={syntax}" if syntax else offer.kind
