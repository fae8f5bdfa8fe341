"""What stands in the four corners of a picture, in words a person can read.

Words are English here and pass through `Speech.say`; names, dates and times through its other functions, so that the
window can show them in the person's own language and format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Literal

from dicom.description import LookupTable, ObjectDescription, Window
from dicom.people.dates import parse_birth_date, parse_date, parse_time
from dicom.showing.frame_words import frame_lines
from dicom.showing.number_words import short_number, window_numbers
from dicom.showing.windows.units import value_unit

Amount = Literal["all", "minimal", "none"]


Unit = Literal["years", "months", "weeks", "days"]

# One, and more.
_AGES: dict[Unit, tuple[str, str]] = {
    "years": ("1 year old at the exam", "{n} years old at the exam"),
    "months": ("1 month old at the exam", "{n} months old at the exam"),
    "weeks": ("1 week old at the exam", "{n} weeks old at the exam"),
    "days": ("1 day old at the exam", "{n} days old at the exam"),
}
_UNITS: dict[str, Unit] = {"Y": "years", "M": "months", "W": "weeks", "D": "days"}
_AGE = re.compile(r"(\d{1,3}) *([YMWD])", re.IGNORECASE)

# What had to be forgiven to show a picture, loudest first; True where something of it is lost.
_MARKS = {
    "truncated": ("A part may be missing", True),
    "header-damaged": ("Description damaged", True),
    "codestream-size-differs": ("Not the size the file says", False),
    "frames-counted": ("Not as many images as the file says", False),
    "bits-not-usable": ("Grey values may be wrong", False),
    "wrong-transfer-syntax": ("Packed unlike the file says", False),
    "unknown-transfer-syntax": ("Packed in an unknown way", False),
    "icc-profile-not-usable": ("Colours may differ", False),
    "colour-transform-missing": ("Colours may differ", False),
    "pixel-shape-not-usable": ("Proportions may be wrong", False),
    "not-subtracted": ("Not subtracted", False),
}


@dataclass(frozen=True, slots=True)
class Speech:
    """How words, names, dates and times are said."""

    say: Callable[[str], str]
    name: Callable[[str], str]
    date: Callable[[date], str]
    time: Callable[[time], str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `warns` is shown in red, `look_here` in amber; `whole` goes on in another line, never in dots."""

    text: str
    warns: bool = False
    look_here: bool = False
    whole: bool = False

    @property
    def must_stay(self) -> bool:
        """Tell whether it is shown even where there is little room."""
        return self.warns or self.look_here or self.whole


@dataclass(frozen=True, slots=True)
class CornerTexts:
    """Lines from top to bottom in each corner."""

    top_left: tuple[Line, ...] = ()
    top_right: tuple[Line, ...] = ()
    bottom_left: tuple[Line, ...] = ()
    bottom_right: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """What changes while a person looks: image `number` (from 1) of `total`, zoom factor, value under the pointer.

    An image is one object; `frame` is which of how many it holds is shown.
    """

    number: int
    total: int
    zoom: float | None = None
    voi: Window | LookupTable | None = None
    value: str = ""
    drawings_missing: bool = False
    marks: tuple[str, ...] = ()  # what had to be forgiven to decode this frame
    frame: tuple[int, int] = (1, 1)
    version: tuple[int, int] = (1, 1)  # of how many different images under one number this is which


def corner_texts(
    description: ObjectDescription, frame_index: int, situation: Situation, speech: Speech, amount: Amount = "all"
) -> CornerTexts:
    """Return the lines of the four corners; "minimal" keeps who it is, when, which image, and warnings."""
    if amount == "none":
        return CornerTexts(bottom_left=_warnings(description, situation, speech))
    texts = description.texts
    if amount == "minimal":
        who, when = _person(texts, speech)[:2], _moment(texts, speech)
        image = (_image_line(situation, speech), *_warnings(description, situation, speech))
        return CornerTexts((*_whole(who), *_guessed(description, speech)), _whole([when]), image, ())
    who, exam = _person(texts, speech), _exam(texts, speech)
    return CornerTexts(
        (*_whole(who[:2]), *_lines(who[2:3]), *_whole(who[3:]), *_guessed(description, speech)),
        (*_lines(exam[:2]), *_whole(exam[2:3]), *_lines(exam[3:])),
        _picture(description, frame_index, situation, speech),
        _lines(_series(description, frame_index, speech)),
    )


def fitting(top: Sequence[Line], bottom: Sequence[Line], half: int) -> tuple[list[Line], list[Line]]:
    """Leave out what has no room on one side of a picture, where each corner has `half` rows.

    Warnings, the first line of the top (the name) and the last one of the bottom (which image) stay; warnings may take
    rows of the other corner.
    """
    above, below = list(top), list(bottom)
    while len(below) > half:
        spare = next((line for line in below[:-1] if not line.must_stay), None)
        if spare is None:
            break
        below.remove(spare)
    while len(above) > max(1, min(half, 2 * half - len(below))):
        spare = next((line for line in reversed(above[1:]) if not line.must_stay), None)
        if spare is None:
            break
        above.remove(spare)
    return above, below


def age_at(birth_date: str | None, moment: str | None) -> tuple[int, Unit] | None:
    """Return a person's age on the day of the exam: years, below two years months, below two months days."""
    born, then = parse_birth_date(birth_date), parse_date(moment)
    if born is None or then is None or then < born:
        return None
    months = (then.year - born.year) * 12 + then.month - born.month - (then.day < born.day)
    if months >= 24:
        return months // 12, "years"
    if months >= 2:
        return months, "months"
    return (then - born).days, "days"


def written_age(said: str) -> tuple[int, Unit] | None:
    """Return an age as a file writes it, "067Y" (PS3.5 6.2); nought is no age but of days."""
    found = _AGE.fullmatch(said.strip())
    if found is None:
        return None
    number, unit = int(found[1]), _UNITS[found[2].upper()]
    return (number, unit) if number or unit == "days" else None


def _lines(texts: list[str]) -> tuple[Line, ...]:
    return tuple(Line(text) for text in texts if text)


def _whole(texts: list[str]) -> tuple[Line, ...]:
    """Write what says whose picture this is, and of when: it is never shortened to dots."""
    return tuple(Line(text, whole=True) for text in texts if text)


def _person(texts: dict[str, str], speech: Speech) -> list[str]:
    name = texts.get("patient_name", "")
    born = parse_birth_date(texts.get("patient_birth_date"))
    birth = "" if born is None else speech.say("born {date}").format(date=speech.date(born))
    sex = {"M": speech.say("male"), "F": speech.say("female"), "O": speech.say("other sex")}.get(
        texts.get("patient_sex", ""), ""
    )
    number = texts.get("patient_id", "")
    return [
        speech.name(name) if name else "",
        ", ".join(part for part in (birth, _age(texts, speech)) if part),
        sex,
        speech.say("ID {id}").format(id=number) if number else "",
    ]


def _age(texts: dict[str, str], speech: Speech) -> str:
    age = age_at(texts.get("patient_birth_date"), texts.get("study_date"))
    age = age or written_age(texts.get("patient_age", ""))
    if age is None:
        return ""
    number, unit = age
    return speech.say(_AGES[unit][number != 1]).format(n=number)


def _moment(texts: dict[str, str], speech: Speech) -> str:
    day = parse_date(texts.get("study_date"))
    moment = parse_time(texts.get("study_time"))
    words = ["" if day is None else speech.date(day), "" if moment is None else speech.time(moment)]
    return " ".join(word for word in words if word)


def _exam(texts: dict[str, str], speech: Speech) -> list[str]:
    accession = texts.get("accession_number", "")
    return [
        texts.get("institution_name", ""),
        texts.get("study_description", ""),
        _moment(texts, speech),
        speech.say("Accession {number}").format(number=accession) if accession else "",
    ]


def _picture(said: ObjectDescription, frame_index: int, situation: Situation, speech: Speech) -> tuple[Line, ...]:
    zoom = ""
    if situation.zoom is not None:
        zoom = speech.say("Zoom {percent} %").format(percent=round(situation.zoom * 100))
    texts = [situation.value, _window(situation.voi, value_unit(said, frame_index), speech), zoom]
    return (*_lines(texts), *_warnings(said, situation, speech), _image_line(situation, speech))


def _image_line(situation: Situation, speech: Speech) -> Line:
    number, of = situation.frame
    image = speech.say("Image {number} of {total}").format(number=situation.number, total=situation.total)
    if of < 2:
        return Line(image)
    if situation.total == 1:
        return Line(speech.say("Frame {number} of {total}").format(number=number, total=of))
    return Line(f"{image}, {speech.say('frame {number} of {total}').format(number=number, total=of)}")


def _window(voi: Window | LookupTable | None, unit: str, speech: Speech) -> str:
    if voi is None:
        return ""
    if isinstance(voi, LookupTable):
        return voi.explanation or speech.say("Table of the file")
    words = speech.say("Width {width} · Level {level}")
    width, level = window_numbers(voi.width, voi.center)
    return f"{words.format(width=width, level=level)} {unit}".strip()


def _warnings(said: ObjectDescription, situation: Situation, speech: Speech) -> tuple[Line, ...]:
    lines = []
    if said.lossy == "yes" and said.lossy_ratio:
        lines.append(Line(speech.say("Lossy {ratio}:1").format(ratio=short_number(said.lossy_ratio)), warns=True))
    elif said.lossy == "yes":
        lines.append(Line(speech.say("Lossy"), warns=True))
    elif said.lossy == "maybe":
        lines.append(Line(speech.say("May be lossy"), warns=True))
    missing = said.frames_declared - said.number_of_frames
    if missing > 0 and said.kind in ("image", "video"):
        words = speech.say("{missing} of {total} images are missing from the file")
        lines.append(Line(words.format(missing=missing, total=said.frames_declared), warns=True))
    number, versions = situation.version
    if versions > 1:
        words = speech.say("Version {number} of {versions} of one image: they contradict each other")
        lines.append(Line(words.format(number=number, versions=versions), warns=True))
    if situation.drawings_missing:
        lines.append(Line(speech.say("Drawings of the file cannot be shown"), warns=True))
    marks = {*said.marks, *situation.marks}
    for mark, (text, lost) in _MARKS.items():
        if mark in marks:
            lines.append(Line(speech.say(text), warns=lost, look_here=not lost))
    return tuple(dict.fromkeys(lines))


def _guessed(said: ObjectDescription, speech: Speech) -> tuple[Line, ...]:
    """Return what stands below a name whose letters do not fit the character set the file names (PS3.5 6.1)."""
    if "text-guessed" not in said.marks:
        return ()
    return (Line(speech.say("Letters guessed"), look_here=True),)


def _series(said: ObjectDescription, frame_index: int, speech: Speech) -> list[str]:
    texts = said.texts
    number = texts.get("series_number", "")
    title = " · ".join(
        part
        for part in (
            speech.say("Series {number}").format(number=number) if number else "",
            texts.get("series_description", ""),
        )
        if part
    )
    return [title, *frame_lines(said, frame_index, speech.say)]
