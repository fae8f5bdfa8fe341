"""Which viewport shows which study: one viewport today. All share one loader and one cache of frames.

A study is read once, however many viewports show it, and closed when the last one turns to another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from core.lanes import NewestFirstLane
from dicom.source import Content
from viewer.frames.loader import FrameLoader
from viewer.frames.loading import FrameDecoder
from viewer.frames.set_windows import SetWindows
from viewer.frames.thumbnails import Picture, Thumbnails
from viewer.study.known import KnownSeries
from viewer.study.open_study import OpenStudy
from viewer.viewport.position import Position, Told

ThumbnailCame = Callable[[str, str, Picture | None], None]


@dataclass(frozen=True, slots=True)
class _Opened:
    """A study and what all its viewports share."""

    study: OpenStudy
    windows: SetWindows
    thumbnails: Thumbnails

    def close(self) -> None:
        self.study.close()
        self.windows.stop()
        self.thumbnails.stop()


class Layout:
    """The viewports and the studies they show; lives in the thread its lane delivers to."""

    def __init__(
        self,
        decoder: FrameDecoder,
        lane: NewestFirstLane,
        thumbnail_came: ThumbnailCame,
        cache_limit: int | None = None,
    ) -> None:
        """`thumbnail_came` is told the open study's key, the set's and its picture, None where there is none."""
        self.loader = FrameLoader(decoder, lane, cache_limit)
        self.positions: list[Position] = []
        self._decoder = decoder
        self._lane = lane
        self._thumbnail_came = thumbnail_came
        self._thumbnail_side = 0
        self._opened: dict[str, _Opened] = {}
        self._studies = 0

    def add_viewport(self, told: Told) -> Position:
        """Return the place of one more viewport, which shows nothing yet; `told` hears what changes there."""
        empty = self._new_study()
        viewport = f"viewport {len(self.positions) + 1}"
        position = Position(viewport, self.loader, told, empty.study, empty.windows)
        self.positions.append(position)
        return position

    def open(self, position: Position, contents: Sequence[Content], known: Sequence[KnownSeries] = ()) -> None:
        """Show a study in a viewport instead of what was there; `known` is what its series are called."""
        opened = self._new_study()
        self._show(position, opened)
        opened.study.read(contents, known)
        opened.study.watch(opened.thumbnails)
        position.tell()

    def show_also(self, position: Position, beside: Position) -> None:
        """Show in a viewport the study that another one shows."""
        if position.study is not beside.study:
            self._show(position, self._opened[beside.study.key])
            position.tell()

    def close(self, position: Position) -> None:
        """Show nothing in a viewport; what is still running for it is not wanted any more."""
        self._show(position, self._new_study())

    def stop(self) -> None:
        """Ask for nothing more, for good."""
        for position in self.positions:
            self.close(position)
        self.loader.stop()

    def want_thumbnails(self, side: int) -> None:
        """Say how large small pictures are to be, in pixels; they come while nothing else is to do."""
        self._thumbnail_side = side
        for opened in self._opened.values():
            opened.thumbnails.want(side)

    def _new_study(self) -> _Opened:
        self._studies += 1
        key = f"study {self._studies}"
        study = OpenStudy(key, self._decoder, self._lane)
        windows = SetWindows(key, self._decoder, self._lane, partial(self._window_found, key))
        thumbnails = Thumbnails(study, windows, self._decoder, self._lane, partial(self._thumbnail_came, key))
        thumbnails.want(self._thumbnail_side)
        self._opened[key] = _Opened(study, windows, thumbnails)
        return self._opened[key]

    def _show(self, position: Position, opened: _Opened) -> None:
        left = position.study
        left.leave(position)
        if not any(each.study is left for each in self.positions if each is not position):
            self._opened.pop(left.key).close()
            self.loader.forget(left.key)
        position.begin(opened.study, opened.windows)
        opened.study.watch(position)

    def _window_found(self, study: str, key: str) -> None:
        for position in self.positions:
            if position.study.key == study:
                position.window_found(key)
        self._opened[study].thumbnails.ask()
