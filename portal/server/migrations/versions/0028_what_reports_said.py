"""All a held report is matched by once its patient or exam is there."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("sent_report", sa.Column("said", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("sent_report", "said")
