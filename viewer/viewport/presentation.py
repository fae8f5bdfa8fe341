"""What one viewport shows now, and what gestures do to it; plain Python, the widget only paints it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from core.job import Job
from dicom.description import LookupTable, Window
from dicom.showing.display import Voi, voi_choices
from dicom.showing.geometry import EdgeLetters, edge_letters
from dicom.showing.modality import rescale_of
from dicom.showing.windows.fine_windows import grain_of
from dicom.showing.windows.units import real_value, value_unit
from viewer.frames.loading import LoadedFrame
from viewer.rendering.edge_letters import on_screen
from viewer.rendering.render import Scaled, Shaded, Table, scaled
from viewer.rendering.shading import COLOUR_WINDOW, colour_table, table_for
from viewer.rendering.view_state import (
    Point,
    Size,
    ViewState,
    actual_pixels,
    fit,
    pan_by,
    screen_to_image,
    zoom_about,
)
from viewer.viewport.pages import page_view, scrolled
from viewer.viewport.picture import PictureMaker
from viewer.viewport.window_dragging import dragged

_TABLES_KEPT = 8


@dataclass(frozen=True, eq=False, slots=True)
class FinePicture:
    """A wish for the smooth picture of a frame in a view."""

    frame: LoadedFrame
    view: ViewState
    size: Size

    def __eq__(self, other: object) -> bool:
        """Two wishes are the same for the same frame object."""
        if not isinstance(other, FinePicture):
            return NotImplemented
        return self.frame is other.frame and self.view == other.view and self.size == other.size

    def make(self, job: Job) -> Scaled | None:
        """Resize; in any thread."""
        job.check()
        return scaled(self.frame.prepared, self.view, self.frame.shape, self.size, smooth=True)


class Presentation:
    """One viewport's frame, view and window. Sizes and points are device pixels."""

    def __init__(self) -> None:
        self.frame: LoadedFrame | None = None
        self.view = ViewState()
        self.size: Size = (1, 1)
        self.chosen: Voi | None = None  # None: as the file, else its values, want it
        self.tones: Window | None = None  # the same for colour pictures, over their levels 0-255
        self.inverted = False
        self.drawings = True
        self.reading = False  # a document, read from the top of each page as wide as fits
        self.from_below = False
        self._automatic: Voi | None = None
        self._of_set: Window | None = None
        self._maker = PictureMaker()
        self._tables: OrderedDict[object, Table | None] = OrderedDict()

    def begin(self, *, document: bool = False) -> None:
        """Begin a new display set: nothing of the old one's view or window stays."""
        self.view, self.chosen, self.inverted, self._automatic = ViewState(), None, False, None
        self.tones = None
        self._of_set = None
        self.reading, self.from_below = document, False

    def clear(self) -> None:
        """Show nothing and let go of everything."""
        self.begin()
        self.frame = None
        self._maker.forget()
        self._tables.clear()

    def take_set_window(self, window: Window | None) -> None:
        """Take the window that suits the whole set, for frames whose file gives none."""
        self._of_set = window

    def show(self, frame: LoadedFrame) -> None:
        """Show a frame, keeping view and window; until there is one for the set, its first one gives the window."""
        before, self.frame = self.frame, frame
        if self._automatic is None:
            self._automatic = frame.first_look
        if self.reading and (before is None or before.shown.key != frame.shown.key):
            self.view = page_view(self.view, frame.shape, self.size, from_below=self.from_below)
        elif self.view.fitted or before is None or before.shape != frame.shape:
            self._fit(frame)

    def resize(self, size: Size) -> None:
        """Take a new viewport size; a fitted image stays fitted."""
        self.size = max(1, size[0]), max(1, size[1])
        if self.frame is not None and self.view.fitted:
            self._fit(self.frame)

    @property
    def voi(self) -> Voi | None:
        """The window or table in use; None without a frame, and for colour that is shown as it is."""
        if self.frame is None:
            return None
        if self.frame.prepared.is_colour:
            return self.tones if self.has_tones else None
        if self.chosen is not None:
            return self.chosen
        said, index = self.frame.shown.description, self.frame.shown.frame_index
        return self.frame.first_look if voi_choices(said, index) else self._of_set or self._automatic

    @property
    def has_tones(self) -> bool:
        """Tell whether brightness and contrast can be changed: a document's page is read as it is."""
        return self.frame is not None and self.frame.shown.description.kind != "pdf"

    def picture(self, *, smooth: bool = False) -> tuple[Shaded, int, int] | None:
        """Return screen pixels and where they lie; None if there is nothing to see."""
        if self.frame is None:
            return None
        table = self._table(self.frame)
        return self._maker.picture(self.frame, self.view, self.size, table, smooth=smooth, drawings=self.drawings)

    def fine_picture(self) -> FinePicture | None:
        """Return what is needed to resize the fine picture in another thread."""
        return None if self.frame is None else FinePicture(self.frame, self.view, self.size)

    def take_fine(self, wish: FinePicture, made: Scaled | None) -> bool:
        """Take a fine picture made elsewhere; False if it is not the one that is shown any more."""
        if wish != self.fine_picture():
            return False
        self._maker.take_fine(wish.frame, wish.view, wish.size, made)
        return True

    def letters(self) -> EdgeLetters:
        """Return the patient directions at the edges of the viewport."""
        if self.frame is None:
            return EdgeLetters()
        image = edge_letters(self.frame.shown.description, self.frame.shown.frame_index)
        return on_screen(image, self.view)

    def value_at(self, point: Point) -> tuple[float, str] | None:
        """Return the value under a screen point and its unit; None where there is none."""
        if self.frame is None:
            return None
        x, y = screen_to_image(self.view, self.frame.shape, self.size, point)
        stored = self.frame.prepared.value_at(int(x // 1), int(y // 1))
        if stored is None:
            return None
        index = self.frame.shown.frame_index
        return real_value(self.frame.display, index, stored), value_unit(self.frame.shown.description, index)

    def change_view(self, change: Callable[[ViewState], ViewState]) -> None:
        """Turn or flip; a fitted image is fitted anew."""
        self.view = change(self.view)
        if self.view.fitted and self.frame is not None:
            self._fit(self.frame)

    def fit(self) -> None:
        """Show the whole image."""
        self.reading = False
        if self.frame is not None:
            self._fit(self.frame)

    def scroll_page(self, steps: int) -> bool:
        """Move along the page that is read; False when its end is reached and another page is due."""
        self.from_below = steps < 0
        if not self.reading or self.frame is None:
            return False
        moved = scrolled(self.view, self.frame.shape, self.size, steps)
        if moved is not None:
            self.view = moved
        return moved is not None

    def actual(self) -> None:
        """Show one image pixel on one device pixel."""
        if self.frame is not None:
            self.view = actual_pixels(self.view, self.frame.shape, self.size)

    def zoom(self, factor: float, about: Point | None = None, start: ViewState | None = None) -> None:
        """Zoom about a screen point (the middle without one), from `start` if a drag began there."""
        if self.frame is not None:
            point = about if about is not None else (self.size[0] / 2, self.size[1] / 2)
            self.view = zoom_about(start or self.view, self.frame.shape, self.size, point, factor)

    def pan(self, dx: float, dy: float, start: ViewState | None = None) -> None:
        """Move the image by device pixels, from `start` if a drag began there."""
        if self.frame is not None:
            self.view = pan_by(start or self.view, self.frame.shape, dx, dy)

    def drag_window(self, start: Window, right: float, up: float) -> None:
        """Take the window that dragging from `start` gives, in steps that suit the values' own."""
        if self.frame is not None and self.frame.prepared.is_colour:
            self.tones = dragged(start, right, up, span=COLOUR_WINDOW.width)
        else:
            finest, span = self._finest_and_span()
            self.chosen = dragged(start, right, up, finest=finest, span=span)

    def nudge_window(self, right: float, up: float) -> None:
        """Change the window as a short drag does."""
        start = self.window_to_drag()
        if start is not None:
            self.drag_window(start, right, up)

    def window_to_drag(self) -> Window | None:
        """Return the window a drag starts from; a table becomes the window over its inputs."""
        voi = self.voi
        if isinstance(voi, LookupTable):
            count = max(len(voi.values), 1)
            return Window(voi.first_value + count / 2, float(count))
        if voi is None and self.frame is not None and self.frame.prepared.is_colour and self.has_tones:
            return COLOUR_WINDOW
        return voi

    def reset(self) -> None:
        """Show the set as it was first seen."""
        self.view, self.chosen, self.tones, self.inverted = ViewState(), None, None, False
        self.reading = self.frame is not None and self.frame.shown.description.kind == "pdf"
        self.from_below = False
        if self.frame is not None:
            self._fit(self.frame)

    def choose(self, voi: Voi | None) -> None:
        """Take a window or table; None gives back the file's own."""
        self.chosen = voi
        if voi is None:
            self.tones = None

    def invert(self) -> None:
        """Exchange black and white."""
        self.inverted = not self.inverted

    def _fit(self, frame: LoadedFrame) -> None:
        rule = page_view if self.reading else fit
        self.view = rule(self.view, frame.shape, self.size)

    def _finest_and_span(self) -> tuple[float, float]:
        """Return the narrowest width that makes sense for the values shown, one step of them, and what most span."""
        if self.frame is None:
            return 1.0, 0.0
        grain, prepared = grain_of(self.frame.display, self.frame.shown.frame_index), self.frame.prepared
        return min(1.0, grain * prepared.grain) or 1.0, grain * prepared.span

    def _table(self, frame: LoadedFrame) -> Table | None:
        said, index, voi = frame.display, frame.shown.frame_index, self.voi
        if frame.prepared.is_colour:
            return self._colour_table(voi)
        if voi is None:
            return None
        held = (frame.prepared.is_wide, frame.prepared.ends)
        key = (frame.shown.content.key, rescale_of(said, index), voi, self.inverted, held)
        if key not in self._tables:
            self._keep(key, table_for(frame.prepared, said, index, voi, inverted=self.inverted))
        self._tables.move_to_end(key)
        return self._tables[key]

    def _colour_table(self, voi: Voi | None) -> Table | None:
        inverted = self.inverted and self.has_tones
        if not isinstance(voi, Window) and not inverted:
            return None
        window = voi if isinstance(voi, Window) else COLOUR_WINDOW
        key = ("colour", window, inverted)
        if key not in self._tables:
            self._keep(key, colour_table(window, inverted=inverted))
        self._tables.move_to_end(key)
        return self._tables[key]

    def _keep(self, key: object, table: Table) -> None:
        self._tables[key] = table
        while len(self._tables) > _TABLES_KEPT:
            self._tables.popitem(last=False)
