"""Tokens that can be named and ended; those that were to live for ten years end within one."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

LONGEST = timedelta(days=365)
ENDS_WITHIN = """
UPDATE access_token SET expires_at = :latest
WHERE expires_at > :latest AND family IN (SELECT id FROM token_family WHERE client_id = 'machine')
"""


def upgrade() -> None:
    """Add the columns and bring the ends of machine tokens within a year from now."""
    op.add_column("token_family", sa.Column("label", sa.String(), nullable=True))
    op.add_column("staff_token", sa.Column("revoked_at", sa.DateTime(), nullable=True))
    latest = (datetime.now(UTC) + LONGEST).replace(tzinfo=None)
    op.get_bind().execute(sa.text(ENDS_WITHIN).bindparams(sa.bindparam("latest", latest, sa.DateTime())))


def downgrade() -> None:
    """Let go of the columns; what ends within a year still does."""
    op.drop_column("staff_token", "revoked_at")
    op.drop_column("token_family", "label")
