"""What the widgets show, as plain data in words: nothing here is a DICOM value any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from core.ui.parts import Tone
from dicom.amounts import NOTHING, Amount

CardState = Literal["found", "looking", "ready", "empty", "importing", "kept", "unreadable"]


@dataclass(frozen=True, slots=True)
class StudyLine:
    """One study in a list: when, what, how many objects; `key` names it within its source.

    `besides` are those of them that hold no image; `kinds` says which machines, `day` is the date as it was read.
    """

    when: str
    what: str
    images: int
    key: str = ""
    besides: Amount = NOTHING
    kinds: tuple[str, ...] = ()
    day: str = ""

    @property
    def amount(self) -> Amount:
        """How much, as people count it."""
        return self.besides.among(self.images)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person on a disc; `key` is the person key, `alike` names others who are perhaps the same person.

    `variants` says what some images of the same study leave out; `deleted` marks images that lie in a recycle bin.
    """

    key: str
    name: str
    born: str
    sex: str
    ids: str
    studies: tuple[StudyLine, ...]
    images: int
    alike: str = ""
    variants: tuple[str, ...] = ()
    deleted: bool = False
    short: str = ""  # what a button calls the person: "Anna"
    sure: bool = False  # name and birth date are said, and nothing of them had to be guessed

    @property
    def amount(self) -> Amount:
        """How much, as people count it."""
        return total_of(self.studies).among(self.images)


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """Files of one kind that need a word: what happened, what it means, what to do, and which files.

    `lost` says that something is not here because of it, in whatever tone that is told.
    """

    tone: Tone
    what: str
    means: str
    do: str
    label: str = ""
    count: int = 0
    paths: tuple[str, ...] = ()
    lost: bool = False

    def as_text(self) -> str:
        """Give everything as text to copy."""
        return "\n".join(part for part in (self.what, self.means, self.do, *self.paths) if part)


@dataclass(frozen=True, slots=True)
class DiscCard:
    """A disc, stick, folder, ISO or ZIP as its card shows it.

    `share` is 0-1 while something is under way (None: no end known); `note` is the line under the numbers.
    """

    source_id: str
    title: str
    kind: str
    icon: str
    state: CardState
    persons: tuple[PersonLine, ...] = ()
    studies: int = 0
    images: int = 0
    size: str = ""
    note: str = ""
    on_shelf: str = ""  # how much of it seems to be on the shelf already
    left: str = ""  # whose images were left where they are
    share: float | None = None
    problems: tuple[ProblemLine, ...] = ()
    exams: str = ""  # which kinds, of which days


def total_of(parts: Iterable[StudyLine | PersonLine]) -> Amount:
    """Put the amounts of studies or persons together."""
    return sum((part.amount for part in parts), start=NOTHING)


def worst_tone(problems: Iterable[ProblemLine]) -> Tone:
    """Give the tone of the loudest of some problems; "good" where none is louder than that."""
    tones = {problem.tone for problem in problems}
    return "loss" if "loss" in tones else "amber" if "amber" in tones else "good"


@dataclass(frozen=True, slots=True)
class UnfinishedCard:
    """An import that was cut off: where from and for whom, what happened, how much is here, what to do."""

    key: str
    title: str
    what: str
    means: str
    do: str
    can_go_on: bool = False
    can_show: bool = False


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line of a receipt: how many, of what, how loud, and which files."""

    count: int
    label: str
    tone: Tone = ""
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """An import in words; `document` is its JSON text."""

    source_id: str
    title: str
    headline: str
    tone: Tone
    lines: tuple[ReceiptLine, ...]
    problems: tuple[ProblemLine, ...]
    document: str
    facts: tuple[str, ...] = ()

    def as_text(self) -> str:
        """Give the receipt as text to copy or print."""
        rows = [f"{line.count:>7,}  {line.label}" for line in self.lines]
        parts = [self.title, self.headline, *self.facts, *rows, *(problem.as_text() for problem in self.problems)]
        return "\n".join(part for part in parts if part)
