"""Uploads whose long lists are just being written; notes are found by the image."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; every upload until now was announced in one step."""
    op.add_column("upload", sa.Column("announcing", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_index("left_out_by_study", "left_out")
    op.create_index("left_out_by_uid", "left_out", ["patient", "study_instance_uid", "sop_instance_uid"])


def downgrade() -> None:
    """Let go of the column."""
    op.drop_index("left_out_by_uid", "left_out")
    op.create_index("left_out_by_study", "left_out", ["patient", "study_instance_uid"])
    op.drop_column("upload", "announcing")
