"""Statements on people's words: blanked by age, blanked on request, or exported."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    delete,
    or_,
    select,
    update,
)

from bot.db.columns import PLANNED_ANEW
from bot.db.contents import reports_of
from bot.db.forgetting import ForgettingSqlBooks, reported_by, span_of, written_on
from bot.db.server_tables import (
    audit,
    blocks,
    boards,
    grants,
    limits,
    presets,
    resets,
    settings,
    votes,
)
from bot.db.tables import KEEPS_WORDS, posts, requests, reservations, spent, tasks
from bot.db.words import blank_requests, has_task
from bot.video.ports.privacy import Kept, Page
from bot.video.values.boards import BoardState
from bot.video.values.limits import Subject
from bot.video.values.moderation import AuditEntry
from bot.video.values.videos import VideoTask

_OTHERS = {"set_by", "given_by", "reset_by", "blocked_by", "actor_id"}
_SECRETS = {"sought", "token", "application_id", "owner", "epoch", "candidate", "nonce", "content"}


class PrivacySqlBooks(ForgettingSqlBooks):
    """People's words and traces, in one transaction."""

    connection: Connection

    def servers_with_settings(self) -> Sequence[int]:
        return self._column(select(settings.c.server_id))

    def blank_words(
        self, *, ended_before: datetime, server_id: int | None = None, limit: int
    ) -> list[str]:
        young = or_(tasks.c.ended_at.is_(None), tasks.c.ended_at >= ended_before)
        old = and_(_in(requests, server_id), requests.c.created_at < ended_before, ~has_task(young))
        found = select(requests.c.id).where(KEEPS_WORDS, old).limit(limit)
        found = found.execution_options(**PLANNED_ANEW)
        ids = self._column(found)
        for part in _parts(ids):
            blank_requests(self.connection, part)
        return ids

    def drop_boards(
        self, *, changed_before: datetime, server_id: int | None = None, limit: int
    ) -> int:
        old = and_(boards.c.state == BoardState.CLOSED, boards.c.changed_at < changed_before)
        ids = self._column(select(boards.c.id).where(old, _in(boards, server_id)).limit(limit))
        self.connection.execute(delete(votes).where(votes.c.board_id.in_(ids)))
        dropped = delete(boards).where(boards.c.id.in_(ids), old).returning(boards.c.id)
        return len(self.connection.execute(dropped).all())

    def _column(self, statement: Select[Any]) -> list[Any]:
        return [value for (value,) in self.connection.execute(statement)]

    def made_of(self, request_ids: Sequence[str]) -> Sequence[VideoTask]:
        found = (
            self.connection.execute(select(tasks).where(tasks.c.request_id.in_(part)))
            for part in _parts(request_ids)
        )
        return [VideoTask(**_named(tasks, row)) for rows in found for row in rows]

    def audit_with_words(
        self, *, before: datetime, server_id: int | None, limit: int
    ) -> Sequence[AuditEntry]:
        has_words = audit.c.details.contains('"words": ')  # quotes in people's words are escaped
        old = and_(_in(audit, server_id), audit.c.at < before, has_words)
        return self._audit(select(audit).where(old).limit(limit))

    def _audit(self, which: Select[Any]) -> Sequence[AuditEntry]:
        return [AuditEntry(**_named(audit, row)) for row in self.connection.execute(which)]

    def change_audit(self, entry_id: str, **changes: Any) -> None:
        self.connection.execute(update(audit).where(audit.c.id == entry_id).values(changes))

    def drop_audit(self, entry_id: str) -> None:
        self.connection.execute(delete(audit).where(audit.c.id == entry_id))

    def kept_of(self, kind: Kept, user_id: int, *, after: Any, limit: int) -> Page:
        table, which = _kept(kind, user_id)
        key = next(iter(table.primary_key))
        span = span_of(self.connection, key, after, limit)
        if span is None:
            return Page(rows=(), last=None)
        within, last = span
        rows = self._rows(table, and_(within, which), read=_READ.get(kind))
        return Page(rows=[each for row in rows for each in _told(kind, row, user_id)], last=last)

    def _rows(
        self, table: Table, which: ColumnElement[bool], *, read: Collection[str] | None
    ) -> list[dict[str, Any]]:
        columns = [
            each
            for each in table.c
            if (each.name not in _OTHERS | _SECRETS if read is None else each.name in read)
        ]
        found = self.connection.execute(select(*columns).where(which).order_by(*table.primary_key))
        names = [column.name for column in columns]
        return [dict(zip(names, row, strict=True)) for row in found]


# Columns to read from rows that belong to several people; one person's part is then picked out.
_READ = {Kept.BOARDS: boards.c.keys(), Kept.REPORTS: {"task_id", "content"}}


def _kept(kind: Kept, user_id: int) -> tuple[Table, ColumnElement[bool]]:
    match kind:
        case Kept.LIMITS:
            theirs = and_(limits.c.subject == Subject.PERSON, limits.c.subject_id == user_id)
            return limits, theirs
        case Kept.BOARDS:
            return boards, written_on(user_id)
        case Kept.REPORTS:
            return posts, reported_by(user_id)
    table = _PERSONAL[kind]
    return table, table.c.user_id == user_id


def _told(kind: Kept, row: dict[str, Any], user_id: int) -> list[dict[str, Any]]:
    if kind is Kept.BOARDS:
        return [_of_board(row, user_id)]
    if kind is Kept.REPORTS:
        return _of_card(row, user_id)
    return [row]


def _of_board(board: dict[str, Any], user_id: int) -> dict[str, Any]:
    """A person's part of a board: their own title and shots, and those they changed."""
    document = json.loads(board.pop("document"))
    if board.pop("opener_id") == user_id:
        board["options"] = document["options"]
    else:
        del board["title"]
    shots = [
        each for each in document["shots"] if user_id in (each["author_id"], each.get("changed_by"))
    ]
    return board | {"shots": shots}


def _of_card(card: dict[str, Any], user_id: int) -> list[dict[str, Any]]:
    """A person's reports on a card."""
    reports = reports_of(card["content"], user_id)
    return [{"task_id": card["task_id"], "reason": each.reason} for each in reports]


_PERSONAL = {
    Kept.REQUESTS: requests,
    Kept.TASKS: tasks,
    Kept.RESERVATIONS: reservations,
    Kept.POSTS: posts,
    Kept.GRANTS: grants,
    Kept.RESETS: resets,
    Kept.BLOCKS: blocks,
    Kept.AUDIT: audit,
    Kept.PRESETS: presets,
    Kept.VOTES: votes,
    Kept.SPENT: spent,
}


def _named(table: Table, row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(table.c.keys(), row, strict=True))


def _parts(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[at : at + 500] for at in range(0, len(ids), 500)]


def _in(table: Table, server_id: int | None) -> ColumnElement[bool]:
    """The rows of one server, or without an id, of all servers without settings of their own."""
    if server_id is not None:
        return table.c.server_id == server_id
    return table.c.server_id.not_in(select(settings.c.server_id))
