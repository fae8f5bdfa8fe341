"""The way of a disc as far as it goes by now, played on the sample disc and checked against what was put on it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.actions import importing, scanning
from app.actions.importing import Choice
from app.build import Workers
from app.demo.media.sample_disc import SampleDisc, make_sample_disc, make_second_copy, make_two_person_disc
from app.demo.story import Figure, Step, Story
from app.words.english_numbers import counted
from core.errors import DicomError, SourceError
from core.job import Job
from dicom.people.same_person import display_name
from dicom.showing.display import picture
from dicom.source import FileContent, FrameRef
from importer.plan import ImportPlan
from importer.receipts.receipt import ImportReport
from importer.results import ScanResult
from library.index.rows import InstanceRow
from library.shelf import Library

REPORT_PAGES = 2
PICTURES = {"ct": 28, "hand": 0, "heart": 11}  # series → which instance (or frame) is shown


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one demo."""

    disc: Path
    second_disc: Path
    second_copy: Path
    shelf: Path
    pictures: Path
    practice: Path
    mailbox: Path

    @classmethod
    def inside(cls, folder: Path, shelf: Path | None = None) -> Places:
        """Lay out a folder; the shelf may be elsewhere."""
        return cls(
            folder / "sample disc",
            folder / "disc of two",
            folder / "second copy of the disc",
            shelf or folder / "shelf",
            folder / "pictures",
            _unused(folder / "practice portal"),
            folder / "mailbox",
        )


class Way:
    """Walks step by step; each step tells the story and leaves what the next one needs."""

    def __init__(self, places: Places, workers: Workers, library: Library, story: Story, job: Job) -> None:
        self.places = places
        self._workers = workers
        self._library = library
        self._story = story
        self._job = job

    def walk(self) -> SampleDisc:
        """Go the whole way; what differs from the disc is in the story."""
        disc = self.make_disc()
        plan = self.scan_disc(disc)
        self.import_disc(disc, plan)
        self.import_again(disc)
        self.list_shelf(disc)
        self.verify_shelf(disc)
        self.view(disc)
        self.heal(disc)
        self.two_persons()
        return disc

    def make_disc(self) -> SampleDisc:
        """Make the sample disc."""
        started = time.monotonic()
        disc = make_sample_disc(self.places.disc)
        step = Step("disc", f"A disc of {display_name(disc.persons[0])}, who never lived")
        step.figures = {"files": disc.entries, "listed": disc.listed, "bytes": disc.size}
        step.figures |= {"missing": len(disc.missing), "unlisted": len(disc.unlisted), "damaged": len(disc.damaged)}
        step.check("missing, unlisted, damaged", [*step.figures.values()][3:], [1, 1, 1])
        self._story.tell(
            step,
            [
                f"{disc.entries} files, {disc.size / 1e6:.0f} MB, made in {_since(started)}: {disc.folder}",
                f"its table of contents lists {disc.listed} images; {len(disc.missing)} of them is not there, "
                f"{len(disc.damaged)} ends too early, and {len(disc.unlisted)} more is not listed",
            ],
        )
        return disc

    def scan_disc(self, disc: SampleDisc) -> ImportPlan:
        """Look what is on the disc."""
        found = self._scan(disc.folder)
        totals = found.totals
        step = Step("scan", "Look what is on it")
        step.figures = {"listed": found.listed or 0, "entries": totals.entries, "instances": totals.instances}
        step.figures |= {"missing": totals.missing, "unlisted": totals.unlisted, "not_dicom": totals.not_dicom}
        step.check("entries", totals.entries, disc.entries)
        step.check(
            "sum of the lists", totals.dicom + totals.not_dicom + totals.unreadable + totals.refused, totals.entries
        )
        step.check("instances", totals.instances, disc.on_disc)
        step.check("not DICOM", totals.not_dicom, len(disc.other))
        step.check("bytes", totals.bytes, disc.size)
        step.check("listed", found.listed, disc.listed)
        step.check("missing", _paths(found, "missing"), sorted(disc.missing))
        step.check("unlisted", _paths(found, "unlisted"), sorted(disc.unlisted))
        step.check("persons", [patient.patient_name for patient in found.patients], list(disc.persons))
        self._story.tell(
            step,
            [
                f"disc lists {found.listed} images; {totals.instances} found, {totals.missing} missing, "
                f"{totals.unlisted} not listed, {totals.not_dicom} files are no images",
                f"{len(found.patients)} person, {sum(len(patient.studies) for patient in found.patients)} study",
            ],
        )
        return self._plan(found)

    def import_disc(self, disc: SampleDisc, plan: ImportPlan) -> None:
        """Put it on the shelf."""
        started = time.monotonic()
        report = self._import(plan)
        step = Step("import", "Put it on the shelf")
        step.figures = _figures(report) | {"listed": disc.listed, "missing": len(disc.missing)}
        step.check("kept", report.imported + report.already, disc.on_disc)
        step.check("failed and left", (report.failed, report.left), (0, 0))
        step.check("end", report.end, "complete")
        rows = self._library.instance_refs(disc.study_instance_uids[0])
        aside = self._library.copies_aside(disc.study_instance_uids[0])  # of a demo that was played here before
        damaged = [row.source_path for row in rows if row.damaged] + [row.source_path for row in aside]
        step.check("damaged", damaged, list(disc.damaged))
        kept = {row.source_path: row.sha256 for row in rows} | {row.source_path: row.sha256 for row in aside}
        step.check("bytes on the shelf", {path: kept.get(path) for path in disc.sha256}, disc.sha256)
        self._story.tell(
            step,
            [
                f"disc lists {disc.listed} images; {report.imported + report.already} kept and checked "
                f"({len(disc.unlisted)} of them not listed); {len(disc.missing)} missing; {len(disc.damaged)} damaged",
                f"{disc.size / 1e6:.0f} MB in {_since(started)}; every file has the hash of the one on the disc",
            ],
        )

    def import_again(self, disc: SampleDisc) -> None:
        """Import the same disc a second time: nothing is doubled."""
        report = self._import(self._plan(self._scan(disc.folder)))
        step = Step("again", "Put the same disc in a second time")
        step.figures = _figures(report)
        step.check("new, there already", (report.imported, report.already), (0, disc.on_disc))
        self._story.tell(step, [f"{report.already} are there already, {report.imported} new: nothing is doubled"])

    def list_shelf(self, disc: SampleDisc) -> None:
        """Ask the shelf what it holds."""
        uid = disc.study_instance_uids[0]
        found = [study for study in self._library.studies("sample martha") if study.study_instance_uid == uid]
        series = self._library.series(uid)
        step = Step("list", "Ask the shelf for “sample martha”")
        step.figures = {"studies": len(found), "series": len(series)}
        step.check("studies found", len(found), 1)
        step.check("images in it", [study.instances for study in found], [disc.on_disc])
        step.check("series", {each.series_instance_uid for each in series}, set(disc.series.values()))
        lines = [
            f"{each.series_number}. {each.modality} {each.series_description}: {counted('%n image(s)', each.instances)}"
            for each in series
        ]
        self._story.tell(step, lines)

    def verify_shelf(self, disc: SampleDisc) -> None:
        """Read every byte of the shelf and compare it with what was noted at the import."""
        report = self._library.verify(self._job)
        step = Step("verify", "Check every file of the shelf")
        step.figures = {"objects": report.objects, "bytes": report.bytes, "problems": len(report.problems)}
        step.check("problems", [problem.code for problem in report.problems], [])
        step.check("objects at least", report.objects >= disc.on_disc, True)
        self._story.tell(step, [f"{report.objects} files, {report.bytes / 1e6:.0f} MB read: no errors were found"])

    def view(self, disc: SampleDisc) -> None:
        """Decode every picture in the sandboxed workers and save a few."""
        started = time.monotonic()
        step = Step("view", "Open every picture")
        by_series: dict[str, list[InstanceRow]] = {}
        healed = 0  # where the demo is played again on its shelf
        for row in self._library.instance_refs(disc.study_instance_uids[0]):
            healed += row.source_path in disc.damaged and not row.damaged
            by_series.setdefault(row.series_instance_uid or "", []).append(row)
        frames = sum(
            self._decode(row, step)
            for row in (each for name in disc.series if name != "report" for each in by_series[disc.series[name]])
        )
        pages = self._pages(by_series[disc.series["report"]][0], step)
        self._save_pictures(disc, by_series, step)
        step.figures |= {"frames": frames, "pages": pages}
        step.check("pictures", frames, disc.frames + healed)
        step.check("pages of the report", pages, REPORT_PAGES)
        self._story.tell(
            step, [f"{frames} pictures and {pages} pages of a report unpacked and drawn in {_since(started)}"]
        )

    def heal(self, disc: SampleDisc) -> None:
        """Put in a second copy of the disc, without the scratch: what was damaged is whole, and nothing is doubled."""
        sha256 = make_second_copy(disc, self.places.second_copy)
        report = self._import(self._plan(self._scan(self.places.second_copy)))
        uid = disc.study_instance_uids[0]
        study, rows = self._library.study(uid), self._library.instance_refs(uid)
        step = Step("heal", "Put in a second copy of the disc, which has no scratch")
        step.figures = _figures(report) | {"images": study.instances, "damaged": study.damaged}
        step.check("kept", report.imported + report.already, disc.on_disc)
        step.check(
            "images, damaged, conflicts", (study.instances, study.damaged, study.conflicts), (disc.on_disc, 0, 0)
        )
        step.check("whole now", [row.sha256 for row in rows if row.source_path in disc.damaged], [sha256])
        step.check("the damaged bytes are kept aside", len(self._library.copies_aside(uid)), len(disc.damaged))
        said = [f"image {one.instance_number} completed from the second disc" for one in report.completions]
        whole = study.instances - study.damaged
        self._story.tell(
            step,
            [
                *said,
                f"{report.already} are there already, {report.imported} new: "
                f"{whole} of {study.instances} images are whole",
            ],
        )

    def two_persons(self) -> None:
        """Put in a disc of two persons: nothing is kept until somebody says whose it is."""
        disc = make_two_person_disc(self.places.second_disc)
        found = self._scan(disc.folder)
        step = Step("two-persons", "Put in a disc of two persons")
        asked = False
        try:
            self._plan(found)
        except SourceError as question:
            asked = question.code == "several-patients"
        first = next(patient for patient in found.patients if patient.patient_name == disc.persons[0])
        report = self._import(self._plan(found, [first.key]))
        others = [row for row in self._library.patients() if row.patient_name == disc.persons[1]]
        step.figures = {"persons": len(found.patients), **_figures(report)}
        step.check("asked whose it is", asked, True)
        step.check("persons", sorted(patient.patient_name or "" for patient in found.patients), sorted(disc.persons))
        step.check("kept of the other person", len(others), 0)
        names = [display_name(name) for name in disc.persons]
        self._story.tell(
            step,
            [
                f"{' and '.join(names)} are on it: nothing is kept until somebody says whose images to take",
                f"{names[0]} chosen: {report.imported + report.already} images kept, none of the other",
            ],
        )

    def _scan(self, folder: Path) -> ScanResult:
        return scanning.look_at(scanning.named_source(str(folder)), self._workers, self._job)

    def _plan(self, found: ScanResult, persons: list[str] | None = None) -> ImportPlan:
        return importing.plan_of_choice(found, Choice(persons), self._library)

    def _import(self, plan: ImportPlan) -> ImportReport:
        begun = importing.begin(plan, self._library)
        return importing.bring(begun, self._library, self._workers, self._job)

    def _content(self, row: InstanceRow) -> FileContent:
        return self._library.object_content(row.sha256)

    def _decode(self, row: InstanceRow, step: Step) -> int:
        """Decode all frames of one object; a damaged one is shown as far as it goes, and not counted."""
        content = self._content(row)
        try:
            said = self._workers.decoder.describe(content, self._job)
            for index in range(said.number_of_frames):
                picture(self._workers.decoder.frame(FrameRef(content, index), self._job), said, index)
        except DicomError as error:
            if row.damaged is None:
                step.wrong.append(f"{row.source_path}: {error.code}")
            return 0
        return 0 if row.damaged else said.number_of_frames

    def _pages(self, row: InstanceRow, step: Step) -> int:
        content = self._content(row)
        said = self._workers.decoder.describe(content, self._job)
        for index in range(said.number_of_frames):
            page = self._workers.decoder.page(content, index, 1000, self._job)
            step.pictures.append(str(_save(self.places.pictures / f"report-{index + 1}.png", page)))
        return said.number_of_frames

    def _save_pictures(self, disc: SampleDisc, by_series: dict[str, list[InstanceRow]], step: Step) -> None:
        for name, number in PICTURES.items():
            rows = by_series[disc.series[name]]
            row, index = (rows[number], 0) if number < len(rows) else (rows[0], number)
            content = self._content(row)
            said = self._workers.decoder.describe(content, self._job)
            shown = picture(self._workers.decoder.frame(FrameRef(content, index), self._job), said, index)
            step.pictures.append(str(_save(self.places.pictures / f"{name}.png", shown.pixels)))


def _unused(folder: Path) -> Path:
    """Give a folder that is not there yet: a practice of an earlier demo has its account already."""
    others = (folder.with_name(f"{folder.name} {number}") for number in count(2))
    return next(each for each in chain((folder,), others) if not each.exists())


def _since(started: float) -> str:
    return f"{time.monotonic() - started:.1f} s"


def _paths(found: ScanResult, code: str) -> list[str]:
    return sorted(problem.path for problem in found.problems if problem.code == code)


def _figures(report: ImportReport) -> dict[str, Figure]:
    return {
        "planned": report.planned,
        "imported": report.imported,
        "already": report.already,
        "failed": report.failed,
        "damaged": report.damaged,
    }


def _save(path: Path, pixels: NDArray[np.uint8]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = cv2.imencode(".png", pixels[:, :, ::-1] if pixels.ndim == 3 else pixels)[1]
    path.write_bytes(data.tobytes())
    return path
