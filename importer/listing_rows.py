"""What a table of contents lists and the medium does not hold, as plain data: per series, and by whose name."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from dicom.people.same_person import Identity

# What there is in the place of a listed image; "told" has a problem of its own (unreadable, encrypted ...).
Instead = Literal[
    "absent",
    "empty",
    "zeros",
    "web-page",
    "picture",
    "document",
    "archive",
    "program",
    "table-of-contents",
    "link",
    "not-an-image",
    "told",
    "other-image",
    "other-person",
]

TABLE_DAMAGED = "a table of contents that cannot be read to its end"
DETAILS: dict[Instead, str] = {
    "absent": "",
    "empty": "an empty file is in its place",
    "zeros": "a file of nothing but zeros is in its place",
    "web-page": "a web page is in its place",
    "picture": "an ordinary picture is in its place",
    "document": "a document is in its place",
    "archive": "an archive is in its place",
    "program": "a program is in its place",
    "table-of-contents": "a table of contents is in its place",
    "link": "what is in its place leads somewhere else",
    "not-an-image": "what is in its place is no medical image",
    "told": "the file in its place cannot be read",
    "other-image": "another image is in its place",
    "other-person": "the table of contents names another person than the file",
}


@dataclass(frozen=True, slots=True)
class Absent:
    """One listed image that is not here: its name, its number in the series, what there is instead, and its UID."""

    path: str
    instance_number: int | None
    instead: Instead
    sop_instance_uid: str | None = None


@dataclass(frozen=True, slots=True)
class SeriesListing:
    """One series of which not all that is listed is here; `person` is whom the records name."""

    series_instance_uid: str | None
    series_number: int | None
    modality: str | None
    series_description: str | None
    listed: int
    here: int
    absent: tuple[Absent, ...]
    person: Identity | None = None
    study_instance_uid: str | None = None
    study_date: str | None = None


@dataclass(frozen=True, slots=True)
class OtherName:
    """The records name one person, the files another (`found`), or none of that person's images is here (None)."""

    listed: Identity
    found: Identity | None
    images: int


@dataclass(frozen=True, slots=True)
class Listings:
    """What the tables of contents of a source list and the source does not hold.

    `here_under_another_name` counts files that are missing only because they carry another person's name.
    """

    series: tuple[SeriesListing, ...] = ()
    other_names: tuple[OtherName, ...] = ()
    here_under_another_name: int = 0


def series_listings_to_json(listings: tuple[SeriesListing, ...]) -> list[dict[str, Any]]:
    """Write series that are not whole; nobody's name is among it."""
    rows = [asdict(one) for one in listings]
    return [
        {name: value for name, value in row.items() if name != "person"} | {"absent": list(row["absent"])}
        for row in rows
    ]
