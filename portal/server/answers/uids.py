"""UIDs in the addresses this server knows: digits and dots, up to 64, so that none can pass for anything else."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from portal.names import UID_LENGTH_MOST, UID_PATTERN

Uid = Annotated[str, Path(pattern=f"^{UID_PATTERN}$", max_length=UID_LENGTH_MOST)]
