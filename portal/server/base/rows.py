"""Rows that are there once however many writers come at once: found or added, and writers who wait for one another.

SQLite has one writer at a time; a database with several needs what is here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.server.base.tables import Base

Row = TypeVar("Row", bound=Base)


def found_or_added(session: Session, find: Select[Row], make: Callable[[], Row]) -> tuple[Row, bool]:
    """Give the row that is asked for and whether it was added now; of two writers at once one adds it.

    What `find` asks by has to be unique in its table.
    """
    found = session.scalars(find).first()
    if found is not None:
        return found, False
    try:
        with session.begin_nested():
            made = make()
            session.add(made)
        return made, True
    except IntegrityError:  # another writer was quicker, and has committed since
        found = session.scalars(find).first()
        if found is None:
            raise
        return found, False


def held(session: Session, table: type[Row], key: Any) -> Row | None:
    """Give a row as it is now, and let nobody else hold it before this transaction ends; `None` where it is not there.

    Whoever decides by what is there before writing holds the row all of that belongs to: the person, the account, the
    code that works once.
    """
    # rows that refer to it may be added; what was read of it before may be old
    return session.get(table, key, with_for_update={"key_share": True}, populate_existing=True)


def hold_hash(session: Session, sha256: str) -> None:
    """Let nobody else hold these bytes before this transaction ends, whether there is a row of them or not.

    The first thing a transaction holds, so that no two wait for each other.
    """
    if session.get_bind().dialect.name != "sqlite":  # which has one writer at a time
        key = int.from_bytes(bytes.fromhex(sha256[:16]), "big", signed=True)
        session.execute(select(func.pg_advisory_xact_lock(key)))
