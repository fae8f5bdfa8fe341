"""UIDs as this server takes them: digits and dots, up to 64, so that none can pass for anything else."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Path

_PATTERN = r"^[0-9]+(?:\.[0-9]+)*$"
_UID = re.compile(_PATTERN)
LONGEST = 64

Uid = Annotated[str, Path(pattern=_PATTERN, max_length=LONGEST)]


def is_uid(text: str | None) -> bool:
    """Tell whether a text is a UID (PS3.5 9.1; leading zeros occur in real files and are taken)."""
    return text is not None and len(text) <= LONGEST and _UID.fullmatch(text) is not None
