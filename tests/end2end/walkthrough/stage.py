"""The stage: a practice with its portal, made-up exams, and a browser whose pictures are kept small."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image
from pydicom import dcmread
from pydicom.dataset import Dataset

from app.demo.media import objects
from app.demo.media.objects import MARTHA, Examination
from app.demo.media.phantom import THICKNESS, Torso
from app.demo.media.report import make_report
from tests.end2end.patient.patient import Patient
from tests.end2end.recipient import written

PHONE: dict[str, Any] = {"width": 360, "height": 740, "mobile": True}
DESK: dict[str, Any] = {"width": 1100, "height": 760}
COLOURS = 48
CARD = {"name": "Praxis am Park", "phone": "+49 30 555 0100", "email": "post@praxis.example"}


# every small picture that is in sight has come, or is known not to
PICTURES_HERE = (
    "[...document.querySelectorAll('img[data-path]')].every(one => one.matches('.here, .none')"
    " || one.getBoundingClientRect().top > innerHeight || !one.checkVisibility())"
)


@dataclass
class Stage:
    """Whoever acts now (`who`), and where pictures go."""

    who: Patient
    folder: Path

    def shoot(self, line: int, selector: str | None = None, **screen: Any) -> None:
        """Keep what is seen, with a part of the page on top where one is named."""
        browser, size = self.who.browser, screen or PHONE
        if selector:
            browser.evaluate(f"document.querySelector({selector!r}).scrollIntoView({{behavior: 'instant'}})")
        browser.wait_for(PICTURES_HERE)
        drawn = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))"
        browser.evaluate(drawn)
        place = self.folder / f"{line:02d}.png"
        browser.screenshot(place)
        with Image.open(io.BytesIO(place.read_bytes())) as image:
            small = image.convert("RGB").resize((size["width"], size["height"]), Image.Resampling.LANCZOS)
            small.quantize(COLOURS, dither=Image.Dither.NONE).save(place, optimize=True)

    def as_other(self, **changed: Any) -> Stage:
        """Give the same stage with somebody else on it."""
        return replace(self, who=replace(self.who, **changed))


def words_of(stage: Stage, words: str) -> str:
    """Mark the button, link or summary that says this, and give how it is found."""
    found = (
        "[...(document.querySelector('dialog[open]') || document.querySelector('#main'))"
        f".querySelectorAll('button, a, summary')].find(each => each.textContent.trim() === {words!r})"
    )
    stage.who.browser.wait_for(found)
    stage.who.browser.evaluate(f"{found}.setAttribute('data-shown', '')")
    return "[data-shown]"


def exam_files(day: str, kind: str) -> list[bytes]:
    """Make the files of an exam of Martha's: "ct", "x-rays" (two sets) or "ultrasound"."""
    if kind == "ct":
        study = Examination(MARTHA, f"W-{day}", day, "CT chest", "RI-2026-118")
        phantom = Torso()
        slices = [objects.ct_values(phantom.slice_at((number - 1) * THICKNESS, number)) for number in range(26, 32)]
        return [_written(objects.ct_slice(study, number, values)) for number, values in enumerate(slices, 26)]
    if kind == "ultrasound":
        return [_written(objects.heart_clip(Examination(MARTHA, f"U-{day}", day, "Heart ultrasound", "RI-2026-117")))]
    sets = [Examination(MARTHA, f"X{n}-{day}", day, f"Right hand, set {n}", f"RI-2026-11{n}") for n in (5, 6)]
    return [_written(objects.hand_x_ray(study)) for study in sets]


def report_pdf() -> bytes:
    """Make a report."""
    return make_report(Examination(MARTHA, "W", "20261127", "X-ray of the right hand", "RI-2026-115"), [])


def disc_files(files: Sequence[bytes], folder: Path) -> list[Path]:
    """Write files as they lie on a disc."""
    places = [folder / f"IM{number:04d}" for number in range(len(files))]
    for place, content in zip(places, files, strict=True):
        place.write_bytes(content)
    (folder / "AUTORUN.INF").write_bytes(b"[autorun]")
    return [*places, folder / "AUTORUN.INF"]


def _written(data_set: Dataset) -> bytes:
    out = io.BytesIO()
    data_set.save_as(out, enforce_file_format=True)
    return written(dcmread(io.BytesIO(out.getvalue())))
