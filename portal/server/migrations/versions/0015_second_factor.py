"""A second factor at the sign-in: authenticator apps, recovery codes, and what lies between password and code."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "authenticator",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("sealed_secret", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("last_counter", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"]),
        sa.PrimaryKeyConstraint("account"),
    )
    for name, hashed, last in (
        ("recovery_code", "code_hash", sa.Column("used_at", sa.DateTime(), nullable=True)),
        ("sign_in_step", "token_hash", sa.Column("expires_at", sa.DateTime(), nullable=False)),
    ):
        op.create_table(
            name,
            sa.Column(hashed, sa.String(), nullable=False),
            sa.Column("account", sa.String(), nullable=False),
            sa.Column("created_at", sa.DateTime(), nullable=False),
            last,
            sa.ForeignKeyConstraint(["account"], ["account.id"]),
            sa.PrimaryKeyConstraint(hashed),
        )
        op.create_index(op.f(f"ix_{name}_account"), name, ["account"], unique=False)


def downgrade() -> None:
    """Let go of the tables."""
    op.drop_table("sign_in_step")
    op.drop_table("recovery_code")
    op.drop_table("authenticator")
