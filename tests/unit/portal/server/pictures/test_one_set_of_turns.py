"""All who look share the workers: nobody gets twice as many by looking two ways at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import anyio
import pytest

from dicom.source import FileContent
from portal.server.base.problems import Problem
from portal.server.base.turns import Turns
from portal.server.objects.soundness import Unsound
from portal.server.pictures.renderer import PictureRequest, Renderer
from portal.server.recipient.page_pictures import Asker, PagePictures
from tests.portal_tools import Portal


class Told(Turns):
    """Tells who took a turn."""

    def __init__(self) -> None:
        super().__init__(1, 1)
        self.took: list[str] = []

    @asynccontextmanager
    async def turn(self, who: str) -> AsyncIterator[None]:
        """Take one."""
        async with super().turn(who):
            self.took.append(who)
            yield


async def stays() -> bool:
    return False


async def has_left() -> bool:
    return True


def test_dicomweb_and_the_page_take_turns_of_the_same_set(portal: Portal) -> None:
    turns = Told()
    services = replace(portal.services, worker_turns=turns)

    async def look() -> None:
        with pytest.raises(Unsound):
            await Renderer(services).picture(PictureRequest("0" * 64), "by DICOMweb")
        with pytest.raises(Problem):
            await PagePictures(services).describe(FileContent("nowhere", "a key"), Asker("on the page", stays))

    anyio.run(look)
    assert turns.took == ["by DICOMweb", "on the page"]


def test_nothing_is_made_for_somebody_who_has_left_when_it_is_their_turn(portal: Portal) -> None:
    async def look() -> str:
        with pytest.raises(Problem) as refused:
            await PagePictures(portal.services).describe(FileContent("nowhere", "a key"), Asker("one", has_left))
        return refused.value.code

    assert anyio.run(look) == "unavailable"
