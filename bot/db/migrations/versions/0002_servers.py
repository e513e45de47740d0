"""What servers decide, grants on reservations, and boards."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _limits()
    _settings()
    _moderation()
    _boards()
    with op.batch_alter_table("reservations") as reservations:
        reservations.add_column(sa.Column("grant_id", sa.String(length=20)))
    with op.batch_alter_table("requests") as requests:
        requests.add_column(sa.Column("board_id", sa.String(length=20)))


def _limits() -> None:
    op.create_table(
        "limits",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", _one_of("everyone", "role", "person", name="subject"), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("measure", _measure(), nullable=False),
        sa.Column(
            "window",
            _one_of("hour", "day", "week", "month", "now", name="window"),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger()),
        sa.Column("set_by", sa.BigInteger(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limits")),
        sa.UniqueConstraint(
            "server_id",
            "subject",
            "subject_id",
            "measure",
            "window",
            name=op.f("uq_limits_server_id"),
        ),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("measure", _measure(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_by", sa.BigInteger(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index("ix_grants_person", "grants", ["server_id", "user_id"])
    op.create_table(
        "resets",
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("reset_by", sa.BigInteger(), nullable=False),
        sa.Column("reset_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("server_id", "user_id", name=op.f("pk_resets")),
    )


def _settings() -> None:
    op.create_table(
        "settings",
        sa.Column("server_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("server_id", name=op.f("pk_settings")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.String(length=20)),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_server_id", "audit", ["server_id", "at"])
    op.create_index("ix_audit_user_id", "audit", ["user_id", "server_id"])


def _moderation() -> None:
    op.create_table(
        "blocks",
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("blocked_by", sa.BigInteger(), nullable=False),
        sa.Column("blocked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("server_id", "user_id", name=op.f("pk_blocks")),
    )
    op.create_table(
        "rules",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("is_pattern", sa.Boolean(), nullable=False),
        sa.Column("action", _one_of("refuse", "hold", "log", name="action"), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
        sa.UniqueConstraint("server_id", "name", name=op.f("uq_rules_server_id")),
    )


def _boards() -> None:
    op.create_table(
        "boards",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("opener_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boards")),
    )
    op.create_index("ix_boards_channel_id", "boards", ["channel_id", "state"])


def _measure() -> sa.Enum:
    return _one_of("films", "seconds", "credits", "at_once", name="measure")


def _one_of(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=16)
