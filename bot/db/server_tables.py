"""Tables for what servers decide and what their members make together.

Settings and boards are documents, read and written whole, with a version."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.db.columns import WORDS, Instant, one_of
from bot.db.tables import Id, metadata
from bot.video.values.limits import Measure, Subject, Window
from bot.video.values.moderation import RuleAction

limits = Table(
    "limits",
    metadata,
    Column("id", Id, primary_key=True),
    Column("server_id", BigInteger, nullable=False),
    Column("subject", one_of(Subject, "subject"), nullable=False),
    Column("subject_id", BigInteger, nullable=False),
    Column("measure", one_of(Measure, "measure"), nullable=False),
    Column("window", one_of(Window, "window"), nullable=False),
    Column("amount", BigInteger),
    Column("set_by", BigInteger, nullable=False),
    Column("set_at", Instant, nullable=False),
    UniqueConstraint("server_id", "subject", "subject_id", "measure", "window"),
)

grants = Table(
    "grants",
    metadata,
    Column("id", Id, primary_key=True),
    Column("server_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("measure", one_of(Measure, "measure"), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("reason", Text, nullable=False, info=WORDS),
    Column("given_by", BigInteger, nullable=False),
    Column("given_at", Instant, nullable=False),
    # By videos that were deleted.
    Column("used", BigInteger, nullable=False, server_default="0"),
    Column("wasted", BigInteger, nullable=False, server_default="0"),
)
Index("ix_grants_person", grants.c.server_id, grants.c.user_id)

# Usage before `reset_at` no longer counts.
resets = Table(
    "resets",
    metadata,
    Column("server_id", BigInteger, primary_key=True),
    Column("user_id", BigInteger, primary_key=True),
    Column("reset_by", BigInteger, nullable=False),
    Column("reset_at", Instant, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("server_id", BigInteger, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False, info=WORDS),
    Column("version", Integer, nullable=False),
    Column("changed_by", BigInteger, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

blocks = Table(
    "blocks",
    metadata,
    Column("server_id", BigInteger, primary_key=True),
    Column("user_id", BigInteger, primary_key=True),
    Column("until", Instant),
    Column("reason", Text, nullable=False, info=WORDS),
    Column("blocked_by", BigInteger, nullable=False),
    Column("blocked_at", Instant, nullable=False),
)

rules = Table(
    "rules",
    metadata,
    Column("id", Id, primary_key=True),
    Column("server_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False, info=WORDS),
    Column("pattern", Text, nullable=False, info=WORDS),
    Column("is_pattern", Boolean, nullable=False),
    Column("action", one_of(RuleAction, "action"), nullable=False),
    Column("set_by", BigInteger, nullable=False),
    Column("set_at", Instant, nullable=False),
    UniqueConstraint("server_id", "name"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("server_id", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor_id", BigInteger, nullable=False),
    Column("action", Text, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("task_id", Id),
    Column("details", Text, nullable=False, info=WORDS),
)
Index("ix_audit_server_id", audit.c.server_id, audit.c.at)
Index("ix_audit_at", audit.c.at, audit.c.id)
Index("ix_audit_user_id", audit.c.user_id, audit.c.server_id)

boards = Table(
    "boards",
    metadata,
    Column("id", Id, primary_key=True),
    Column("server_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("opener_id", BigInteger, nullable=False),
    Column("title", Text, nullable=False, info=WORDS),
    Column("document", Text, nullable=False, info=WORDS),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
)
votes = Table(
    "votes",
    metadata,
    Column("board_id", Id, primary_key=True),
    Column("user_id", BigInteger, primary_key=True),
    Column("task_id", Id, nullable=False),
    Column("voted_at", Instant, nullable=False),
)
Index("ix_boards_server_id", boards.c.server_id, boards.c.created_at)
Index("ix_boards_changed_at", boards.c.state, boards.c.changed_at)
Index("ix_boards_channel_id", boards.c.channel_id, boards.c.state)
Index("ix_boards_opener_id", boards.c.opener_id, boards.c.state)

presets = Table(
    "presets",
    metadata,
    Column("id", Id, primary_key=True),
    Column("server_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False, info=WORDS),
    Column("key", Text, nullable=False, info=WORDS),
    Column("options", Text, nullable=False, info=WORDS),
    Column("is_locked", Boolean, nullable=False),
    Column("saved_at", Instant, nullable=False),
    UniqueConstraint("server_id", "user_id", "key"),
)
