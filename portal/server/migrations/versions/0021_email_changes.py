"""A person's own changes of address, and accounts found by their address however it is written."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column with its index, and the table."""
    op.add_column("account", sa.Column("email_folded", sa.String(), nullable=True))
    op.create_index(op.f("ix_account_email_folded"), "account", ["email_folded"], unique=False)
    op.execute("UPDATE account SET email_folded = lower(email) WHERE email IS NOT NULL AND email <> ''")
    op.create_table(
        "email_change",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("old_email", sa.String(), nullable=True),
        sa.Column("old_email_folded", sa.String(), nullable=True),
        sa.Column("new_email", sa.String(), nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("undo_hash", sa.String(), nullable=True),
        sa.Column("confirm_hash", sa.String(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("undo_hash"),
        sa.UniqueConstraint("confirm_hash"),
    )
    op.create_index(op.f("ix_email_change_account"), "email_change", ["account"], unique=False)
    op.create_index(op.f("ix_email_change_old_email_folded"), "email_change", ["old_email_folded"], unique=False)


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("email_change")
    op.drop_index(op.f("ix_account_email_folded"), "account")
    op.drop_column("account", "email_folded")
