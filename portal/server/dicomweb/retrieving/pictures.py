"""Finished pictures on their way out: one as it is, several as parts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import Request, Response

from dicom.description import Annotation, Window
from portal.server.base.problems import Problem
from portal.server.base.tables import InstanceRow
from portal.server.dicomweb.messages.accept import Offer, best
from portal.server.dicomweb.messages.multipart_out import PRIVATE, Part, parts_answer
from portal.server.dicomweb.retrieving.frames import marked
from portal.server.pictures.picture_cache import Rendered
from portal.server.pictures.renderer import PictureRequest, Renderer, Viewport

if TYPE_CHECKING:
    from dicom.showing.rendered import PictureType

_KINDS = ("image/jpeg", "image/png")


@dataclass(frozen=True, slots=True)
class Drawing:
    """How pictures are wanted."""

    window: Window | None
    viewport: Viewport | None
    annotation: tuple[Annotation, ...]
    quality: int

    async def answer(
        self, renderer: Renderer, request: Request, row: InstanceRow, frames: Sequence[int | None], who: str
    ) -> Response:
        """Draw frames (index from 0) of an object, None is the one that stands for it; the first tells the status."""
        self._check(row)
        offers = [Offer(kind) for kind in _KINDS] if len(frames) == 1 else []
        offer = best(request, [*offers, *(Offer(kind, multipart=True) for kind in _KINDS)])
        kind: PictureType = "png" if offer.kind == "image/png" else "jpeg"
        asked = [
            PictureRequest(row.sha256, frame, kind, self.window, self.viewport, self.annotation, self.quality)
            for frame in frames
        ]
        if len(asked) > 1:  # one that is not there is said by the status; what was drawn is kept
            await renderer.picture(max(asked, key=lambda each: each.frame_index or 0), who)
        first = await renderer.picture(asked[0], who)
        if not offer.multipart:
            return Response(first.data, 200, PRIVATE | {"Vary": "Accept"} | marked(first.marks), offer.kind)

        async def following() -> AsyncIterator[Part]:
            for each in asked[1:]:
                yield _part(await renderer.picture(each, who), offer.kind)

        return parts_answer(offer.kind, _part(first, offer.kind), following() if len(asked) > 1 else None)

    def _check(self, row: InstanceRow) -> None:
        """Refuse a region that lies outside of the picture, where its size is known."""
        if self.viewport is None or self.viewport.region is None or not (row.rows and row.columns):
            return
        left, top, *_extent = self.viewport.region
        if left >= row.columns or top >= row.rows:
            raise Problem("invalid-request", fields=[{"field": "query.viewport", "reason": "outside"}])


def _part(picture: Rendered, kind: str) -> Part:
    return Part(kind, picture.data, len(picture.data), marked(picture.marks))
