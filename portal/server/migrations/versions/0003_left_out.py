"""What senders said they did not send, so that whoever looks at an exam is told."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; of uploads before it nobody knows what was left out."""
    op.add_column("upload", sa.Column("told", sa.Boolean(), nullable=True))
    op.create_index("upload_item_by_uid", "upload_item", ["upload", "sop_instance_uid"])
    op.create_table(
        "left_out",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient", sa.Integer(), nullable=False),
        sa.Column("study_instance_uid", sa.String(length=64), nullable=False),
        sa.Column("upload", sa.String(), nullable=False),
        sa.Column("sop_instance_uid", sa.String(length=64), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("images", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=True),
        sa.Column("told_at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["patient"], ["patient.id"]),
        sa.ForeignKeyConstraint(["upload"], ["upload.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("left_out_by_study", "left_out", ["patient", "study_instance_uid"])


def downgrade() -> None:
    """Let go of what was said."""
    op.drop_table("left_out")
    op.drop_index("upload_item_by_uid", "upload_item")
    op.drop_column("upload", "told")
