"""The portal's database without a server around it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from portal.server.base.database import Database
from portal.server.base.tables import Base
from tests.unit.portal.server.rows import Rows


@pytest.fixture(scope="module")
def rows_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Give a database with the portal's tables, for one file of tests."""
    made = Database(f"sqlite:///{tmp_path_factory.mktemp('rows') / 'portal.db'}")
    Base.metadata.create_all(made.engine)
    yield made
    made.close()


@pytest.fixture
def rows(rows_database: Database) -> Iterator[Rows]:
    """Give the rows of one test, of which nothing is kept."""
    with rows_database.reading() as session:
        session.execute(text("BEGIN"))
        yield Rows(session)
        session.rollback()
