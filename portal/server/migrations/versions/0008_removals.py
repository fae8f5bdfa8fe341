"""What the practice took out, so that it does not come back by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "removal",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("practice", sa.Integer(), nullable=False),
        sa.Column("patient", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("exam", sa.String(), nullable=False),
        sa.Column("images", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=False),
        sa.Column("allowed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["patient"], ["patient.id"]),
        sa.ForeignKeyConstraint(["practice"], ["practice.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_removal_practice"), "removal", ["practice"], unique=False)
    op.create_table(
        "removed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("removal", sa.String(), nullable=False),
        sa.Column("patient", sa.Integer(), nullable=False),
        sa.Column("study_instance_uid", sa.String(length=64), nullable=True),
        sa.Column("sop_instance_uid", sa.String(length=64), nullable=True),
        sa.Column("report_sha256", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["patient"], ["patient.id"]),
        sa.ForeignKeyConstraint(["removal"], ["removal.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_removed_removal"), "removed", ["removal"], unique=False)
    op.create_index("removed_by_study", "removed", ["patient", "study_instance_uid"], unique=False)


def downgrade() -> None:
    """Let go of the tables."""
    op.drop_table("removed")
    op.drop_table("removal")
