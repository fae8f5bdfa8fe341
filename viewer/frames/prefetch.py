"""What one viewport wants of the frames of its set: the shown one first, then ahead in the direction of scrolling."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dicom.series.display_sets import ShownFrame
from viewer.frames.order import clip_order, read_ahead_order

FrameKey = tuple[str, str, int]  # the open study, the content, the frame in it
_AT_ONCE = 2
_CLIP_AT_ONCE = 1  # one worker goes through a clip; two would decode all of it twice
_SMALLEST_GUESS = 1 << 16


def frame_key(study: str, frame: ShownFrame) -> FrameKey:
    """Name a frame of an open study: two studies may hold contents of the same name."""
    return (study, *frame.key)


class Prefetch:
    """One viewport's frames in the order they are wanted, and how far it has got with them."""

    def __init__(self, viewport: str, arrived: Callable[[FrameKey], None]) -> None:
        self.viewport = viewport
        self.arrived = arrived
        self.study = ""
        self.guess = _SMALLEST_GUESS  # bytes the next frame may take
        self._frames: Sequence[ShownFrame] = ()
        self._keys: list[FrameKey] = []
        self._own: frozenset[FrameKey] = frozenset()
        self._order: list[int] = []
        self._at = 0

    def show(self, study: str, frames: Sequence[ShownFrame], index: int, direction: int) -> None:
        """Say which frame is shown now and which way the person goes."""
        if frames is not self._frames or study != self.study:
            self.study, self._frames = study, frames
            self._keys = [frame_key(study, frame) for frame in frames]
            self._own = frozenset(self._keys)
        order = clip_order if self.is_clip else read_ahead_order
        self._order = list(order(index, len(frames), direction)) if frames else []
        self._at = 0

    @property
    def is_clip(self) -> bool:
        """Whether its frames are decoded one from the other."""
        return bool(self._frames) and self._frames[0].description.kind == "video"

    @property
    def at_once(self) -> int:
        """How many of its frames may be on their way at a time."""
        return _CLIP_AT_ONCE if self.is_clip else _AT_ONCE

    @property
    def shown(self) -> FrameKey | None:
        """The frame that is shown or waited for."""
        return self._keys[self._order[0]] if self._order else None

    def order(self) -> list[FrameKey]:
        """Return all frames, the most wanted first."""
        return [self._keys[place] for place in self._order]

    def wants(self, key: FrameKey) -> bool:
        """Tell whether a frame is one of the set that is shown."""
        return key in self._own

    def candidate(self, is_known: Callable[[FrameKey], bool]) -> tuple[int, FrameKey, ShownFrame] | None:
        """Return rank, key and frame of the most wanted one nothing is known of; None if there is none."""
        while self._at < len(self._order):
            place = self._order[self._at]
            if not is_known(self._keys[place]):
                return self._at, self._keys[place], self._frames[place]
            self._at += 1
        return None

    def rest(self) -> None:
        """Want nothing more until another frame is shown."""
        self._at = len(self._order)

    def begin_again(self) -> None:
        """Go through all that is wanted once more."""
        self._at = 0
