"""What people are told by letter, the way back to a forgotten password, accounts that rest, a practice's own ways."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and the columns."""
    op.add_column("practice", sa.Column("language", sa.String(), nullable=False, server_default="en"))
    op.add_column("practice", sa.Column("self_service", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("account", sa.Column("reinstated_at", sa.DateTime(), nullable=True))
    op.add_column("practice", sa.Column("letters_since", sa.DateTime(), nullable=True))
    practice = sa.table("practice", sa.column("letters_since", sa.DateTime()))
    op.execute(practice.update().values(letters_since=datetime.now(UTC).replace(tzinfo=None)))
    for column in ("deletion_asked_at", "email_changed_at"):
        op.add_column("account", sa.Column(column, sa.DateTime(), nullable=True))
    op.add_column("account", sa.Column("previous_email", sa.String(), nullable=True))
    op.create_table(
        "recovery",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"]),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_recovery_account"), "recovery", ["account"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("html", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_notice_about"), "notice", ["about"], unique=False)
    op.create_index(op.f("ix_notice_account"), "notice", ["account"], unique=False)
    op.create_index("notice_by_due", "notice", ["state", "due_at"], unique=False)


def downgrade() -> None:
    """Let go of the tables and the columns."""
    op.drop_table("notice")
    op.drop_table("recovery")
    for column in ("previous_email", "email_changed_at", "deletion_asked_at", "reinstated_at"):
        op.drop_column("account", column)
    for column in ("letters_since", "self_service", "language"):
        op.drop_column("practice", column)
