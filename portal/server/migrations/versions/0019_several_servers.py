"""What several server processes share: tries, names as they are searched, and numbers of more than 32 bits."""

import sqlalchemy as sa
from alembic import op

from portal.server.base.name_forms import folded, words_of

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MANY = (("instance", "id"), ("activity", "id"), ("activity_exam", "activity"), ("left_out", "id"))
COLUMNS = ("patient_name_folded", "patient_name_words", "referring_words")
AT_ONCE = 1000
NAMES: tuple[sa.ColumnClause[str], ...] = (sa.column("patient_name"), sa.column("referring_physician_name"))
STUDY = sa.table("study", sa.column("id"), *NAMES, *(sa.column(name) for name in COLUMNS))


def upgrade() -> None:
    """Add the table and the columns, and tell how the names that are there are searched."""
    op.create_table(
        "tried",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("moments", sa.JSON(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_index(op.f("ix_tried_ends_at"), "tried", ["ends_at"], unique=False)
    for name in COLUMNS:
        op.add_column("study", sa.Column(name, sa.String(), nullable=True))
    _fill(op.get_bind())
    _widen(sa.BigInteger(), "BIGINT")


def downgrade() -> None:
    """Let go of them."""
    _widen(sa.Integer(), "INTEGER")
    for name in COLUMNS:
        op.drop_column("study", name)
    op.drop_table("tried")


def _widen(kind: sa.types.TypeEngine[int], name: str) -> None:
    """Change columns, and what numbers their rows; SQLite numbers rows in 64 bits as it is."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, column in MANY:
        op.alter_column(table, column, type_=kind)
        if column == "id":
            op.execute(f"ALTER SEQUENCE {table}_id_seq AS {name}")


def _fill(connection: sa.Connection) -> None:
    after = 0
    asked = sa.select(STUDY).order_by(STUDY.c.id).limit(AT_ONCE)
    change = STUDY.update().where(STUDY.c.id == sa.bindparam("study"))
    while rows := connection.execute(asked.where(STUDY.c.id > after)).all():
        said = [
            {
                "study": row.id,
                "patient_name_folded": folded(row.patient_name),
                "patient_name_words": words_of(row.patient_name),
                "referring_words": words_of(row.referring_physician_name),
            }
            for row in rows
        ]
        connection.execute(change, said)
        after = rows[-1].id
