"""Staff members with roles, referring doctors and what they were given to see."""

import sqlalchemy as sa
from alembic import op

from portal.server.base.name_forms import folded

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

STUDY = sa.table("study", sa.column("id"), sa.column("referring_physician_name"), sa.column("referring_folded"))


def upgrade() -> None:
    """Add the tables, and the folded names of referring physicians."""
    op.create_table(
        "staff",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("practice", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"]),
        sa.ForeignKeyConstraint(["practice"], ["practice.id"]),
        sa.PrimaryKeyConstraint("account"),
    )
    op.create_index(op.f("ix_staff_practice"), "staff", ["practice"], unique=False)
    op.create_table(
        "doctor_name",
        sa.Column("doctor", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["doctor"], ["staff.account"]),
        sa.PrimaryKeyConstraint("doctor", "folded"),
    )
    op.create_table(
        "doctor_patient",
        sa.Column("doctor", sa.String(), nullable=False),
        sa.Column("patient", sa.Integer(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["doctor"], ["staff.account"]),
        sa.ForeignKeyConstraint(["patient"], ["patient.id"]),
        sa.PrimaryKeyConstraint("doctor", "patient"),
    )
    op.create_table(
        "doctor_exam",
        sa.Column("doctor", sa.String(), nullable=False),
        sa.Column("exam", sa.String(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["doctor"], ["staff.account"]),
        sa.ForeignKeyConstraint(["exam"], ["exam.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("doctor", "exam"),
    )
    op.create_index(op.f("ix_doctor_exam_exam"), "doctor_exam", ["exam"], unique=False)
    op.add_column("study", sa.Column("referring_folded", sa.String(), nullable=True))
    op.create_index(op.f("ix_study_referring_folded"), "study", ["referring_folded"], unique=False)
    connection = op.get_bind()
    names = sa.select(STUDY.c.referring_physician_name).where(STUDY.c.referring_physician_name.is_not(None)).distinct()
    for name in connection.scalars(names).all():
        named = sa.update(STUDY).where(STUDY.c.referring_physician_name == name)
        connection.execute(named.values(referring_folded=folded(name) or None))


def downgrade() -> None:
    """Let go of the column and the tables."""
    op.drop_index(op.f("ix_study_referring_folded"), "study")
    op.drop_column("study", "referring_folded")
    for table in ("doctor_exam", "doctor_patient", "doctor_name", "staff"):
        op.drop_table(table)
