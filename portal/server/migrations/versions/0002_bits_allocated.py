"""What PS3.18 10.6.3.3.3 wants told of every instance: how wide its samples are."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was stored before tells nothing."""
    op.add_column("instance", sa.Column("bits_allocated", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Let go of the column."""
    op.drop_column("instance", "bits_allocated")
