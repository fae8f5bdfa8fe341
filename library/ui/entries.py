"""What the shelf's widgets show, as plain data in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from core.ui.parts import Tone

Column = Literal["name", "when", "what", "kind", "images", "portal"]
BIGGEST_FIRST: frozenset[Column] = frozenset({"when", "images", "portal"})  # as they are sorted when first asked


@dataclass(frozen=True, slots=True)
class Order:
    """What the shelf is sorted by; with `down` from the newest, the most or the last letter."""

    column: Column = "name"
    down: bool = False

    def clicked(self, column: Column) -> Order:
        """Give the order after a click on a column: its own, then the other way round, then by name again."""
        first = Order(column, column in BIGGEST_FIRST)
        if self.column != column:
            return first
        return self.turned() if self == first else Order()

    def turned(self) -> Order:
        """Give the other way round."""
        return Order(self.column, not self.down)

    def as_text(self) -> str:
        """Write it as it is remembered."""
        return f"-{self.column}" if self.down else self.column

    @classmethod
    def from_text(cls, text: str) -> Order:
        """Read what was remembered; what is not understood is by name."""
        known = next((column for column in get_args(Column) if column == text.removeprefix("-")), None)
        return cls() if known is None else cls(known, text.startswith("-"))


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
    besides: int = 0  # how many of them are none, such as reports
    amount: str = ""  # what there is in words, where there are such


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
class SeveralPreview:
    """Several chosen studies: whose they are, each person with a line for each study, and what the bin's button says.

    `note` says what is not done with several, `mixed` that they are of more than one person, `more` how many of them
    have no line.
    """

    keys: tuple[str, ...]
    title: str
    persons: tuple[tuple[str, tuple[str, ...]], ...]
    total: str
    note: str
    mixed: str
    bin: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class MenuWords:
    """What can be done with what is chosen, in the words of a menu; "" where it cannot."""

    keys: tuple[str, ...]
    open: str = ""
    copies: str = ""
    send: str = ""
    share: str = ""
    bin: str = ""


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
