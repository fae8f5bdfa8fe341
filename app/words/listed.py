"""What the table of contents lists and the medium does not hold, in words: per series, and by whose name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from app.words.english_numbers import counted
from app.words.messages import Words
from app.words.translating import Translate, tr
from core.language.isolates import isolated
from dicom.model import Rejection
from dicom.people.dates import parse_date
from dicom.people.names import display_name
from dicom.people.same_person import Identity
from importer.listing_rows import DETAILS, Absent, Instead, Listings, SeriesListing

SERIES_SHOWN = 4
_RUNS_SHOWN = 12
_QUIET = frozenset({"not-dicom", "archive", "viewer-program", "dicomdir"})

# {images} are "images 45 and 46" or file names; the count chooses the form.
_INSTEAD: dict[Instead, str] = {
    "absent": tr("{images} (is|are) not there"),
    "empty": tr("{images} (is an empty file|are empty files)"),
    "zeros": tr("{images} hold(s|) nothing but zeros"),
    "web-page": tr("{images} (is a web page|are web pages)"),
    "picture": tr("{images} (is an ordinary picture|are ordinary pictures)"),
    "document": tr("{images} (is a document|are documents)"),
    "archive": tr("{images} (is an archive|are archives)"),
    "program": tr("{images} (is a program|are programs)"),
    "table-of-contents": tr("{images} (is a table of contents|are tables of contents)"),
    "link": tr("{images} lead(s|) somewhere else"),
    "not-an-image": tr("{images} (is no medical image|are no medical images)"),
    "told": tr("{images} cannot be read"),
    "other-image": tr("in the place of {images} (is another image|are other images)"),
    "other-person": tr("{images} (is|are) here under another person's name"),
}
_ORDER = list(_INSTEAD)


def _plain(text: str, n: int) -> str:
    return counted(text, n) if n >= 0 else text


def told_apart(problems: Iterable[Rejection]) -> list[Rejection]:
    """Leave out what would be said twice, or falsely as harmless.

    What stands in the place of a listed image is not "just another file"; a damaged table of contents proves nothing;
    an image under another name is here.
    """
    told = [one for one in problems if one.path or one.code != "conflict"]  # a study of several has its own words
    loud = {one.path for one in told if one.code in {"missing", "unreadable"}}
    quiet = [one for one in told if not (one.code in _QUIET and one.path in loud)]
    return [one for one in quiet if one.code != "missing" or one.detail != DETAILS["other-person"]]


def series_sentences(
    listings: Listings, translate: Translate = _plain, day: Callable[[str], str] | None = None
) -> list[str]:
    """Say of each series that is not whole what is listed and here, and what is with the rest; `day` writes a date."""
    lost = [one for one in listings.series if any(gone.instead != "other-person" for gone in one.absent)]
    return [_series(one, translate, day or _iso) for one in lost]


def other_name_words(
    listings: Listings, translate: Translate = _plain, born: Callable[[str], str] | None = None
) -> list[Words]:
    """Say where the table of contents names one person and the images another; `born` writes a birth date."""
    means = translate(tr("The disc may be another person's, or two were mixed up when it was made."), -1)
    do = translate(tr("Check whose images these are before you keep or send them, and ask who made the disc."), -1)
    found = []
    for other in listings.other_names:
        if other.found is None:
            said = tr("The table of contents names {listed}, of whom no image is here.")
            found.append(Words(translate(said, -1).format(listed=_person(other.listed, translate, born)), means, do))
            continue
        said = tr("The table of contents names {listed}, but %n file(s) say(s|) {found}.")
        names = {"listed": _person(other.listed, translate, born), "found": _person(other.found, translate, born)}
        found.append(Words(translate(said, other.images).format(**names), means, do))
    return found


def _person(person: Identity, translate: Translate, born: Callable[[str], str] | None) -> str:
    day = parse_date(person.patient_birth_date)
    parts = [isolated(display_name(person.patient_name) or translate(tr("somebody else"), -1))]
    if day and person.patient_birth_date:
        plain = translate(tr("born {date}"), -1).format(date=day.isoformat())
        parts.append(born(person.patient_birth_date) if born else plain)
    if person.patient_id:
        parts.append(translate(tr("ID {number}"), -1).format(number=isolated(person.patient_id)))
    return parts[0] if len(parts) == 1 else f"{parts[0]} ({', '.join(parts[1:])})"


def _iso(text: str) -> str:
    found = parse_date(text)
    return found.isoformat() if found else text


def _series(series: SeriesListing, translate: Translate, day: Callable[[str], str]) -> str:
    said = translate(tr("{series}: listed {listed}, here {here}: {rest}."), -1)
    rest = "; ".join(_group(instead, list(ones), translate) for instead, ones in _groups(series.absent))
    return said.format(
        series=_name(series, translate, day), listed=f"{series.listed:,}", here=f"{series.here:,}", rest=rest
    )


def _groups(absent: Sequence[Absent]) -> Iterable[tuple[Instead, Iterator[Absent]]]:
    return groupby(sorted(absent, key=lambda one: _ORDER.index(one.instead)), key=lambda one: one.instead)


def _name(series: SeriesListing, translate: Translate, day: Callable[[str], str]) -> str:
    """Name a series with its exam's day: another exam here may have one of the same number and name."""
    number = "" if series.series_number is None else f" {series.series_number}"
    if series.study_date and parse_date(series.study_date):
        number += " " + translate(tr("of the exam of {date}"), -1).format(date=day(series.study_date))
    about = [part for part in (series.modality, series.series_description) if part]
    name = translate(tr("Series"), -1) + number
    return f"{name} ({isolated(', '.join(about))})" if about else name


def _group(instead: Instead, ones: Sequence[Absent], translate: Translate) -> str:
    return translate(_INSTEAD[instead], len(ones)).format(images=_numbers(ones, translate))


def _numbers(ones: Sequence[Absent], translate: Translate) -> str:
    """Write "45 and 46" or "3 to 9, 12 and 40"; file names where images have no number of their own."""
    numbers = [one.instance_number for one in ones if one.instance_number is not None]
    if len(set(numbers)) < len(ones):
        parts = [isolated(one.path.rpartition("/")[2]) for one in ones]
    else:
        parts = list(_runs(sorted(numbers), translate))
        parts[0] = translate(tr("image(s)"), len(ones)) + f" {parts[0]}"
    if len(parts) > _RUNS_SHOWN:
        left = len(parts) - _RUNS_SHOWN
        parts = [*parts[:_RUNS_SHOWN], translate(tr("%n more"), left)]
    if len(parts) == 1:
        return parts[0]
    return translate(tr("{first} and {last}"), -1).format(first=", ".join(parts[:-1]), last=parts[-1])


def _runs(numbers: Sequence[int], translate: Translate) -> Iterator[str]:
    start = 0
    for at, number in enumerate(numbers):
        if at + 1 < len(numbers) and numbers[at + 1] == number + 1:
            continue
        first, length = numbers[start], at + 1 - start
        if length > 2:
            yield translate(tr("{first} to {last}"), -1).format(first=first, last=number)
        else:
            yield from map(str, range(first, number + 1))
        start = at + 1
