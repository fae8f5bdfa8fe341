"""Words for what was sent, what waits and what was left."""

from __future__ import annotations

from collections import Counter

from app.cli.summaries import shown_date
from app.english import counted
from app.messages import Messages
from dicom.names import display_name
from library.rows import UploadRow
from portal.client.upload.identity import Identified
from portal.client.upload.order import UploadReport
from portal.wire import Person


def report_lines(report: UploadReport, row: UploadRow) -> list[str]:
    """Say how an upload ended: always how many of how many, and why the others are not there."""
    messages = Messages()
    there = report.stored + report.already
    lines = [f"{study_words(row)}: {messages.upload_state(report.state)}: {there:,} of {report.instances:,}"]
    if report.already:
        lines.append(f"    {counted('%n image(s) (was|were) there already', report.already)}")
    for code, count in Counter(one.code for one in report.left).items():
        lines.append(f"    {counted('%n image(s)', count)}: {messages.not_sent(code)}")
    for detail, count in Counter(one.detail for one in report.coerced).items():
        lines.append(f"    {counted('%n image(s)', count)}: {messages.not_sent('coerced')} ({detail})")
    return lines


def upload_line(row: UploadRow) -> str:
    """Say how one upload of the queue stands."""
    there = row.stored + row.already if row.ended_at else row.sent
    state = Messages().upload_state(row.state)
    return f"{row.id}  {study_words(row)}: {state}: {there:,} of {row.instances:,}, {row.target}"


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
        rows.append((words, _said(identified.study, name), _said(identified.account, name)))
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    return [f"    {one.ljust(widths[0])}  {two.ljust(widths[1])}  {three}".rstrip() for one, two, three in rows]


def _said(person: Person, name: str) -> str:
    value: str | None = getattr(person, name)
    if name == "patient_name":
        value = display_name(value)
    if name == "patient_birth_date":
        value = shown_date(value)
    return value or "-"
