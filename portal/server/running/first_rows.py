"""What a portal's database holds before anybody came: the practice, the token of its own programs, seals."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import delete, select

from core.files.whole import write_for_good
from portal.server.activity.sealing import seal_all
from portal.server.base.clock import Clock
from portal.server.base.database import Database
from portal.server.base.rows import found_or_added
from portal.server.base.settings import NAMELESS, ServerSettings
from portal.server.base.tables import PracticeRow, StaffTokenRow
from portal.server.base.tokens import new_token, token_hash

PRACTICE = 1
STAFF_LABEL = "this computer"


def add_practice(database: Database, settings: ServerSettings, clock: Clock) -> None:
    """Make the practice at the first start; later it is what the database says, changed by what a start says."""
    with database.writing() as session:
        row, _ = found_or_added(
            session,
            select(PracticeRow).where(PracticeRow.id == PRACTICE),
            lambda: PracticeRow(id=PRACTICE, created_at=clock(), **asdict(settings.practice)),
        )
        for field, said in asdict(settings.practice).items():
            if said != getattr(NAMELESS, field):
                setattr(row, field, said)


def add_staff_token(database: Database, settings: ServerSettings, clock: Clock) -> None:
    """Keep one token of the practice's own programs in a file for its owner's eyes; a new one where none works."""
    if not settings.staff_token_file.exists() or _has_ended(database, settings):
        write_for_good(settings.staff_token_file, new_token())
    hashed = _kept_hash(settings)
    with database.writing() as session:
        mine = StaffTokenRow.label == STAFF_LABEL
        session.execute(delete(StaffTokenRow).where(mine, StaffTokenRow.token_hash != hashed))
        found_or_added(
            session,
            select(StaffTokenRow).where(StaffTokenRow.token_hash == hashed),
            lambda: StaffTokenRow(token_hash=hashed, practice=PRACTICE, label=STAFF_LABEL, created_at=clock()),
        )


def seal_activity(database: Database, settings: ServerSettings) -> None:
    """Seal at the first start what an earlier portal wrote; never again, or a chain written anew would get a seal."""
    if settings.sealed_file.exists():
        return
    with database.writing() as session:
        seal_all(session)
    write_for_good(settings.sealed_file, "")


def _kept_hash(settings: ServerSettings) -> str:
    return token_hash(settings.staff_token_file.read_text("utf-8").strip())


def _has_ended(database: Database, settings: ServerSettings) -> bool:
    with database.reading() as session:
        row = session.get(StaffTokenRow, _kept_hash(settings))
    return row is not None and row.revoked_at is not None
