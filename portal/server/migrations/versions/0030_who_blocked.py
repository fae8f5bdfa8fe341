"""Which of its practices blocked an account; what was taken over once and waits as invited is active again."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("account_patient", sa.Column("blocked_at", sa.DateTime(), nullable=True))
    op.execute("UPDATE account SET state = 'active' WHERE state = 'invited' AND activated_at IS NOT NULL")


def downgrade() -> None:
    """Take it back."""
    op.drop_column("account_patient", "blocked_at")
