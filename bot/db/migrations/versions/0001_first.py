"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "facts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
    )
    op.create_table(
        "processes",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("beat_at", sa.BigInteger()),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_processes")),
    )
    op.create_table(
        "requests",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("parent_id", sa.String(length=20)),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("server_locale", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("negative_prompt", sa.Text(), nullable=False),
        sa.Column("duration", sa.Integer(), nullable=False),
        sa.Column(
            "aspect_ratio", _one_of("16:9", "9:16", "1:1", name="aspect_ratio"), nullable=False
        ),
        sa.Column("sound", _one_of("on", "off", name="sound"), nullable=False),
        sa.Column("quality", _one_of("720p", "1080p", name="quality"), nullable=False),
        sa.Column(
            "shot_type",
            _one_of("one", "intelligence", "customize", name="shot_type"),
            nullable=False,
        ),
        sa.Column("shots", sa.Text(), nullable=False),
        sa.Column("watermark", sa.Boolean(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    op.create_table(
        "scopes",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("touched", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_scopes")),
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("request_id", sa.String(length=20), nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            _one_of(
                "held",
                "queued",
                "submitting",
                "unconfirmed",
                "running",
                "completed",
                "failed",
                "cancelled",
                "lost",
                name="state",
            ),
            nullable=False,
        ),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("owner", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("ready_at", sa.BigInteger()),
        sa.Column("submitted_at", sa.BigInteger()),
        sa.Column("remote_id", sa.Text()),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("estimate", sa.Integer()),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("error_code", sa.Text(), nullable=False),
        sa.Column("error_message", sa.Text(), nullable=False),
        sa.Column("candidate", sa.Text()),
        sa.Column("film_url", sa.Text()),
        sa.Column("film_until", sa.BigInteger()),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("deleted_by", sa.BigInteger()),
        sa.CheckConstraint(
            "state <> 'running' OR remote_id IS NOT NULL", name=op.f("ck_tasks_running")
        ),
        sa.CheckConstraint("price >= 0", name=op.f("ck_tasks_price")),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_tasks_progress")),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_tasks_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("remote_id", name=op.f("uq_tasks_remote_id")),
    )
    op.create_index("ix_tasks_due_at", "tasks", ["due_at"])
    op.create_index("ix_tasks_person", "tasks", ["user_id", "server_id", "created_at"])
    op.create_index("ix_tasks_request_id", "tasks", ["request_id"])
    op.create_index("ix_tasks_server_id", "tasks", ["server_id", "created_at"])
    op.create_index("ix_tasks_state", "tasks", ["state", "created_at"])
    op.create_table(
        "charges",
        sa.Column("task_id", sa.String(length=20), nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            _one_of("expected", "charged", "released", "possible", name="state"),
            nullable=False,
        ),
        sa.CheckConstraint("price >= 0", name=op.f("ck_charges_price")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_charges_task_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_charges")),
    )
    op.create_index("ix_charges_at", "charges", ["at", "server_id", "state", "price"])
    op.create_table(
        "posts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", _one_of("reply", "film", "notice", "card", name="kind"), nullable=False),
        sa.Column(
            "state",
            _one_of("due", "sending", "there", "gone", "inbox", name="state"),
            nullable=False,
        ),
        sa.Column(
            "rung",
            _one_of("token", "message", "channel", "parent", "dm", "inbox", name="rung"),
            nullable=False,
        ),
        sa.Column("nonce", sa.String(length=25), nullable=False),
        sa.Column("task_id", sa.String(length=20)),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("sent_to", sa.BigInteger()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("is_doubted", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("token_until", sa.BigInteger()),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_posts_attempts")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_posts_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("nonce", name=op.f("uq_posts_nonce")),
    )
    op.create_index("ix_posts_state", "posts", ["state", "user_id"])
    op.create_index("ix_posts_task_id", "posts", ["task_id"])
    op.create_table(
        "reservations",
        sa.Column("task_id", sa.String(length=20), nullable=False),
        sa.Column("server_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column(
            "state", _one_of("reserved", "settled", "refunded", name="state"), nullable=False
        ),
        sa.CheckConstraint("price >= 0", name=op.f("ck_reservations_price")),
        sa.CheckConstraint("seconds >= 0", name=op.f("ck_reservations_seconds")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_reservations_task_id")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_reservations")),
    )
    op.create_index("ix_reservations_person", "reservations", ["user_id", "server_id", "at"])


def _one_of(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=16)
