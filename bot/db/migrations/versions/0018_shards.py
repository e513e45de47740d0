"""Which process hears which of Discord's shards, and whose turn it is to identify."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    with op.batch_alter_table("processes") as processes:
        processes.add_column(sa.Column("role", sa.Text(), server_default="", nullable=False))
        processes.add_column(sa.Column("version", sa.Text(), server_default="", nullable=False))
        processes.add_column(
            sa.Column("leaving", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.create_table(
        "shards",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.BigInteger(), nullable=False),
        sa.Column("next_owner", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shards")),
    )
    op.create_table(
        "identify_turns",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_identify_turns")),
    )
