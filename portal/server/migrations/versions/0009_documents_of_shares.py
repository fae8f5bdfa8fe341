"""Shares say whether the practice's documents could be seen when they were made.

Of one made before that is known where it holds the report, as both are released together; else its recipient sees none.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and tell what is known of before."""
    op.add_column("share_study", sa.Column("documents", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE share_study SET documents = TRUE WHERE report_sha256 IS NOT NULL")


def downgrade() -> None:
    """Let go of the column."""
    op.drop_column("share_study", "documents")
