"""What a display set is called in the list of series."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.language.isolates import apart
from dicom.kind_names import kind_name
from dicom.series.display_sets import DisplaySet, ShownFrame
from dicom.series.part_words import part_words
from viewer.study.known import Entry, KnownSeries

Say = Callable[[str], str]
Count = Callable[[str, int], str]  # a text with "%n" and its number

_KINDS = {
    "report": "Written report",
    "presentation": "Saved view",
    "waveform": "Curve",
    "other": "Other file",
}
_ICONS = {"stack": "image", "clip": "film", "document": "file-text", "other": "info"}


def title(item: Entry, say: Say) -> str:
    """Return the series' number and name, and what sets this part of it apart."""
    if isinstance(item, KnownSeries):
        called = apart(item.series_description or "") or say("Images" if item.has_pictures else _KINDS["other"])
        return called if item.series_number is None else f"{item.series_number} · {called}"
    said = item.first
    texts = said.texts
    name = said.document_title if item.kind == "document" else None
    name = name or texts.get("series_description") or _nature(item, say)
    number = texts.get("series_number")
    parts = [f"{number} · {apart(name)}" if number else apart(name), *part_words(item.split, say)]
    return " · ".join(part for part in parts if part)


def part(item: Entry, say: Say) -> str:
    """Return what sets this part of its series apart, "" for all of it; the title ends with it."""
    return "" if isinstance(item, KnownSeries) else " · ".join(part_words(item.split, say))


def detail(item: Entry, say_kind: Say, counted: Count) -> str:
    """Return what it is and how much of it; `say_kind` gives the kind of images in the person's language."""
    if isinstance(item, KnownSeries):
        images = len(item.contents) if item.images is None else item.images
        others = len(item.contents) - images
        amount = (_images(images, counted) if images else "", _files(others, counted) if others else "")
        return " · ".join(part for part in (_kind(item.modality, say_kind), *amount) if part)
    return " · ".join(part for part in (_kind(item.first.modality, say_kind), *_amount(item, counted)) if part)


def counted_place(frames: Sequence[ShownFrame], index: int) -> tuple[int, int, tuple[int, int]]:
    """Return which image of how many a frame belongs to, and which frame of how many of that image it is.

    An image is one object, on the shelf, at a portal and here; a film is one image of many frames.
    """
    places: dict[str, list[int]] = {}
    for place, frame in enumerate(frames):
        places.setdefault(frame.content.key, []).append(place)
    own = places[frames[index].content.key]
    return list(places).index(frames[index].content.key) + 1, len(places), (own.index(index) + 1, len(own))


def icon(item: Entry) -> str:
    """Return the name of the icon that stands for its kind."""
    if isinstance(item, KnownSeries):
        return "image" if item.has_pictures else "info"
    return "file-text" if item.first.kind == "report" else _ICONS[item.kind]


def _nature(item: DisplaySet, say: Say) -> str:
    if "unreadable" in item.first.marks:
        return say("Could not be read")
    if item.kind == "other":
        return say(_KINDS.get(item.first.kind, _KINDS["other"]))
    if item.is_scout:
        return say("Overview")
    return say({"stack": "Images", "clip": "Film", "document": "Document"}[item.kind])


def _kind(modality: str | None, say: Say) -> str:
    name = kind_name(modality)
    return say(name) if name else ""


def _amount(item: DisplaySet, counted: Count) -> tuple[str, ...]:
    """Return how much there is: an image is one object, with as many frames as it has, as on the shelf."""
    count = len(item.frames)
    if item.kind == "other":
        return (_files(count, counted),)
    if item.kind == "document":
        return (counted("%n page(s)", count),)
    images = _images(len({frame.content.key for frame in item.frames}), counted)
    holds_more = count > len({frame.content.key for frame in item.frames})
    return (images, counted("%n frame(s)", count)) if holds_more else (images,)


def _images(count: int, counted: Count) -> str:
    return counted("%n image(s)", count)


def _files(count: int, counted: Count) -> str:
    return counted("%n file(s)", count)
