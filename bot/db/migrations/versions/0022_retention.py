"""What it takes to delete what is old: sums that outlive their videos, and how old a message is."""

import time
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

_LINES: dict[str, Any] = {
    "sqlite_where": sa.text("task_id IS NULL"),
    "postgresql_where": sa.text("task_id IS NULL"),
}


def upgrade() -> None:
    op.create_table(
        "spent",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("server_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("videos", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("possible", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "server_id", "user_id", name="pk_spent"),
    )
    for name in ("used", "wasted"):
        column = sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        op.add_column("grants", column)
    op.add_column("posts", sa.Column("first_due_at", sa.BigInteger()))
    # How old these are is unknown, so they count as new.
    now = sa.text("UPDATE posts SET first_due_at = :now WHERE task_id IS NULL")
    op.execute(now.bindparams(now=int(time.time() * 1000)))
    op.create_index("ix_posts_first_due_at", "posts", ["first_due_at", "id"], **_LINES)
    op.create_index("ix_audit_at", "audit", ["at", "id"])
