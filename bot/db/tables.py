"""The tables. `bot.video` decides what may happen; constraints are a second net."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from bot.db.columns import WORDS, Instant, Number, Shots, one_of, word_of
from bot.errors import Reason
from bot.video.values.catalogue import AspectRatio, Quality, ShotType, Sound
from bot.video.values.ledgers import Allowance, Bill
from bot.video.values.posts import PostKind, PostState, Rung
from bot.video.values.videos import ID_LENGTH, State

Id = String(ID_LENGTH)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

requests = Table(
    "requests",
    metadata,
    Column("id", Id, primary_key=True),
    Column("parent_id", Id),
    Column("server_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("locale", Text, nullable=False),
    Column("server_locale", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("prompt", Text, nullable=False, info=WORDS),
    Column("negative_prompt", Text, nullable=False, info=WORDS),
    Column("duration", Integer, nullable=False),
    Column("aspect_ratio", one_of(AspectRatio, "aspect_ratio"), nullable=False),
    Column("sound", one_of(Sound, "sound"), nullable=False),
    Column("quality", one_of(Quality, "quality"), nullable=False),
    Column("shot_type", one_of(ShotType, "shot_type"), nullable=False),
    Column("shots", Shots, nullable=False, info=WORDS),
    Column("watermark", Boolean, nullable=False),
    Column("model", Text, nullable=False),
    Column("board_id", Id),
    # The prompt, case-folded here: databases differ in the letters whose case they know.
    Column("sought", Text, nullable=False, server_default="", info=WORDS),
    Column("seen_from", BigInteger),
    Column("takes", Integer, nullable=False, server_default="1"),
    Column("thread_of", BigInteger),
)
Index("ix_requests_board_id", requests.c.board_id)
# Written out, because a database takes this index only for a condition that reads the same.
KEEPS_WORDS = text("(prompt <> '' OR negative_prompt <> '' OR shots <> '[]' OR sought <> '')")
_KEPT: dict[str, Any] = {"sqlite_where": KEEPS_WORDS, "postgresql_where": KEEPS_WORDS}
Index("ix_requests_kept", requests.c.server_id, requests.c.created_at, **_KEPT)
Index("ix_requests_kept_at", requests.c.created_at, **_KEPT)

tasks = Table(
    "tasks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("request_id", Id, ForeignKey("requests.id"), nullable=False),
    Column("server_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("state", one_of(State, "state"), nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("take", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("owner", BigInteger, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("ready_at", Instant),
    Column("submitted_at", Instant),
    Column("remote_id", Text),
    Column("progress", Integer, nullable=False),
    Column("estimate", Integer),
    Column("due_at", Instant),
    Column("ended_at", Instant),
    Column("reason", word_of(Reason)),
    Column("error_code", Text, nullable=False),
    Column("error_message", Text, nullable=False, info=WORDS),
    Column("candidate", Text),
    Column("film_url", Text),
    Column("film_until", Instant),
    Column("muted", Boolean, nullable=False),
    Column("deleted_by", BigInteger),
    Column("first_at", Instant),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("stalled", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("remote_id"),
    CheckConstraint("price >= 0", name="price"),
    CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
    CheckConstraint("state <> 'running' OR remote_id IS NOT NULL", name="running"),
)
Index("ix_tasks_request_id", tasks.c.request_id)
Index("ix_tasks_state", tasks.c.state, tasks.c.created_at)
Index("ix_tasks_person", tasks.c.user_id, tasks.c.server_id, tasks.c.created_at)
Index("ix_tasks_server_id", tasks.c.server_id, tasks.c.created_at)
Index("ix_tasks_due_at", tasks.c.due_at)
# For the queue: when the next is ready, the oldest of all and of a server, and who was put first.
_IS_QUEUED, _IS_FIRST = text("state = 'queued'"), text("state = 'queued' AND first_at IS NOT NULL")
_QUEUED: dict[str, Any] = {"sqlite_where": _IS_QUEUED, "postgresql_where": _IS_QUEUED}
_FIRST: dict[str, Any] = {"sqlite_where": _IS_FIRST, "postgresql_where": _IS_FIRST}
_QUEUE = (tasks.c.state, tasks.c.created_at, tasks.c.server_id, tasks.c.ready_at)
Index("ix_tasks_ready_at", tasks.c.state, tasks.c.ready_at, **_QUEUED)
Index("ix_tasks_queue", *_QUEUE, **_QUEUED)
Index("ix_tasks_server_queue", tasks.c.state, tasks.c.server_id, tasks.c.created_at, **_QUEUED)
Index("ix_tasks_first_at", tasks.c.state, tasks.c.first_at, **_FIRST)
_IS_OPEN = text("ended_at IS NULL")
_OPEN: dict[str, Any] = {"sqlite_where": _IS_OPEN, "postgresql_where": _IS_OPEN}
# For the processes that drive anything, one step for each. Its condition names no state, or
# PostgreSQL would read the whole of it where other statements ask for states.
Index("ix_tasks_owner", tasks.c.owner, **_OPEN)
# For what is under way: neither a person's nor a server's finished videos are read.
# Covers all columns that count a person's videos.
Index("ix_tasks_person_state", tasks.c.user_id, tasks.c.state, tasks.c.server_id, tasks.c.stalled)
Index("ix_tasks_server_state", tasks.c.server_id, tasks.c.state)

reservations = Table(
    "reservations",
    metadata,
    Column("task_id", Id, ForeignKey("tasks.id"), primary_key=True),
    Column("server_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("state", one_of(Allowance, "state"), nullable=False),
    Column("grant_id", Id),
    CheckConstraint("price >= 0", name="price"),
    CheckConstraint("seconds >= 0", name="seconds"),
)
Index("ix_reservations_person", reservations.c.user_id, reservations.c.at)

charges = Table(
    "charges",
    metadata,
    Column("task_id", Id, ForeignKey("tasks.id"), primary_key=True),
    Column("server_id", BigInteger, nullable=False),
    Column("ordered_at", Instant),  # null: waiting, or never ordered
    Column("price", BigInteger, nullable=False),
    Column("state", one_of(Bill, "state"), nullable=False),
    CheckConstraint("price >= 0", name="price"),
)
# Covers all columns that the sums over orders and waiting videos read.
Index(
    "ix_charges_ordered_at",
    charges.c.ordered_at,
    charges.c.state,
    charges.c.server_id,
    charges.c.price,
)
Index(
    "ix_charges_server_id",
    charges.c.server_id,
    charges.c.ordered_at,
    charges.c.state,
    charges.c.price,
)

posts = Table(
    "posts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", one_of(PostKind, "kind"), nullable=False),
    Column("state", one_of(PostState, "state"), nullable=False),
    Column("rung", one_of(Rung, "rung"), nullable=False),
    Column("nonce", String(25), nullable=False),
    Column("task_id", Id, ForeignKey("tasks.id")),
    Column("content", Text, nullable=False, info=WORDS),
    Column("server_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("sent_to", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("is_doubted", Boolean, nullable=False),
    Column("due_at", Instant),
    Column("application_id", BigInteger, nullable=False),
    Column("token", Text, nullable=False),
    Column("token_until", Instant),
    Column("owner", BigInteger, nullable=False, server_default="0"),
    Column("first_due_at", Instant),  # null: of a video, which says how old it is
    UniqueConstraint("nonce"),
    CheckConstraint("attempts >= 0", name="attempts"),
)
Index("ix_posts_task_id", posts.c.task_id)
Index("ix_posts_kind", posts.c.kind, posts.c.state)
Index("ix_posts_state", posts.c.state, posts.c.user_id)
_LINES: dict[str, Any] = {
    "sqlite_where": posts.c.task_id.is_(None),
    "postgresql_where": posts.c.task_id.is_(None),
}
Index("ix_posts_first_due_at", posts.c.first_due_at, posts.c.id, **_LINES)

# What videos cost that were deleted, by day (since 1970, UTC), server and person.
spent = Table(
    "spent",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("server_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("videos", Integer, nullable=False),
    Column("seconds", BigInteger, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("possible", BigInteger, nullable=False),
)

# One row per start of the program; tasks.owner refers to it. `beat_at` is null with a lock file.
# `role` is empty until the process joins the others; one that is `leaving` hands its shards over.
processes = Table(
    "processes",
    metadata,
    Column("owner", Number, primary_key=True),
    Column("started_at", Instant, nullable=False),
    Column("beat_at", BigInteger),
    Column("ended", Boolean, nullable=False),
    Column("role", Text, nullable=False, server_default=""),
    Column("version", Text, nullable=False, server_default=""),
    Column("leaving", Boolean, nullable=False, server_default=false()),
    Column("host", Text, nullable=False, server_default=""),
    Column("pid", Integer, nullable=False, server_default="0"),
    Column("api_at", BigInteger),
    Column("discord_at", BigInteger),
)

# Which process hears a shard of Discord's, and which one connects to take it over; 0 for none.
shards = Table(
    "shards",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("owner", BigInteger, nullable=False),
    Column("next_owner", BigInteger, nullable=False),
)

# When, in milliseconds of the database's clock, the next shard of a rate-limit key may identify.
identify_turns = Table(
    "identify_turns",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("next_at", BigInteger, nullable=False),
)

# Row locks for PostgreSQL while limits are counted: a row per scope, touched first.
scopes = Table(
    "scopes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("touched", BigInteger, nullable=False),
)

# Interactions handled in the last day, by Discord's ids, which rise with time: they reveal repeats
# and second processes. `heard_by` names the one hearing that acts.
interactions = Table(
    "interactions",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("heard_by", BigInteger, nullable=False),
)

# "Thinking" messages that nobody has replaced yet.
deferrals = Table(
    "deferrals",
    metadata,
    Column("interaction_id", BigInteger, primary_key=True, autoincrement=False),
    Column("application_id", BigInteger, nullable=False),
    Column("token", Text, nullable=False),
    Column("token_until", Instant, nullable=False),
    Column("locale", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("is_given_up", Boolean, nullable=False),
)

# What a bill is at most, as it counts for a cap of `amount`.
tallies = Table(
    "tallies",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Column("at_most", BigInteger, nullable=False),
    Column("counted_at", Instant, nullable=False),
)

facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
