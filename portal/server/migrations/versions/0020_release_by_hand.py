"""Reports that the practice releases early or holds back by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("exam", sa.Column("release_by_hand", sa.String(), nullable=True))
    op.add_column("exam", sa.Column("release_by_hand_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    """Let go of them."""
    for column in ("release_by_hand_at", "release_by_hand"):
        op.drop_column("exam", column)
