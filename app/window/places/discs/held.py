"""One source in "Discs & drives", with what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importer.ui.summary import PersonLine

if TYPE_CHECKING:
    from app.actions.importing import Begun
    from importer.receipts.receipt import ImportReport
    from importer.results import ScanResult
    from importer.scan.known import Known
    from importer.sources.media import Medium


@dataclass(frozen=True, slots=True)
class Sums:
    """What the card says of a scan, counted once and beside the window: of a large disc that takes a while."""

    persons: tuple[PersonLine, ...]
    size: str


@dataclass(slots=True)
class Held:
    """One source with what is known of it; `job` names what runs for it now."""

    path: str
    title: str
    kind: str
    icon: str
    medium: bool = False
    mark: str = ""  # tells one disc from the next in the same drive
    scan: ScanResult | None = None
    known: Known | None = None  # how much of it seems to be on the shelf; None where that could not be asked
    report: ImportReport | None = None
    when: str = ""
    job: str = ""
    view: bool = False
    on: Medium | None = None
    sums: Sums | None = None
    importing: bool = False
    begun: Begun | None = None  # what was recorded, and runs or waits
    ran: bool = False
    fresh: bool = False  # it was read and nobody has looked yet whether something goes on with it
