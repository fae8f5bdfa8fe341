"""Objects whose bytes are still to be erased where they are kept elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table("unerased", sa.Column("sha256", sa.String(), nullable=False), sa.PrimaryKeyConstraint("sha256"))


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("unerased")
