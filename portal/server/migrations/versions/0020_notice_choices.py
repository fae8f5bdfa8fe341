"""Notices people switched off, and the address in a letter that switches its kind off."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("account") as batch:
        batch.add_column(sa.Column("notices_off", sa.String(), nullable=True))
    with op.batch_alter_table("notice") as batch:
        batch.add_column(sa.Column("off_address", sa.String(), nullable=True))


def downgrade() -> None:
    """Take them out."""
    with op.batch_alter_table("notice") as batch:
        batch.drop_column("off_address")
    with op.batch_alter_table("account") as batch:
        batch.drop_column("notices_off")
