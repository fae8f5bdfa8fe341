"""Opening what is to be looked at: a study of the shelf, a study straight from a source, single objects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from dicom.amounts import held_as

if TYPE_CHECKING:
    from dicom.model import Instance, Study
    from dicom.source import Content
    from importer.results import ScanResult
    from library.index.rows import InstanceRow, SeriesRow
    from library.shelf import Library
    from viewer.study.known import KnownSeries

One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Opened:
    """What the viewer is given: all contents in order, and the series that are known before they are read."""

    contents: list[Content]
    known: list[KnownSeries]


@dataclass(frozen=True, slots=True)
class Stored:
    """One object of the shelf: what it is called, and its bytes."""

    sop_instance_uid: str | None
    sha256: str
    content: Content


def from_shelf(library: Library, uid: str) -> Opened:
    """Open what a study, series or SOP Instance UID names on the shelf; raises `LibraryError`."""
    from viewer.study.known import KnownSeries

    grouped: dict[str, list[Content]] = {}
    rows = library.instance_refs(uid)
    for row in rows:
        grouped.setdefault(row.series_key, []).append(library.object_content(row.sha256))
    studies = dict.fromkeys(f"{row.person_key}:{row.study_key}" for row in rows)
    named = [one for key in studies for one in library.series(key) if one.key in grouped]
    known = [
        KnownSeries(
            f"known {one.key}",
            tuple(grouped[one.key]),
            one.series_instance_uid,
            one.series_number,
            one.series_description,
            one.modality,
            one.amount.images,
        )
        for one in named
    ]
    return Opened([content for members in grouped.values() for content in members], known)


def from_source(scan: ScanResult, study: Study) -> Opened:
    """Open a study straight from its source; what was deleted only where there is nothing else."""
    from importer.bins import images_of

    images = images_of(study) or images_of(study, deleted=True)
    shown = {id(one): scan.content(one) for one in images}
    return Opened(list(shown.values()), _known_series(study, shown))


def stored(library: Library, uid: str) -> list[Stored]:
    """List everything the shelf holds under a UID; raises `LibraryError`."""
    rows = library.instance_refs(uid)
    return [Stored(row.sop_instance_uid, row.sha256, library.object_content(row.sha256)) for row in rows]


def middle_of_each(library: Library, study: str, series: Sequence[SeriesRow]) -> list[tuple[str, Content]]:
    """Choose the middle image of each series of a study on the shelf, by the series' key."""
    grouped: dict[str, list[InstanceRow]] = {one.key: [] for one in series}
    for instance in library.instance_refs(study):
        grouped.setdefault(instance.series_key, []).append(instance)
    middle = {key: _middle(members, _is_image_row) for key, members in grouped.items() if members}
    return [(key, library.object_content(instance.sha256)) for key, instance in middle.items()]


def a_picture(scan: ScanResult) -> Content | None:
    """Choose an image from the middle of the largest series that holds pictures; nothing out of a recycle bin."""
    from importer.bins import is_deleted

    series = [s for patient in scan.patients for study in patient.studies for s in study.series]
    present: list[list[Instance]] = [[one for one in s.instances if not is_deleted(one)] for s in series]
    shown = [members for members in present if any(map(_is_image, members))] or present
    largest = max(shown, key=len, default=[])
    return scan.content(_middle(largest, _is_image)) if largest else None


def _middle(members: Sequence[One], is_image: Callable[[One], bool]) -> One:
    """Give the image in the middle, or where there is none what is in the middle."""
    images = [one for one in members if is_image(one)] or members
    return images[len(images) // 2]


def _is_image(instance: Instance) -> bool:
    return held_as(instance.header.modality, instance.header.sop_class_uid) == "images"


def _is_image_row(row: InstanceRow) -> bool:
    return held_as(row.modality, row.sop_class_uid) == "images"


def _known_series(study: Study, shown: dict[int, Content]) -> list[KnownSeries]:
    """Name the series of a study for the viewer, with those of their contents that are shown."""
    from viewer.study.known import KnownSeries

    known = []
    for number, series in enumerate(study.series):
        members = [one for one in series.instances if id(one) in shown]
        if members:
            contents = tuple(shown[id(one)] for one in members)
            facts = (series.series_instance_uid, series.series_number, series.series_description, series.modality)
            known.append(KnownSeries(f"known {number}", contents, *facts, sum(map(_is_image, members))))
    return known
