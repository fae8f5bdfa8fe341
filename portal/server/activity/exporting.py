"""The whole activity of an account for its owner: as a table (CSV) and as FHIR AuditEvents (R4)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from portal.server.base.database import Database
from portal.server.base.tables import ActivityRow
from portal.wire.moments import utc_text

COLUMNS = ("number", "at_utc", "kind", "by", "exams", "share", "details", "hash")
_PAGE = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run
_ACTIONS = {"viewed": "R", "downloaded": "R", "share-opened": "R", "share-downloaded": "R", "practice-viewed": "R"}
_ACTIONS |= {"uploaded": "C", "share-created": "C", "token-created": "C", "report-added": "C", "share-edited": "U"}
_ACTIONS |= {"exam-removed": "D", "images-removed": "D", "report-removed": "D", "share-revoked": "D"}
_ACTIONS |= {"doctor-viewed": "R", "doctor-downloaded": "R", "doctor-assigned": "U", "doctor-unassigned": "U"}
_REFUSED = frozenset({"wrong-password", "wrong-factor", "wrong-code", "share-locked"})


def as_csv(database: Database, account: str) -> Iterator[bytes]:
    """Give the table piece by piece, oldest line first; UTF-8 with a mark, so that spreadsheets read it as that."""
    yield "\ufeff".encode()
    yield _row(COLUMNS)
    for row in _lines(database, account):
        exams = " ".join(each.exam for each in row.exams)
        details = json.dumps(row.details, ensure_ascii=False, sort_keys=True) if row.details else ""
        said = (
            str(row.id),
            utc_text(row.at),
            row.kind,
            row.actor or "",
            exams,
            row.share or "",
            details,
            row.hash or "",
        )
        yield _row([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in said])


def as_fhir(database: Database, account: str, portal: str) -> Iterator[bytes]:
    """Give a Bundle of AuditEvents piece by piece, oldest first."""
    yield b'{"resourceType":"Bundle","type":"collection","entry":['
    for number, row in enumerate(_lines(database, account)):
        yield (b"," if number else b"") + json.dumps({"resource": _event(row, portal)}).encode()
    yield b"]}"


def _event(row: ActivityRow, portal: str) -> dict[str, Any]:
    event: dict[str, Any] = {
        "resourceType": "AuditEvent",
        "id": f"activity-{row.id}",
        "type": {"system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest"},
        "subtype": [{"system": "urn:scanshelf:activity", "code": row.kind}],
        "recorded": utc_text(row.at),
        "outcome": "4" if row.kind in _REFUSED else "0",
        "agent": [_agent(row)],
        "source": {"observer": {"display": portal}},
    }
    if row.kind in _ACTIONS:
        event["action"] = _ACTIONS[row.kind]
    about = [{"what": {"identifier": {"system": "urn:scanshelf:exam", "value": each.exam}}} for each in row.exams]
    if row.share:
        about.append({"what": {"identifier": {"system": "urn:scanshelf:share", "value": row.share}}})
    return event | ({"entity": about} if about else {})


def _agent(row: ActivityRow) -> dict[str, Any]:
    """Say who did it, and from where as far as that is known."""
    agent: dict[str, Any] = {"name": row.actor or "unknown", "requestor": True}
    if network := (row.details or {}).get("from_network"):
        agent["network"] = {"address": network}
    return agent


def _lines(database: Database, account: str) -> Iterator[ActivityRow]:
    after = 0
    while True:
        with database.reading() as session:
            mine = (ActivityRow.account == account, ActivityRow.id > after)
            rows = list(session.scalars(select(ActivityRow).where(*mine).order_by(ActivityRow.id).limit(_PAGE)))
            for row in rows:
                _ = row.exams  # while the session is open
        if not rows:
            return
        yield from rows
        after = rows[-1].id


def _row(cells: Any) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode("utf-8", "replace")
