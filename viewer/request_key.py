"""How a request to the viewing lane is named: who asks, and for what."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

Asked = Literal["describe", "window", "thumbnail", "frame", "fine picture"]


@dataclass(frozen=True, slots=True)
class RequestKey:
    """The lane drops an older request in favour of a newer one of the same key.

    `asker` is an open study ("study 1") for what all its viewports share, else a viewport ("viewport 1"), so that no
    study and no viewport ever drops what another one waits for.
    """

    asker: str
    asked: Asked
    item: Hashable = None
