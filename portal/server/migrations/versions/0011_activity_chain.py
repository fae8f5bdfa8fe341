"""Chains the lines of each account's activity together, those of before as they are now."""

import sqlalchemy as sa
from alembic import op

from portal.server.activity.chain import FIRST, Line, link
from portal.server.base.tables import Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ACCOUNT = sa.table("account", sa.column("id"), sa.column("activity_hash"))
EXAM = sa.table("activity_exam", sa.column("activity"), sa.column("exam"))
ACTIVITY = sa.table(
    "activity",
    sa.column("id"),
    sa.column("at", Moment()),
    sa.column("account"),
    sa.column("kind"),
    sa.column("share"),
    sa.column("actor"),
    sa.column("details", sa.JSON()),
    sa.column("previous_hash"),
    sa.column("hash"),
)


def upgrade() -> None:
    """Add the column, and the links."""
    op.add_column("account", sa.Column("activity_hash", sa.String(), nullable=True))
    connection = op.get_bind()
    for account in connection.scalars(sa.select(ACCOUNT.c.id)).all():
        _chain(connection, account)


def _chain(connection: sa.Connection, account: str) -> None:
    last = FIRST
    mine = sa.select(ACTIVITY).where(ACTIVITY.c.account == account).order_by(ACTIVITY.c.id)
    for row in connection.execute(mine).all():
        exams = connection.scalars(sa.select(EXAM.c.exam).where(EXAM.c.activity == row.id)).all()
        line = Line(row.at, row.account, row.kind, row.share, row.actor, row.details or {}, exams)
        linked = {"previous_hash": last, "hash": (last := link(last, line))}
        connection.execute(sa.update(ACTIVITY).where(ACTIVITY.c.id == row.id).values(linked))
    if last != FIRST:
        connection.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id == account).values(activity_hash=last))


def downgrade() -> None:
    """Let go of the column; the links stay where they were."""
    op.drop_column("account", "activity_hash")
