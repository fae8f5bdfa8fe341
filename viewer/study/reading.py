"""Asks what each object of a study is, a few at a time, so that the first can be shown while the rest is read."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from core.errors import ScanshelfError
from core.job import Job
from core.lanes import Ended, Event, NewestFirstLane, RunningJob
from dicom.description import ObjectDescription
from dicom.series.display_sets import StudyObject
from dicom.source import Content
from viewer.request_key import RequestKey

_SECONDS_AT_ONCE = 0.15


class Describer(Protocol):
    """The part of `dicom.decoding.decoder.Decoder` that says what objects are."""

    def describe(self, content: Content, job: Job) -> ObjectDescription:
        """Say what an object is."""


@dataclass(frozen=True, slots=True)
class UnreadObject:
    """An object that would not say what it is."""

    content: Content
    error: Exception


Described = StudyObject | UnreadObject


def describe_some(decoder: Describer, contents: Sequence[Content], seconds: float, job: Job) -> list[Described]:
    """Describe objects in order for about so many seconds, at least one."""
    described: list[Described] = []
    began = time.monotonic()
    for content in contents:
        job.check()
        try:
            described.append(StudyObject(content, decoder.describe(content, job)))
        except (ScanshelfError, OSError) as error:
            described.append(UnreadObject(content, error))
        if time.monotonic() - began > seconds:
            break
    return described


class StudyReader:
    """Describes one study's objects in a lane; `came` is called with each few."""

    def __init__(
        self, study: str, decoder: Describer, lane: NewestFirstLane, came: Callable[[list[Described]], None]
    ) -> None:
        self._key = RequestKey(study, "describe")
        self._decoder = decoder
        self._lane = lane
        self._came = came
        self._left: list[Content] = []
        self._running: RunningJob[list[Described]] | None = None
        self._stopped = False

    @property
    def busy(self) -> bool:
        """Tell whether objects are still to be described."""
        return bool(self._left)

    def read(self, contents: Sequence[Content]) -> None:
        """Describe these, after what is still to be described."""
        self._left += contents
        if self._running is None:
            self._go_on(alone=True)

    def prefer(self, contents: Sequence[Content]) -> None:
        """Describe these before the others, after the few that are being described now."""
        wanted = {content.key for content in contents}
        self._left.sort(key=lambda content: content.key not in wanted)

    def stop(self) -> None:
        """Ask no more, for good; what was asked for is not taken any more."""
        self._stopped = True
        self._left = []
        if self._running is not None:
            self._running.stop()
            self._running = None

    def _go_on(self, *, alone: bool = False) -> None:
        """Ask for the next few, or for the next one alone: that is told at once, and to blame where asking fails."""
        if not self._left:
            self._running = None
            return
        asked = tuple(self._left[:1] if alone else self._left)
        work = partial(describe_some, self._decoder, asked, _SECONDS_AT_ONCE)
        self._running = self._lane.request(self._key, work, partial(self._ended, asked))

    def _ended(self, asked: Sequence[Content], event: Event[list[Described]]) -> None:
        if not isinstance(event, Ended) or self._stopped:
            return
        if event.error is not None and len(asked) > 1:  # nobody foresaw it, nor which of them it was
            self._go_on(alone=True)
            return
        described = event.result or ([] if event.error is None else [UnreadObject(asked[0], event.error)])
        done = {item.content.key for item in described}
        self._left = [content for content in self._left if content.key not in done] if done else []
        self._go_on()
        self._came(described)
