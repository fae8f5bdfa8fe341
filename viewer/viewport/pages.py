"""How a page of a document is read: as wide as the viewport, from the top, page after page."""

from __future__ import annotations

from dataclasses import replace

from viewer.rendering.view_state import ImageShape, Size, ViewState, fit

_LARGEST = 1.0  # one page pixel on one device pixel is large enough to read
_STEP = 0.18  # of the viewport's height in one notch of the wheel


def page_view(view: ViewState, shape: ImageShape, viewport: Size, *, from_below: bool = False) -> ViewState:
    """Show a page as wide as fits, at its top, or at its bottom when coming from the next page."""
    whole = fit(view, shape, viewport)
    if view.quarter_turns % 2:
        return whole
    zoom = max(min(viewport[0] / shape.columns, _LARGEST), whole.zoom)
    middle = viewport[1] / 2 / zoom
    if 2 * middle >= shape.rows:
        return whole
    return replace(whole, zoom=zoom, center=(shape.columns / 2, shape.rows - middle if from_below else middle))


def scrolled(view: ViewState, shape: ImageShape, viewport: Size, steps: int) -> ViewState | None:
    """Move down (or up) the page by notches; None when its end is reached."""
    middle = viewport[1] / 2 / view.zoom
    top, bottom = middle, shape.rows - middle
    if bottom <= top or view.quarter_turns or view.flipped:
        return None
    wanted = view.center[1] + steps * _STEP * viewport[1] / view.zoom
    y = min(max(wanted, top), bottom)
    if abs(y - view.center[1]) * view.zoom < 1 or (y - view.center[1]) * steps < 0:
        return None
    return replace(view, center=(view.center[0], y), fitted=False)
