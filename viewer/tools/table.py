"""Everything a person can do in the viewer, in the order of the tool bar and the menu."""

from __future__ import annotations

from viewer.tools import pan, play, screen, scroll, series, texts, turn, window, zoom
from viewer.tools.copy import COPY
from viewer.tools.pan import PAN
from viewer.tools.reset import RESET
from viewer.tools.window import WINDOW
from viewer.tools.zoom import ZOOM

TOOLS = {tool.action.name: tool for tool in (WINDOW, PAN, ZOOM)}
ACTIONS = (
    *(tool.action for tool in TOOLS.values()),
    *scroll.ACTIONS,
    *zoom.ACTIONS,
    RESET,
    *pan.ACTIONS,
    *window.ACTIONS,
    *turn.ACTIONS,
    *play.ACTIONS,
    *texts.ACTIONS,
    COPY,
    *series.ACTIONS,
    *screen.ACTIONS,
)
