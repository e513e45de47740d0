"""Statements on what is kept of people's words: blanked by age, on request, or read out."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Text,
    and_,
    cast,
    delete,
    exists,
    or_,
    select,
    text,
    true,
    update,
)

from bot.db.columns import among
from bot.db.connection import Connection, Row
from bot.db.forgetting import ForgettingSqlBooks
from bot.db.server_tables import audit, blocks, boards, grants, limits, resets, settings
from bot.db.tables import posts, requests, reservations, tasks
from bot.video.limits.measures import AuditEntry, Subject
from bot.video.models import OUTCOMES, Post, PostState, VideoTask
from bot.video.moderation import reports
from bot.video.storyboards.boards import BoardState

_FORGET = "forget."  # the name of a fact, with the person's id behind it
_NO_SHOTS = "[]"  # as `Shots` writes them
_WORDS = {"prompt": "", "negative_prompt": "", "shots": (), "sought": ""}

_HAS_WORDS = or_(
    requests.c.prompt != "",
    requests.c.negative_prompt != "",
    text(f"requests.shots <> '{_NO_SHOTS}'"),
)
_UNFINISHED = ~among(tasks.c.state, OUTCOMES)
_OTHERS = {"set_by", "given_by", "reset_by", "blocked_by", "actor_id"}
_SECRETS = {"sought", "token", "application_id", "owner", "epoch", "candidate", "nonce", "content"}


class PrivacySqlBooks(ForgettingSqlBooks):
    """Words and traces of people, in one transaction."""

    connection: Connection

    def servers_with_settings(self) -> Sequence[int]:
        return self._column(select(settings.c.server_id))

    def blank_words(
        self, *, ended_before: datetime, server_id: int | None = None, limit: int
    ) -> list[str]:
        young = or_(tasks.c.ended_at.is_(None), tasks.c.ended_at >= ended_before)
        old = and_(
            _in(requests, server_id), requests.c.created_at < ended_before, ~_has_task(young)
        )
        return self._blank(old, limit)

    def drop_boards(self, *, changed_before: datetime, server_id: int | None = None) -> int:
        old = and_(boards.c.state == BoardState.CLOSED, boards.c.changed_at < changed_before)
        dropped = delete(boards).where(old, _in(boards, server_id)).returning(boards.c.id)
        return len(self.connection.execute(dropped).all())

    def boards_of(self, user_id: int) -> Sequence[str]:
        wrote = boards.c.document.like(f'%"author_id": {user_id},%')  # as `bot.db.boards` writes
        theirs = or_(boards.c.opener_id == user_id, wrote)
        return self._column(select(boards.c.id).where(theirs))

    def _column(self, statement: Select[Any]) -> list[Any]:
        return [value for (value,) in self.connection.execute(statement)]

    def _blank(self, which: ColumnElement[bool], limit: int | None) -> list[str]:
        found = select(requests.c.id).where(_HAS_WORDS, which).limit(limit)
        ids = self._column(found)
        for part in _parts(ids):
            self.connection.execute(
                update(requests).where(among(requests.c.id, part)).values(_WORDS)
            )
            of_these = among(tasks.c.request_id, part)
            self.connection.execute(update(tasks).where(of_these).values(error_message=""))
        return ids

    def made_of(self, request_ids: Sequence[str]) -> Sequence[VideoTask]:
        found = (
            self.connection.execute(select(tasks).where(among(tasks.c.request_id, part)))
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

    def reports_by(self, user_id: int) -> Sequence[Post]:
        of_theirs = posts.c.content.contains(f'{{"by": {user_id},')  # as `reports` writes them
        found = select(posts).where(posts.c.subject == reports.SUBJECT, of_theirs)
        return [Post(**_named(posts, row)) for row in self.connection.execute(found)]

    def rows_of(self, user_id: int) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        own_limits = and_(limits.c.subject == Subject.PERSON, limits.c.subject_id == user_id)
        theirs = [(table, table.c.user_id == user_id) for table in _PERSONAL]
        rows = {
            table.name: self._rows(table, which) for table, which in [*theirs, (limits, own_limits)]
        }
        return rows | {"boards": self._boards(user_id), "reports": self._reports(user_id)}

    def _boards(self, user_id: int) -> list[dict[str, Any]]:
        """What a person wrote on each board: title and shots of their own."""
        found = []
        for board_id in self.boards_of(user_id):
            row = self.connection.execute(select(boards).where(boards.c.id == board_id)).one()
            board = _named(boards, row)
            document = json.loads(board.pop("document"))
            if board.pop("opener_id") == user_id:
                board["options"] = document["options"]
            else:
                del board["title"]
            shots = [each for each in document["shots"] if each["author_id"] == user_id]
            found.append(board | {"shots": shots})
        return found

    def _reports(self, user_id: int) -> list[dict[str, Any]]:
        """What a person reported."""
        return [
            {"task_id": card.task_id, "reason": each["reason"]}
            for card in self.reports_by(user_id)
            for each in json.loads(card.content)["reports"]
            if each["by"] == user_id
        ]

    def _rows(self, table: Table, which: ColumnElement[bool]) -> list[dict[str, Any]]:
        columns = [column for column in table.c if column.name not in _OTHERS | _SECRETS]
        found = self.connection.execute(select(*columns).where(which).order_by(*table.primary_key))
        names = [column.name for column in columns]
        return [dict(zip(names, row, strict=True)) for row in found]


_OWED = (PostState.DUE, PostState.SENDING)
_WAITING = (*_OWED, PostState.INBOX)
_PERSONAL = (requests, tasks, reservations, posts, grants, resets, blocks, audit)


def _named(table: Table, row: Row) -> dict[str, Any]:
    return dict(zip(table.c.keys(), row, strict=True))


def _words_of(user_id: int) -> ColumnElement[bool]:
    """Films that a person asked for, or wrote a shot of; the pattern is as `Shots` writes them."""
    wrote = cast(requests.c.shots, Text).like(f'%"author_id": {user_id}}}%')
    return or_(requests.c.user_id == user_id, wrote)


def _parts(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[at : at + 500] for at in range(0, len(ids), 500)]


def _in(table: Table, server_id: int | None) -> ColumnElement[bool]:
    """In one server; without one, in all that have no settings of their own."""
    if server_id is not None:
        return table.c.server_id == server_id
    return table.c.server_id.not_in(select(settings.c.server_id))


def _has_task(which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(true()).where(tasks.c.request_id == requests.c.id, which))
