"""Room for the seals of the activity, and for how many wrong codes came on a day."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; the server that starts next seals what there is, with its key."""
    op.add_column("account", sa.Column("activity_seal", sa.String(), nullable=True))
    op.create_table(
        "wrong_codes",
        sa.Column("day", sa.String(), primary_key=True),
        sa.Column("place", sa.String(), primary_key=True),
        sa.Column("tries", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Let go of the table and the seals."""
    op.drop_table("wrong_codes")
    op.drop_column("account", "activity_seal")
