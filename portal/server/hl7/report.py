"""What an ORU^R01 says: whose report, of which order, how final, and the document itself."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.colors import black
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from dicom.model import Header
from portal.lettering import Lettering, Style
from portal.server.hl7.message import LONGEST_CONTROL_ID, Hl7Error, Message

FINAL = frozenset({"F", "C"})  # final; a correction of what was final (table 0123)
NOT_FINAL = frozenset({"P", "R", "S", "A", "I", "O"})
LONGEST = 64
_MARGIN, _SIZE, _LEADING = 56.0, 11.0, 15.0


@dataclass(frozen=True, slots=True)
class SentReport:
    """One report as it was sent. `persons` name one person by each Patient ID of theirs."""

    control_id: str
    made_at: str
    persons: tuple[Header, ...]
    accession_numbers: tuple[str, ...]
    title: str
    complete: bool
    document: bytes


def sent_report(message: Message) -> SentReport:
    """Read the one report of a message; raises `Hl7Error`."""
    head = message.segments[0]
    kind = message.parts(message.field(head, 9))
    if kind[:2] != ["ORU", "R01"]:
        raise Hl7Error("unsupported-type", rejected=True)
    control_id = message.field(head, 10)
    if not control_id.strip() or len(control_id) > LONGEST_CONTROL_ID:
        raise Hl7Error("no-control-id", rejected=True)
    patients, orders = message.all("PID"), message.all("OBR")
    if len(patients) != 1 or len(orders) != 1:
        raise Hl7Error("one-patient-and-one-order", rejected=True)
    order = orders[0]
    status = message.field(order, 25).strip().upper()
    if status not in FINAL | NOT_FINAL:
        raise Hl7Error("result-status", rejected=True)
    return SentReport(
        control_id=control_id,
        made_at=message.first(message.field(order, 22)) or message.first(message.field(head, 7)),
        persons=_persons(message, patients[0]),
        accession_numbers=_accession_numbers(message, order),
        title=_title(message, order),
        complete=status in FINAL,
        document=_document(message),
    )


def _persons(message: Message, patient: Sequence[str]) -> tuple[Header, ...]:
    name = message.parts(message.field(patient, 5).split(message.repetition)[0])
    said = "^".join(name[:3]).rstrip("^") or None
    born = message.first(message.field(patient, 7))[:8] or None
    sex = message.first(message.field(patient, 8)) or None
    ids = [message.parts(each) for each in message.field(patient, 3).split(message.repetition)]
    found = [(each[0].strip(), each[3].strip() if len(each) > 3 else "") for each in ids if each[0].strip()]
    return tuple(
        Header(
            patient_name=said, patient_birth_date=born, patient_sex=sex, patient_id=one,
            issuer_of_patient_id=issuer or None,
        )
        for one, issuer in found
    )  # fmt: skip


def _accession_numbers(message: Message, order: Sequence[str]) -> tuple[str, ...]:
    """Give what may be the Accession Number: OBR-18, else filler and placer order number."""
    common = message.all("ORC")[:1]
    fields = [message.field(order, number) for number in (18, 3, 2)]
    fields += [message.field(each, number) for each in common for number in (3, 2)]
    return tuple(dict.fromkeys(filter(None, map(message.first, fields))))


def _title(message: Message, order: Sequence[str]) -> str:
    code = message.parts(message.field(order, 4))
    said = next((each.strip() for each in (*code[1:2], code[0]) if each.strip()), "")
    return (said if said.isprintable() else "")[:LONGEST] or "Report"


def _document(message: Message) -> bytes:
    """Give the PDF that was sent, or one of the text that was; raises `Hl7Error` where there is neither, or both."""
    results = message.all("OBX")
    files = [each for each in results if message.field(each, 2).strip() == "ED"]
    texts = [each for each in results if message.field(each, 2).strip() in ("TX", "FT", "ST")]
    if len(files) > 1:
        raise Hl7Error("several-documents", rejected=True)
    if files:
        return _pdf_of(message, message.field(files[0], 5))
    lines = [line for each in texts for line in _lines(message, message.field(each, 5))]
    if not any(line.strip() for line in lines):
        raise Hl7Error("no-document", rejected=True)
    return _printed(lines)


def _pdf_of(message: Message, field: str) -> bytes:
    parts = field.split(message.component)
    if len(parts) < 5 or parts[3].strip().lower() != "base64" or parts[2].strip().lower() not in ("pdf", "x-pdf"):
        raise Hl7Error("document-type", rejected=True)
    try:
        data = base64.b64decode(message.plain(parts[4]).replace("\n", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Hl7Error("document-encoding", rejected=True) from error
    if not data.startswith(b"%PDF-"):
        raise Hl7Error("document-type", rejected=True)
    return data


def _lines(message: Message, field: str) -> list[str]:
    return [line for each in field.split(message.repetition) for line in message.plain(each).split("\n")]


def _printed(lines: Sequence[str]) -> bytes:
    """Set a text on pages, the same for the same text; a letter that cannot be printed is never left out silently."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    lettering, style = Lettering(canvas), Style("Helvetica", _SIZE, black)
    top, y = A4[1] - _MARGIN, A4[1] - _MARGIN
    for line in lines:
        plain = line.replace("\t", "    ")
        if not plain.replace(" ", "").isprintable() or lettering.printable(plain) != plain:
            raise Hl7Error("letters", rejected=True)
        for part in lettering.wrapped(plain, style, A4[0] - 2 * _MARGIN) or [""]:
            if y < _MARGIN:
                canvas.showPage()
                y = top
            lettering.draw(_MARGIN, y, part, style)
            y -= _LEADING
    canvas.save()
    return out.getvalue()
