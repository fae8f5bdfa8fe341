"""Notices people switched off, and the address in a letter that switches its kind off."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("account", sa.Column("notices_off", sa.String(), nullable=True))
    op.add_column("notice", sa.Column("off_address", sa.String(), nullable=True))


def downgrade() -> None:
    """Take them out."""
    op.drop_column("notice", "off_address")
    op.drop_column("account", "notices_off")
