"""Which refresh token came after which, so that an answer that was lost can be given again for a moment."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("refresh_token", sa.Column("successor", sa.String(), nullable=True))


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("refresh_token", "successor")
