"""Recycle bins on a medium: what somebody deleted is shown apart and never taken unasked."""

from __future__ import annotations

import re
from typing import Final

from dicom.model import Instance, Study

# Windows (also its old ones), macOS, Linux, and network storage; a bin is a folder, a file may be called anything.
_BIN: Final = re.compile(
    r"(?:^|/)(?:\$recycle\.bin|recycler|recycled|\.trashes|\.trash|\.trash-[^/]*|share/trash|[#@.]recycle)/",
    re.IGNORECASE,
)


def in_recycle_bin(path: str) -> bool:
    """Tell whether a path leads through a recycle bin."""
    return _BIN.search(path) is not None


def is_deleted(instance: Instance) -> bool:
    """Tell whether an image lies in recycle bins only."""
    return in_recycle_bin(instance.path) and all(map(in_recycle_bin, instance.duplicates))


def images_of(study: Study, *, deleted: bool = False) -> list[Instance]:
    """List the images of a study that lie outside recycle bins, or those that lie in one."""
    return [one for series in study.series for one in series.instances if is_deleted(one) == deleted]
