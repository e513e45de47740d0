"""Statements that delete one person's traces, and old prompts. They find rows a page at a time and
delete by key, so that no read and no transaction takes long."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    cast,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.sql import true

from bot.db.contents import part_by
from bot.db.server_tables import audit, blocks, boards, grants, presets, votes
from bot.db.tables import facts, posts, requests, scopes, tasks
from bot.db.words import blank_requests, blanks, has_task, has_words
from bot.video.ports.privacy import Piece, Trace, Whose
from bot.video.values.moderation import AuditEntry
from bot.video.values.posts import PostKind, PostState
from bot.video.values.videos import OUTCOMES, UNDER_WAY

_FORGET = "forget."  # prefix of a fact's name, followed by the person's id
_OWED = (PostState.DUE, PostState.SENDING)
_UNFINISHED = tasks.c.state.in_(UNDER_WAY)


class ForgettingSqlBooks:
    """People's traces, in one transaction."""

    connection: Connection

    def walk(self, trace: Trace, whose: Whose, *, after: Any, limit: int) -> Piece:
        key, which = _PLACES[trace]
        span = span_of(self.connection, key, after, limit)
        if span is None:
            return Piece(keys=(), last=None)
        within, last = span
        found = select(key).where(within, which(whose)).order_by(key)
        return Piece(keys=[each for (each,) in self.connection.execute(found)], last=last)

    def blank_requests(self, trace: Trace, whose: Whose, ids: Sequence[str]) -> Sequence[str]:
        which = and_(requests.c.id.in_(ids), _PLACES[trace][1](whose))
        found = [each for (each,) in self.connection.execute(select(requests.c.id).where(which))]
        dropped = self.drop_drafts(found)
        left = [each for each in found if each not in dropped]
        blank_requests(self.connection, left)
        return left

    def drop_drafts(self, ids: Sequence[str]) -> frozenset[str]:
        drafts = delete(requests).where(requests.c.id.in_(ids), ~has_task(true()))
        found = drafts.returning(requests.c.id, requests.c.server_id, requests.c.user_id)
        rows = self.connection.execute(found).all()
        dropped = frozenset(row.id for row in rows)
        names = [f"draft.{row.server_id}.{row.user_id}" for row in rows]
        latest = and_(facts.c.name.in_(names), facts.c.value.in_(dropped))
        self.connection.execute(delete(facts).where(latest))
        return dropped

    def drop_links(self, whose: Whose, task_ids: Sequence[str]) -> None:
        which = and_(tasks.c.id.in_(task_ids), _ended(whose))
        nothing = {"film_url": None, "film_until": None, **blanks(tasks)}
        self.connection.execute(update(tasks).where(which).values(nothing))

    def audit_by_id(self, ids: Sequence[str]) -> Sequence[AuditEntry]:
        found = self.connection.execute(select(audit).where(audit.c.id.in_(ids)))
        return [AuditEntry(**dict(zip(audit.c.keys(), row, strict=True))) for row in found]

    def drop_grant_reasons(self, ids: Sequence[str]) -> None:
        """Drop only the reasons; the grants stay."""
        self.connection.execute(update(grants).where(grants.c.id.in_(ids)).values(blanks(grants)))

    def drop_block_reasons(self, user_id: int, server_ids: Sequence[int]) -> None:
        """Drop only the reasons; the blocks stay while they hold."""
        which = and_(blocks.c.user_id == user_id, blocks.c.server_id.in_(server_ids))
        self.connection.execute(update(blocks).where(which).values(blanks(blocks)))

    def drop_facts(self, names: Sequence[str]) -> None:
        self.connection.execute(delete(facts).where(facts.c.name.in_(names)))

    def drop_scopes(self, names: Sequence[str]) -> None:
        self.connection.execute(delete(scopes).where(scopes.c.name.in_(names)))

    def unfinished(self, user_id: int, *, asked_before: datetime) -> int:
        asked = and_(_words_of(user_id), tasks.c.created_at <= asked_before)
        both = tasks.join(requests, tasks.c.request_id == requests.c.id)
        count = select(func.count()).select_from(both).where(_UNFINISHED, asked)
        return int(self.connection.execute(count).scalar_one())

    def is_owed(self, user_id: int, *, asked_before: datetime) -> bool:
        later = exists(
            select(tasks.c.id).where(
                tasks.c.id == posts.c.task_id, tasks.c.created_at > asked_before
            )
        )
        which = and_(posts.c.state.in_(_OWED), posts.c.user_id == user_id, ~later)
        return self.connection.execute(select(posts.c.id).where(which).limit(1)).first() is not None

    def to_forget(self) -> Mapping[int, datetime]:
        found = select(facts).where(facts.c.name.startswith(_FORGET, autoescape=True))
        return {
            int(name.removeprefix(_FORGET)): datetime.fromisoformat(value).astimezone(UTC)
            for name, value in self.connection.execute(found)
        }

    def forget_later(self, user_id: int, at: datetime) -> None:
        self.connection.execute(delete(facts).where(facts.c.name == f"{_FORGET}{user_id}"))
        fact = {"name": f"{_FORGET}{user_id}", "value": at.isoformat()}
        self.connection.execute(facts.insert().values(fact))

    def forgotten(self, user_id: int, at: datetime) -> None:
        wish = and_(facts.c.name == f"{_FORGET}{user_id}", facts.c.value == at.isoformat())
        self.connection.execute(delete(facts).where(wish))


def span_of(
    connection: Connection, key: Any, after: Any, limit: int
) -> tuple[ColumnElement[bool], Any] | None:
    """A condition that selects the next `limit` rows of a table, and their last key; None at the
    end."""
    later = [] if after is None else [key > after]
    page = select(key.label("key")).where(*later).order_by(key).limit(limit).subquery()
    last = connection.execute(select(func.max(page.c.key))).scalar()
    return None if last is None else (and_(*later, key <= last), last)


_IS_DRAFT = ~has_task(true())


def _words_of(user_id: int) -> ColumnElement[bool]:
    """Requests a person made or wrote a shot for; the pattern matches what `Shots` stores."""
    wrote = cast(requests.c.shots, Text).like(f'%"author_id": {user_id}}}%')
    return or_(requests.c.user_id == user_id, wrote)


def _words(whose: Whose) -> ColumnElement[bool]:
    is_over = ~has_task(_UNFINISHED)
    asked = requests.c.created_at <= whose.before
    return and_(asked, _words_of(whose.user_id), or_(has_words(requests), _IS_DRAFT), is_over)


def _old_drafts(whose: Whose) -> ColumnElement[bool]:
    return and_(requests.c.created_at < whose.before, _IS_DRAFT)


def _audited(whose: Whose) -> ColumnElement[bool]:
    """Audit entries about a person, of their reports, and on their limits; the pattern matches what
    `limits.changes` writes."""
    told = and_(audit.c.action == "reported", audit.c.actor_id == whose.user_id)
    limited = audit.c.details.contains(f'"subject_id": {whose.user_id},')
    ends = audit.c.details.contains(f'"subject_id": {whose.user_id}}}')
    about = or_(audit.c.user_id == whose.user_id, told, limited, ends)
    return and_(audit.c.at <= whose.before, about)


def _told(whose: Whose) -> ColumnElement[bool]:
    """Posts to a person, except about videos in progress, and cards that hold a report by them."""
    going_on = or_(tasks.c.created_at > whose.before, _UNFINISHED)
    later = exists(select(true()).where(tasks.c.id == posts.c.task_id, going_on))
    return or_(and_(posts.c.user_id == whose.user_id, ~later), reported_by(whose.user_id))


def _ended(whose: Whose) -> ColumnElement[bool]:
    """Videos with an outcome, whose posts no longer need the person's words."""
    owed = exists(
        select(true()).where(
            posts.c.task_id == tasks.c.id,
            posts.c.kind.in_((PostKind.REPLY, PostKind.FILM)),
            posts.c.state.in_(_OWED),
        )
    )
    says = or_(tasks.c.film_url.is_not(None), tasks.c.film_until.is_not(None), has_words(tasks))
    asked = and_(tasks.c.user_id == whose.user_id, tasks.c.created_at <= whose.before)
    return and_(asked, says, tasks.c.state.in_(OUTCOMES), ~owed)


def written_on(user_id: int) -> ColumnElement[bool]:
    """Storyboards that a person started or wrote a shot for, as `bot.db.boards` stores them."""
    marks = ("author_id", "changed_by")
    wrote = or_(*(boards.c.document.like(f'%"{each}": {user_id},%') for each in marks))
    return or_(boards.c.opener_id == user_id, wrote)


def reported_by(user_id: int) -> ColumnElement[bool]:
    """Cards that hold a report by this person."""
    return and_(posts.c.kind == PostKind.REPORT, posts.c.content.contains(part_by(user_id)))


_PLACES: dict[Trace, tuple[Any, Callable[[Whose], ColumnElement[bool]]]] = {
    Trace.WORDS: (requests.c.id, _words),
    Trace.OLD_DRAFTS: (requests.c.id, _old_drafts),
    Trace.AUDIT: (audit.c.id, _audited),
    Trace.POSTS: (posts.c.id, _told),
    Trace.LINKS: (tasks.c.id, _ended),
    Trace.BOARDS: (boards.c.id, lambda whose: written_on(whose.user_id)),
    Trace.VOTES: (votes.c.board_id, lambda whose: votes.c.user_id == whose.user_id),
    Trace.GRANTS: (
        grants.c.id,
        lambda whose: and_(grants.c.user_id == whose.user_id, has_words(grants)),
    ),
    Trace.BLOCKS: (
        blocks.c.server_id,
        lambda whose: and_(blocks.c.user_id == whose.user_id, has_words(blocks)),
    ),
    Trace.PRESETS: (
        presets.c.id,
        lambda whose: and_(presets.c.user_id == whose.user_id, presets.c.saved_at <= whose.before),
    ),
    Trace.OFFERS: (facts.c.name, lambda whose: facts.c.name.like(f"draft.%.{whose.user_id}")),
    Trace.SCOPES: (scopes.c.name, lambda whose: scopes.c.name.like(f"%:{whose.user_id}")),
}
