"""Browsers that are signed in without the desktop program."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "browser_session",
        sa.Column("session_hash", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["family"], ["token_family.id"]),
        sa.PrimaryKeyConstraint("session_hash"),
    )
    op.create_index(op.f("ix_browser_session_family"), "browser_session", ["family"], unique=False)


def downgrade() -> None:
    """Let go of the tables."""
    op.drop_table("browser_session")
