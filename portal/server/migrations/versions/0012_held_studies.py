"""Studies the practice sent of nobody it knows, until staff say whose they are."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "held_study",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("practice", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("study_instance_uid", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("person", sa.JSON(), nullable=False),
        sa.Column("doubtful_name", sa.String(), nullable=True),
        sa.Column("patient_id", sa.String(), nullable=True),
        sa.Column("study_date", sa.String(), nullable=True),
        sa.Column("accession_number", sa.String(), nullable=True),
        sa.Column("study_description", sa.String(), nullable=True),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("last_received_at", sa.DateTime(), nullable=False),
        sa.Column("patient", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["practice"], ["practice.id"]),
        sa.ForeignKeyConstraint(["patient"], ["patient.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("practice", "identity", "study_instance_uid"),
    )
    op.create_index("held_study_by_state", "held_study", ["practice", "state", "received_at"], unique=False)
    op.create_table(
        "held_instance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study", sa.String(), nullable=False),
        sa.Column("sop_instance_uid", sa.String(length=64), nullable=False),
        sa.Column("modality", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("stored_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["stored_object.sha256"]),
        sa.ForeignKeyConstraint(["study"], ["held_study.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("study", "sop_instance_uid"),
    )
    op.create_index(op.f("ix_held_instance_sha256"), "held_instance", ["sha256"], unique=False)


def downgrade() -> None:
    """Let go of the tables."""
    op.drop_table("held_instance")
    op.drop_table("held_study")
