"""What a scan found, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from core.workers.worker import WorkerPool
from dicom.model import FileCode, Header, Instance, Patient, Rejection
from dicom.source import Content, Entry, EntryContent, Source
from importer.listing_rows import Listings
from importer.sources.archive import Archive
from importer.sources.contained import ContainedContent
from importer.sources.file import FileSource
from importer.sources.folder import FolderSource

EntryClass = Literal["dicom", "not_dicom", "unreadable", "refused"]

_NOT_DICOM = frozenset({"dicomdir", "archive", "not-dicom", "viewer-program"})


def class_of(code: FileCode | None) -> EntryClass:
    """Say in which of the four lists an entry with this code stands; every entry stands in exactly one."""
    if code is None:
        return "dicom"
    if code in _NOT_DICOM:
        return "not_dicom"
    return "refused" if code.startswith("refused-") else "unreadable"


@dataclass(slots=True)
class Totals:
    """The sums of a source: `entries` = `dicom` + `not_dicom` + `unreadable` + `refused`."""

    entries: int = 0
    dicom: int = 0
    instances: int = 0
    not_dicom: int = 0
    unreadable: int = 0
    refused: int = 0
    missing: int = 0
    unlisted: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bytes of one instance lie: an entry of the source, or of a container on it."""

    entry: Entry
    archive: Archive | None = None


@dataclass(frozen=True, slots=True)
class ArchiveTotals:
    """The sums of a container that lies on a source."""

    path: str
    totals: Totals


@dataclass(slots=True)
class ScanResult:
    """What is on a source.

    Paths of `patients` lead to their bytes by `places`; `listed` is how many files its DICOMDIRs name (None: it has
    none), `listings` what of that is not here. `media` is the pool that reads what lies in containers.
    """

    source: Source
    totals: Totals
    patients: list[Patient]
    archives: list[ArchiveTotals]
    problems: list[Rejection]
    places: dict[str, Place] = field(default_factory=dict)
    listed: int | None = None
    listings: Listings = field(default_factory=Listings)
    media: WorkerPool | None = None

    def instances(self) -> list[Instance]:
        """List every instance, in the order of the tree."""
        return [instance for patient in self.patients for instance in instances_of(patient)]

    @property
    def needs_worker(self) -> bool:
        """Tell whether some of its bytes lie in containers, which a media worker reads."""
        return not isinstance(self.source, FolderSource | FileSource) or any(
            place.archive is not None for place in self.places.values()
        )

    def close(self) -> None:
        """End the worker that reads containers."""
        if self.media is not None:
            self.media.close()

    def content(self, instance: Instance) -> Content:
        """Open an instance on its source, without importing it."""
        return content_of(self.source, self.places[instance.path], self.media)


def instances_of(patient: Patient) -> list[Instance]:
    """List every instance of a person, in the order of the tree."""
    return [instance for study in patient.studies for series in study.series for instance in series.instances]


def content_of(source: Source, place: Place, media: WorkerPool | None) -> Content:
    """Give the bytes of a place on a source; those in a container are read by a media worker."""
    if media is None or (place.archive is None and isinstance(source, FolderSource | FileSource)):
        return EntryContent(source, place.entry)
    return ContainedContent(source, place.archive, place.entry, media)


@dataclass(slots=True)
class FoundFile:
    """One DICOM file of a walk with its header; `path` is what people see."""

    path: str
    place: Place
    header: Header
