"""Which stored objects were found damaged or missing, until they come again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing is known to be damaged yet."""
    op.add_column("stored_object", sa.Column("damaged_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    """Let go of the column."""
    op.drop_column("stored_object", "damaged_at")
