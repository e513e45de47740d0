"""Statements on blocks and prompt rules."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, or_, select, text
from sqlalchemy.dialects.postgresql import insert  # SQLite's way is the same

from bot.db.columns import Instant
from bot.db.server_tables import blocks, rules
from bot.video.values.moderation import Block, PromptRule

_BLOCK_COLUMNS = tuple(column.name for column in blocks.c)
_RULE_COLUMNS = tuple(column.name for column in rules.c)

_BLOCK = select(blocks).where(
    blocks.c.server_id == bindparam("server_id"), blocks.c.user_id == bindparam("user_id")
)
_SET_BLOCK = text(
    "INSERT INTO blocks (server_id, user_id, until, reason, blocked_by, blocked_at)"
    " VALUES (:server_id, :user_id, :until, :reason, :blocked_by, :blocked_at)"
    " ON CONFLICT (server_id, user_id) DO UPDATE SET until = excluded.until,"
    " reason = excluded.reason, blocked_by = excluded.blocked_by,"
    " blocked_at = excluded.blocked_at"
).bindparams(bindparam("until", type_=Instant), bindparam("blocked_at", type_=Instant))
_LIFT = (
    delete(blocks)
    .where(
        blocks.c.server_id == bindparam("of_server"),
        blocks.c.user_id == bindparam("of_user"),
        or_(blocks.c.until.is_(None), blocks.c.until > bindparam("now", type_=Instant)),
    )
    .returning(blocks)
)
_RULES = select(rules).where(rules.c.server_id == bindparam("server_id")).order_by(rules.c.name)
_ADD_RULE = (
    insert(rules).on_conflict_do_nothing(index_elements=["server_id", "name"]).returning(rules.c.id)
)
_REMOVE_RULE = (
    delete(rules)
    .where(rules.c.server_id == bindparam("of_server"), rules.c.name == bindparam("of_name"))
    .returning(rules)
)


class ModerationSqlBooks:
    """Blocks and prompt rules in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def block(self, server_id: int, user_id: int) -> Block | None:
        values = {"server_id": server_id, "user_id": user_id}
        return _block(self.connection.execute(_BLOCK, values).first())

    def set_block(self, block: Block) -> None:
        values = {name: getattr(block, name) for name in _BLOCK_COLUMNS}
        self.connection.execute(_SET_BLOCK, values)

    def lift_block(self, server_id: int, user_id: int, *, now: datetime) -> Block | None:
        values = {"of_server": server_id, "of_user": user_id, "now": now}
        return _block(self.connection.execute(_LIFT, values).first())

    def rules(self, server_id: int) -> Sequence[PromptRule]:
        rows = self.connection.execute(_RULES, {"server_id": server_id})
        return [_rule(row) for row in rows]

    def add_rule(self, rule: PromptRule) -> bool:
        values = {name: getattr(rule, name) for name in _RULE_COLUMNS}
        return self.connection.execute(_ADD_RULE, values).first() is not None

    def remove_rule(self, server_id: int, name: str) -> PromptRule | None:
        values = {"of_server": server_id, "of_name": name}
        row = self.connection.execute(_REMOVE_RULE, values).first()
        return None if row is None else _rule(row)


def _block(row: Sequence[Any] | None) -> Block | None:
    return None if row is None else Block(**dict(zip(_BLOCK_COLUMNS, row, strict=True)))


def _rule(row: Sequence[Any]) -> PromptRule:
    return PromptRule(**dict(zip(_RULE_COLUMNS, row, strict=True)))
