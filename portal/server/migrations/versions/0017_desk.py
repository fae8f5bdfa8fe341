"""What patients are found by at the desk, which patient a request made, the head of printed letters."""

import sqlalchemy as sa
from alembic import op

from portal.server.base.name_forms import folded, found_by

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

PATIENT = sa.table(
    "patient",
    sa.column("id"),
    sa.column("patient_name"),
    sa.column("patient_id"),
    sa.column("words"),
    sa.column("sort_name"),
)


def upgrade() -> None:
    """Add the columns, filled for everybody who is there, and the table."""
    for column in ("words", "sort_name"):
        op.add_column("patient", sa.Column(column, sa.String(), nullable=False, server_default=""))
    op.create_index("patient_by_name", "patient", ["practice", "sort_name", "id"], unique=False)
    op.add_column("practice", sa.Column("letterhead", sa.String(), nullable=True))
    op.create_table(
        "made_once",
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("patient", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["patient"], ["patient.id"]),
        sa.PrimaryKeyConstraint("who", "key_hash"),
    )
    connection = op.get_bind()
    everybody = sa.select(PATIENT.c.id, PATIENT.c.patient_name, PATIENT.c.patient_id)
    for row in connection.execute(everybody).all():
        found = {"words": found_by(row.patient_name, row.patient_id), "sort_name": folded(row.patient_name) or ""}
        connection.execute(sa.update(PATIENT).where(PATIENT.c.id == row.id).values(found))


def downgrade() -> None:
    """Let go of the columns and the table."""
    op.drop_table("made_once")
    op.drop_column("practice", "letterhead")
    op.drop_index("patient_by_name", "patient")
    for column in ("sort_name", "words"):
        op.drop_column("patient", column)
