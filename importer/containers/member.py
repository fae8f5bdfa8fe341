"""What a container holds, before it is a listing: names as they were written, and how each is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from dicom.model import FileCode
from dicom.source import EntryKind
from importer.containers.bytes_at import BytesAt


@dataclass(slots=True)
class Member:
    """One name. `open` raises `OSError` where its bytes cannot be had; `links_to` is the name a link in it leads to.

    One that is `cut` has the size of what is there of it.
    """

    name: str
    size: int
    open: Callable[[], BytesAt]
    kind: EntryKind = "file"
    position: int | None = None
    refused: FileCode | None = None
    packed_size: int | None = None
    links_to: str | None = None
    cut: bool = False


@dataclass(slots=True)
class Contents:
    """All members but folders; `shortfalls` say why there may have been more, `lost` names folders without list."""

    members: Iterator[Member] | list[Member]
    shortfalls: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
