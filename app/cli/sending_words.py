"""Words for what was sent, what waits and what was left."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from app.cli.summaries import shown_date
from app.words.english_numbers import counted
from app.words.messages import Messages
from dicom.people.names import display_name
from portal.whole_words import MAYBE, NOT_HERE
from portal.wire.people import Person
from portal.wire.wholeness import NotHere

if TYPE_CHECKING:
    from app.actions.receipts import Checked
    from library.index.rows import UploadRow
    from portal.client.upload.order import UploadReport
    from portal.client.upload.whose_account import Identified

_DIFFERENCES = {
    "not-in-receipt": "is not in this receipt.",
    "other-in-receipt": "has other bytes in this receipt.",
}
_NOT_ON_THE_SHELF = frozenset({"missing", "unreadable", "not-copied", "removed", MAYBE})


def report_lines(report: UploadReport, row: UploadRow, *, passed_on: bool | None = None) -> list[str]:
    """Say how an upload ended: always how many of how many, and why the others are not there.

    `passed_on` says whether the server tells whoever looks there what was left out; None where that is not known.
    """
    messages = Messages()
    there = report.stored + report.already
    lines = [f"{study_words(row)}: {_state(messages, row)}: {there:,} of {report.instances:,}"]
    if report.already:
        lines.append(f"    {counted('%n file(s) (was|were) there already', report.already)}")
    for code, count in Counter(one.code for one in report.left).items():
        lines.append(f"    {counted('%n file(s)', count)}: {messages.not_sent(code)}")
    for detail, count in Counter(one.detail for one in report.coerced).items():
        lines.append(f"    {counted('%n file(s)', count)}: {messages.not_sent('coerced')} ({detail})")
    if report.converted:
        written = counted(
            "%n file(s) (was|were) written anew with explicit VRs, as this server wants: image and entries are the"
            " same, compared here before sending; the bytes are not those of your shelf",
            len(report.converted),
        )
        lines.append(f"    {written}")
    return [*lines, *_left_out_lines(report, passed_on=passed_on)]


def next_lines(report: UploadReport) -> list[str]:
    """Say what happens next with an upload that did not end: nothing is lost, it stands in the queue."""
    go_on = f"scanshelf uploads --resume {report.upload}"
    if report.state in {"waiting-for-network", "waiting"}:
        return [f"It stands in the queue and goes on where it was: in the window by itself, here with {go_on}"]
    return [f"It is paused until you say: {go_on}"] if report.state == "paused" else []


def _state(messages: Messages, row: UploadRow) -> str:
    """Name how an upload stands; a plain DICOMweb server proves no content, it only lists."""
    listed = row.kind == "dicomweb" and row.state == "complete"
    return messages.upload_state("listed" if listed else row.state)


def _left_out_lines(report: UploadReport, *, passed_on: bool | None) -> list[str]:
    """Name what never came onto the shelf, or is not on it any more, and who is told of all that is left out."""
    never = [one for one in report.left_out if one.code in _NOT_ON_THE_SHELF]
    lines = [f"    Not on your shelf: {_of_a_disc(one)}." for one in never]
    if not report.left_out or passed_on is None:
        return lines
    if passed_on:
        return [*lines, "    The portal tells whoever looks at the exam what is not there."]
    return [*lines, "    This server does not pass on what is not there: tell it yourself to whoever looks."]


def _of_a_disc(one: NotHere) -> str:
    if one.code == MAYBE:
        return counted("%n file(s) of a disc could not be read, and may hold images of this exam", one.images)
    if one.code == "removed":
        return counted("%n file(s) that you moved to the bin", one.images)
    return counted(NOT_HERE[one.code].replace("%n", "%n file(s)", 1), one.images)


def upload_line(row: UploadRow) -> str:
    """Say how one upload of the queue stands."""
    there = row.stored + row.already if row.ended_at else row.sent
    state = _state(Messages(), row)
    return f"{row.id}  {study_words(row)}: {state}: {there:,} of {row.instances:,}, {row.target}"


def receipt_lines(checked: Checked) -> list[str]:
    """Say what a signed receipt proves, and what it does not."""
    said = checked.receipt
    if said is None:
        return [f"{study_words(checked.upload)}: the signature of this receipt is NOT right. It proves nothing."]
    proved = counted("(One file|%n files)", len(said.instances))
    lines = [
        f"{study_words(checked.upload)}: {proved} at {checked.upload.target}, proved on {said.completed_at}.",
        f"    Signed by {said.iss} with the key {checked.key}; the signature is right.",
        f"    Upload {said.upload_id}, exam {said.exam_id}, study {said.study_instance_uid}.",
    ]
    if said.left_out:
        lines.append(f"    Told to the portal as not sent: {sum(one.images for one in said.left_out):,}.")
    lines += [f"    {one.sop_instance_uid or '-'}: {_DIFFERENCES[one.code]}" for one in checked.differences]
    return lines


def study_words(row: UploadRow) -> str:
    """Name the study an upload is of."""
    about = [display_name(row.patient_name), shown_date(row.study_date), row.study_description]
    return "  ".join(part for part in about if part) or "A study that is not on the shelf any more"


def identity_lines(identified: Identified) -> list[str]:
    """Put two persons side by side."""
    rows = [("", "in the images", "your account")]
    for words, name in (
        ("name", "patient_name"),
        ("born", "patient_birth_date"),
        ("Patient ID", "patient_id"),
        ("sex", "patient_sex"),
    ):
        ours = _said(identified.study, name)
        if name == "patient_name" and identified.name_guessed:
            ours += " (name guessed)"
        rows.append((words, ours, _said(identified.account, name)))
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    return [f"    {one.ljust(widths[0])}  {two.ljust(widths[1])}  {three}".rstrip() for one, two, three in rows]


def _said(person: Person, name: str) -> str:
    value: str | None = getattr(person, name)
    if name == "patient_name":
        value = display_name(value)
    if name == "patient_birth_date":
        value = shown_date(value)
    return value or "-"
