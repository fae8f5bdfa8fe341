"""What the shelf's widgets show, as plain data in words."""

from __future__ import annotations

from dataclasses import dataclass

from core.ui.parts import Tone


@dataclass(frozen=True, slots=True)
class ShelfStudy:
    """One study as a row: when, what, which kind of images, how many, where it was made."""

    key: str
    when: str
    what: str
    kind: str
    images: int
    place: str = ""
    warning: str = ""
    portal: str = ""  # where it went: "✓ · shared 2"
    portal_words: str = ""  # the same for a screen reader and the tooltip
    of: int = 0  # how many images it would have, where an import was cut off


@dataclass(frozen=True, slots=True)
class ShelfPerson:
    """One person with their studies, newest first."""

    key: str
    name: str
    details: str
    studies: tuple[ShelfStudy, ...]


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """One series of the chosen study."""

    key: str
    title: str
    caption: str


@dataclass(frozen=True, slots=True)
class StudyPreview:
    """The chosen study: whose, what, its series, and the line of its receipt."""

    key: str
    title: str
    person: str
    facts: tuple[str, ...]
    series: tuple[SeriesLine, ...]
    receipt: str = ""
    receipt_tone: Tone = ""
    warnings: tuple[str, ...] = ()
    portal: str = ""  # where it went, in a sentence
    send: str = ""  # what the button says; empty where it is absent
    share: str = ""
    copies: str = ""  # what the button to compare copies says


@dataclass(frozen=True, slots=True)
class CopySide:
    """One copy of an image: what it is called, what is known of it, whether it is the one that counts."""

    key: str
    title: str
    facts: tuple[str, ...]
    counts: bool = False


@dataclass(frozen=True, slots=True)
class CopyGroup:
    """The copies under one number; `said` tells that the person chose, where that is `decided`."""

    key: str
    title: str
    sides: tuple[CopySide, ...]
    decided: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class BinLine:
    """One thing in the bin."""

    id: str
    what: str
    until: str
