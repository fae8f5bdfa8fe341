"""Keeps the resized picture and the shaded picture, so that each gesture redoes only what it changes."""

from __future__ import annotations

from viewer.frames.loading import LoadedFrame
from viewer.rendering.render import Scaled, Shaded, Table, scaled, shade
from viewer.rendering.view_state import Size, ViewState


class PictureMaker:
    """Draws one viewport's frames; asked again for the same picture it answers at once."""

    def __init__(self) -> None:
        self._frame: LoadedFrame | None = None
        self._place: tuple[ViewState, Size, bool] | None = None
        self._scaled: Scaled | None = None
        self._table: Table | None = None
        self._drawings = True
        self._shaded: Shaded | None = None

    def picture(
        self,
        frame: LoadedFrame,
        view: ViewState,
        viewport: Size,
        table: Table | None,
        *,
        smooth: bool = False,
        drawings: bool = True,
    ) -> tuple[Shaded, int, int] | None:
        """Return screen pixels and where they lie (left, top) in device pixels; None if nothing is visible.

        Frames and tables are told apart by identity: hand in the same table for the same window.
        """
        place = (view, viewport, smooth)
        if frame is not self._frame or place != self._place:
            made = scaled(frame.prepared, view, frame.shape, viewport, smooth=smooth)
            self._take(frame, place, made)
        if self._scaled is None:
            return None
        if self._shaded is None or table is not self._table or drawings != self._drawings:
            self._shaded = shade(self._scaled, table, drawings=drawings)
            self._table, self._drawings = table, drawings
        return self._shaded, self._scaled.left, self._scaled.top

    def take_fine(self, frame: LoadedFrame, view: ViewState, viewport: Size, made: Scaled | None) -> None:
        """Take a smooth picture that was resized elsewhere."""
        self._take(frame, (view, viewport, True), made)

    def _take(self, frame: LoadedFrame, place: tuple[ViewState, Size, bool], made: Scaled | None) -> None:
        self._frame, self._place, self._scaled, self._shaded = frame, place, made, None

    def forget(self) -> None:
        """Let go of the pictures."""
        self._frame = self._place = self._scaled = self._table = self._shaded = None
