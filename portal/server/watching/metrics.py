"""Numbers for Prometheus (text format 0.0.4): how many of what, never of whom."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import psutil
from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from core.version import version
from portal.server.access.share_state import opens
from portal.server.base.tables import (
    AccountRow,
    ActivityRow,
    ExamRow,
    HeldStudyRow,
    InstanceRow,
    NoticeRow,
    SentReportRow,
    StoredObjectRow,
    UploadRow,
    WrongCodesRow,
)
from portal.server.services import Services

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics(services: Services) -> str:
    """Write all numbers as they are now."""
    lines = [_gauge("info", "The program.", [({"version": version()}, 1)])]
    with services.database.reading() as session:
        lines += _counted(session, services)
    lines += _of_the_machine(services)
    return "".join(lines)


def _counted(session: Session, services: Services) -> Iterator[str]:
    yield _by(
        session, "accounts", "Accounts by state.", "state", select(AccountRow.state, func.count()).group_by("state")
    )
    yield _by(session, "exams", "Exams by origin.", "origin", select(ExamRow.origin, func.count()).group_by("origin"))
    yield _by(session, "uploads", "Uploads by state.", "state", select(UploadRow.state, func.count()).group_by("state"))
    state = case((opens(services.clock()), "open"), else_="ended").label("state")
    yield _by(session, "shares", "Shares by state.", "state", select(state, func.count()).group_by("state"))
    waits = select(NoticeRow.state, func.count()).group_by("state")
    yield _by(session, "notices", "Letters and text messages by state.", "state", waits)
    yield _one(session, "images", "Stored images and documents.", select(func.count()).select_from(InstanceRow))
    size = select(func.coalesce(func.sum(StoredObjectRow.size), 0))
    yield _one(session, "stored_bytes", "Bytes of all stored objects.", size)
    broken = select(func.count()).select_from(StoredObjectRow).where(StoredObjectRow.damaged_at.is_not(None))
    yield _one(session, "damaged_objects", "Objects that have to be sent again.", broken)
    yield _by(
        session, "unmatched_studies", "Studies of the practice nobody was known for, by state.", "state",
        select(HeldStudyRow.state, func.count()).group_by("state"),
    )  # fmt: skip
    yield _by(
        session, "sent_reports", "Reports of the practice's systems (HL7), by state.", "state",
        select(SentReportRow.state, func.count()).group_by("state"),
    )  # fmt: skip
    day = f"{services.clock():%Y-%m-%d}"
    wrong = select(func.coalesce(func.sum(WrongCodesRow.tries), 0)).where(WrongCodesRow.day == day)
    yield _one(session, "wrong_codes_today", "Wrong codes typed today (UTC), of shares and activations.", wrong)
    yield _one(session, "activity_lines", "Lines of all activity.", select(func.count()).select_from(ActivityRow))


def _of_the_machine(services: Services) -> Iterator[str]:
    free = shutil.disk_usage(services.settings.incoming).free
    yield _gauge("free_bytes", "Room where images are stored.", [({}, free)])
    memory = psutil.Process().memory_info().rss
    yield _gauge("memory_bytes", "Memory of the server itself, without its workers.", [({}, memory)])


def _by(session: Session, name: str, purpose: str, label: str, asked: Select[str, int]) -> str:
    return _gauge(name, purpose, [({label: str(value)}, int(count)) for value, count in session.execute(asked)])


def _one(session: Session, name: str, purpose: str, asked: Select[Any]) -> str:
    return _gauge(name, purpose, [({}, int(session.scalar(asked) or 0))])


def _gauge(name: str, purpose: str, values: list[tuple[dict[str, str], int]]) -> str:
    full = f"scanshelf_portal_{name}"
    lines = [f"# HELP {full} {purpose}", f"# TYPE {full} gauge"]
    for labels, value in sorted(values, key=str):
        said = ",".join(f'{label}="{word}"' for label, word in labels.items())
        lines.append(f"{full}{{{said}}} {value}" if said else f"{full} {value}")
    return "\n".join(lines) + "\n"
