"""Reports the practice's own systems sent, and those of them that found no exam."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "sent_report",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("practice", sa.Integer(), nullable=False),
        sa.Column("control_id", sa.String(), nullable=False),
        sa.Column("body_sha256", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("exam", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("patient_id", sa.String(), nullable=True),
        sa.Column("patient_name", sa.String(), nullable=True),
        sa.Column("patient_birth_date", sa.String(), nullable=True),
        sa.Column("accession_number", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["practice"], ["practice.id"]),
        sa.ForeignKeyConstraint(["sha256"], ["stored_object.sha256"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("practice", "control_id"),
    )
    op.create_index(op.f("ix_sent_report_exam"), "sent_report", ["exam"], unique=False)
    op.create_index(op.f("ix_sent_report_sha256"), "sent_report", ["sha256"], unique=False)


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("sent_report")
