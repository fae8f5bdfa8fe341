"""What is known of a study's series before its objects were looked into, by a shelf's index or a disc's scan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dicom.series.display_sets import DisplaySet, series_number
from dicom.source import Content


@dataclass(frozen=True, slots=True)
class KnownSeries:
    """A series by name and number of images, with its contents in their order; `images` where not all of them are."""

    key: str
    contents: tuple[Content, ...]
    series_instance_uid: str | None = None
    series_number: int | None = None
    series_description: str | None = None
    modality: str | None = None
    images: int | None = None

    @property
    def has_pictures(self) -> bool:
        """Tell whether one would begin with it."""
        return self.images != 0


Entry = DisplaySet | KnownSeries


def reading_order(contents: Sequence[Content], known: Iterable[KnownSeries]) -> list[Content]:
    """Return contents series by series, those with pictures first; what is in no known series comes last."""
    distinct = {content.key: content for content in contents}
    ordered = sorted(known, key=lambda item: (not item.has_pictures, *_rank(item.series_number, item.key)))
    found = {
        content.key: distinct[content.key] for item in ordered for content in item.contents if content.key in distinct
    }
    return list((found | distinct).values())


def entries(sets: Sequence[DisplaySet], known: Iterable[KnownSeries], described: Iterable[str]) -> tuple[Entry, ...]:
    """Return the series list: the display sets there are, and between them the series nothing was read of yet."""
    read = set(described)
    waiting: list[Entry] = [item for item in known if not any(content.key in read for content in item.contents)]
    return tuple(sorted([*sets, *waiting], key=_place))


def _place(entry: Entry) -> tuple[bool, bool, int, str]:
    if isinstance(entry, KnownSeries):
        return (False, *_rank(entry.series_number, entry.series_instance_uid or ""))
    first = entry.first
    return (entry.for_processing, *_rank(series_number(first), first.series_instance_uid or ""))


def _rank(number: int | None, uid: str) -> tuple[bool, int, str]:
    return number is None, number or 0, uid
