"""The sample report: two pages that say on every page that they are made up."""

from __future__ import annotations

import io
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfgen.canvas import Canvas

from app.demo.media.objects import Examination

WIDTH, HEIGHT = A4
LEFT, RIGHT = 62.0, WIDTH - 62.0
TEAL, INK, GREY = HexColor("#0F766E"), HexColor("#1F2937"), HexColor("#6B7280")

FINDINGS = (
    (
        "Chest and upper abdomen (CT)",
        "Both lungs are aired up to the chest wall. The heart is of normal size; its four "
        "chambers are drawn as ellipses, which is unusual in people and usual in phantoms. Liver, spleen and both "
        "kidneys lie where the program put them. No sign of anything that was not computed.",
    ),
    (
        "Right hand (X-ray)",
        "Twenty-seven bones and two of the forearm, all straight and whole. The joint spaces are "
        "of even width. The wrist bones are rounder than in a living hand.",
    ),
    (
        "Heart (ultrasound)",
        "Two beats in one second of film. The valves open and close in time; the colour shows "
        "inflow in red and outflow in blue. Every beat is exactly like the one before.",
    ),
)
IMPRESSION = "A healthy phantom. No person was examined, and nothing here may be used to judge a real one."

Grey = npt.NDArray[np.uint8]


def make_report(study: Examination, pictures: Sequence[tuple[str, Grey]]) -> bytes:
    """Return a PDF of two pages: the text, then key pictures with their captions."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle("Report (sample)")
    canvas.setAuthor("Scanshelf sample generator")
    _page(canvas, study, 1)
    _text_page(canvas, study)
    canvas.showPage()
    _page(canvas, study, 2)
    _picture_page(canvas, pictures)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _page(canvas: Canvas, study: Examination, number: int) -> None:
    """Draw what every page has: letterhead, the large word across, the foot."""
    canvas.saveState()
    canvas.setFillColor(HexColor("#F1F5F4"))
    canvas.setFont("Helvetica-Bold", 120)
    canvas.translate(WIDTH / 2, HEIGHT / 2)
    canvas.rotate(52)
    canvas.drawCentredString(0, -40, "SAMPLE")
    canvas.restoreState()
    canvas.setFillColor(TEAL)
    canvas.rect(LEFT, HEIGHT - 88, 6, 40, stroke=0, fill=1)
    canvas.setFont("Helvetica-Bold", 17)
    canvas.drawString(LEFT + 16, HEIGHT - 62, "Sample practice for images")
    canvas.setFillColor(GREY)
    canvas.setFont("Helvetica", 9.5)
    canvas.drawString(LEFT + 16, HEIGHT - 80, "1 Example Road, Nowhere - this practice does not exist")
    canvas.drawString(LEFT, 44, f"Made-up report for a made-up person, {study.person.patient_id}. Not for diagnosis.")
    canvas.drawRightString(RIGHT, 44, f"Page {number} of 2")


def _text_page(canvas: Canvas, study: Examination) -> None:
    family, _, given = study.person.patient_name.partition("^")
    born, day = study.person.patient_birth_date, study.study_date
    rows = (
        ("Name", f"{given.title()} {family.title()}"),
        ("Born", f"{born[6:]}.{born[4:6]}.{born[:4]}"),
        ("Examined", f"{day[6:]}.{day[4:6]}.{day[:4]}"),
        ("Number", study.accession_number),
    )
    y = HEIGHT - 130
    for label, value in rows:
        _line(canvas, LEFT, y, label, 10.5, GREY)
        _line(canvas, LEFT + 80, y, value, 10.5, INK, bold=label == "Name")
        y -= 17
    y = _heading(canvas, y - 22, "Report", 15)
    for title, text in FINDINGS:
        y = _paragraph(canvas, _heading(canvas, y - 4, title, 11.5), text)
    y = _heading(canvas, y - 4, "Impression", 11.5)
    y = _paragraph(canvas, y, IMPRESSION)
    _line(canvas, LEFT, y - 26, "Dr. Sample (a name, not a doctor)", 10.5, INK)


def _picture_page(canvas: Canvas, pictures: Sequence[tuple[str, Grey]]) -> None:
    y = _heading(canvas, HEIGHT - 130, "Key pictures", 15)
    for caption, picture in pictures:
        rows, columns = picture.shape
        height = 245.0
        width = height * columns / rows
        canvas.drawImage(ImageReader(io.BytesIO(_jpeg(picture))), LEFT, y - height, width, height)
        _line(canvas, LEFT, y - height - 15, caption, 9.5, GREY)
        y -= height + 42


def _jpeg(picture: Grey) -> bytes:
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 88])
    assert done
    return data.tobytes()


def _line(canvas: Canvas, x: float, y: float, text: str, size: float, colour: HexColor, *, bold: bool = False) -> None:
    canvas.setFillColor(colour)
    canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
    canvas.drawString(x, y, text)


def _heading(canvas: Canvas, y: float, text: str, size: float) -> float:
    _line(canvas, LEFT, y, text, size, TEAL, bold=True)
    return y - size - 7


def _paragraph(canvas: Canvas, y: float, text: str) -> float:
    for line in simpleSplit(text, "Helvetica", 10.5, RIGHT - LEFT):
        _line(canvas, LEFT, y, line, 10.5, INK)
        y -= 15
    return y - 10
