"""Images that are whole thanks to another copy, as a receipt tells them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# of a copy that is now whole; that is damaged while a whole one is here; of two that made a whole; that is reduced
How = Literal["completed", "covered", "combined", "reduced"]


@dataclass(frozen=True, slots=True)
class Completion:
    """One image that is whole thanks to another copy: `path` is where this import met it, `source` the other's disc."""

    how: How
    path: str
    sop_instance_uid: str
    instance_number: int | None
    source: str
    other_path: str
