"""How people reach the practice, and what stands on its letters: changed by its administrators."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy.orm import Session

from portal.server.base.problems import Problem
from portal.server.base.tables import PracticeRow
from portal.server.people.invitations import email_reason, short_text_reason
from portal.wire.desk.letters import PracticeCard

LETTERHEAD_LINES, LINE_LONGEST = 6, 80


def card_of(session: Session, practice: int) -> PracticeCard:
    """Say what it is."""
    row = session.get_one(PracticeRow, practice)
    return PracticeCard(row.name, row.phone, row.email, row.address, row.letterhead)


def change_card(session: Session, practice: int, wanted: PracticeCard) -> PracticeCard:
    """Change what is said of it; raises `Problem("invalid-request")` naming what cannot be."""
    said = {name: value.strip() or None for name, value in asdict(wanted).items() if value is not None}
    reasons = {
        "name": "empty" if "name" in said and said["name"] is None else short_text_reason(said.get("name")),
        "phone": short_text_reason(said.get("phone")),
        "email": email_reason(said.get("email")),
        "address": _lines_reason(said.get("address")),
        "letterhead": _lines_reason(said.get("letterhead")),
    }
    fields = [{"field": f"body.{name}", "reason": reason} for name, reason in reasons.items() if reason]
    if fields:
        raise Problem("invalid-request", fields=fields)
    row = session.get_one(PracticeRow, practice)
    for name, value in said.items():
        setattr(row, name, value)
    session.flush()
    return card_of(session, practice)


def _lines_reason(text: str | None) -> str | None:
    lines = (text or "").splitlines()
    if len(lines) > LETTERHEAD_LINES or any(len(line) > LINE_LONGEST for line in lines):
        return "too-long"
    return None if all(line.isprintable() for line in lines) else "letters"
