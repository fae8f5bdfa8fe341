"""What long lists are read along: the exams of one or all in their order, the activity of an account or an exam."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

NEW = (
    ("exam_in_order", "exam", ["patient", "sort_date", "created_at", "id"]),
    ("exam_of_all_in_order", "exam", ["origin", "sort_date", "created_at", "id"]),
    ("activity_by_account", "activity", ["account", "id"]),
    ("activity_by_exam", "activity_exam", ["exam", "activity"]),
)
OLD = (("ix_activity_account", "activity", ["account"]), ("ix_activity_exam_exam", "activity_exam", ["exam"]))


def upgrade() -> None:
    """Add the column and the indexes, and let go of those they take the place of."""
    op.add_column("exam", sa.Column("sort_date", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE exam SET sort_date = exam_date WHERE exam_date IS NOT NULL")
    for name, table, _ in OLD:
        op.drop_index(name, table)
    for name, table, columns in NEW:
        op.create_index(name, table, columns, unique=False)


def downgrade() -> None:
    """Take it back."""
    for name, table, _ in NEW:
        op.drop_index(name, table)
    for name, table, columns in OLD:
        op.create_index(name, table, columns, unique=False)
    op.drop_column("exam", "sort_date")
