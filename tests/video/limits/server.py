"""A server's limits on a real database, with a bystander's ledger beside them."""

import json
import random
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from bot.db import SqlStore
from bot.errors import Refusal
from bot.video.doors import settings as changes
from bot.video.doors.cards import Cards
from bot.video.doors.intake import ReplyTo
from bot.video.doors.videos import VideoService
from bot.video.limits import changes as limit_changes
from bot.video.ports.books import Books
from bot.video.servers.audit import Act
from bot.video.values.asker import Asker
from bot.video.values.ledgers import Allowance, Bill
from bot.video.values.limits import Measure, Subject
from bot.video.values.prices import CREDIT, PRICES
from bot.video.values.videos import State, VideoSpec
from tests.fakes import FakeClock
from tests.orders import order
from tests.video.limits.ledger import DEFAULTS, Film, Ledger, cost_of

UNENDED = {State.QUEUED}
ENDS = {
    State.COMPLETED: (Allowance.SETTLED, Bill.CHARGED),
    State.FAILED: (Allowance.REFUNDED, Bill.RELEASED),
    State.CANCELLED: (Allowance.REFUNDED, Bill.RELEASED),
    State.LOST: (Allowance.REFUNDED, Bill.POSSIBLE),
}
_servers = count(1000)
_choose = random.Random(5).choice


class Crash(Exception):
    """The program ends before a commit."""


class DyingStore:
    """A store whose every transaction does its work and dies before the commit."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    async def tx(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        def die(books: Books) -> None:
            fn(books, *args, **kwargs)
            raise Crash

        return await self._store.tx(die)


class Server:
    """The real thing on a real database, beside the bystander's ledger."""

    def __init__(self, store: SqlStore) -> None:
        self.id = next(_servers)
        self.store = store
        self.clock = FakeClock(datetime.fromisoformat("2026-11-30T20:00:00+00:00"))
        self.ledger = Ledger()
        self.videos = self._videos(store)

    def _videos(self, store: Any) -> VideoService:
        return VideoService(
            store=store,
            clock=self.clock,
            choose=_choose,
            limits=DEFAULTS,
            prices=PRICES,
            cards=Cards(slots=3, clock=self.clock),
            undo=timedelta(seconds=4),
            owner=self.store.lease.owner,
            notify=lambda task_id: None,
        )

    def person(self, user: int) -> int:
        """Somebody who is in no other server, since usage elsewhere counts too."""
        return self.id * 100 + user

    def act(self) -> Act:
        return Act(server_id=self.id, by=9, now=self.clock.now(), choose=_choose)

    async def ask(self, user: int, roles: frozenset[int], spec: VideoSpec) -> None:
        now = self.clock.now()
        expected = self.ledger.verdict(user, roles, spec, now)
        try:
            card = await self._accept(user, roles, spec)
        except Refusal:
            assert expected is False
            return
        grant = json.loads(card.task.decided_by)["grant"]
        assert grant == expected
        self.ledger.films.append(Film(card.task.id, user, now, cost_of(spec), grant))

    async def make(self, user: int, roles: frozenset[int], spec: VideoSpec) -> None:
        """A video from order to end, or to its refusal."""
        before = len(self.ledger.films)
        await self.ask(user, roles, spec)
        if len(self.ledger.films) > before:
            await self.end(-1, State.COMPLETED)

    async def _accept(
        self, user: int, roles: frozenset[int], spec: VideoSpec, *, dying: bool = False
    ) -> Any:
        until = self.clock.now() + timedelta(minutes=15)
        reply = ReplyTo(application_id=7, token="t", token_until=until)
        asker = Asker(user_id=self.person(user), channel_id=11, role_ids=roles)
        videos = self._videos(DyingStore(self.store)) if dying else self.videos
        asked = order(videos, spec, user=self.person(user), server=self.id, asker=asker)
        return await videos.accept(asked, reply)

    async def crash(self, user: int, spec: VideoSpec) -> None:
        """The program dies between a decision and its commit."""
        with pytest.raises((Crash, Refusal)):
            await self._accept(user, frozenset(), spec, dying=True)

    async def end(self, number: int, state: State) -> None:
        running = [film for film in self.ledger.films if not film.is_over]
        if not running:
            return
        film = running[number % len(running)]
        allowance, bill = ENDS[state]
        now = self.clock.now()
        ordered = {} if state is State.CANCELLED else {"submitted_at": now}

        def end(books: Books) -> None:
            books.move_from(film.task_id, UNENDED, state, ended_at=now, **ordered)
            books.settle(film.task_id, allowance, bill)

        await self.store.tx(end)
        film.is_over = True
        film.ordered_at = ordered.get("submitted_at")
        film.is_refunded = allowance is Allowance.REFUNDED
        film.is_released = bill is Bill.RELEASED

    async def limit(self, subject: Subject, whom: int, kind: Any, amount: int | None) -> None:
        measure, window = kind
        stored = amount * CREDIT if measure is Measure.CREDITS and amount else amount
        key = (subject, whom, measure, window)
        await self.store.tx(
            limit_changes.set_limit,
            self.act(),
            **self._named(key),
            amount=stored,
        )
        self.ledger.limits[key] = stored

    def _named(self, key: tuple[Any, ...]) -> dict[str, Any]:
        subject, whom, measure, window = key
        subject_id = self.person(whom) if subject is Subject.PERSON else whom
        return {
            "subject": subject,
            "subject_id": subject_id,
            "measure": measure,
            "window": window,
        }

    async def clear(self, number: int) -> None:
        if not self.ledger.limits:
            return
        key = list(self.ledger.limits)[number % len(self.ledger.limits)]
        await self.store.tx(limit_changes.clear_limits, self.act(), **self._named(key))
        del self.ledger.limits[key]

    async def undo_a_limit(self, subject: Subject, whom: int, kind: Any, amount: int) -> None:
        """Set and take back: as if nothing had been."""
        placed = await self.store.tx(
            limit_changes.set_limit,
            self.act(),
            **self._named((subject, whom, *kind)),
            amount=amount,
        )
        await self.store.tx(limit_changes.undo, self.act(), placed.entry.id)

    async def grant(self, user: int, measure: Measure, amount: int) -> None:
        stored = amount * CREDIT if measure is Measure.CREDITS else amount
        given, _ = await self.store.tx(
            limit_changes.give,
            self.act(),
            user_id=self.person(user),
            measure=measure,
            amount=stored,
            reason="won a contest",
        )
        self.ledger.grants[given.id] = (user, measure, stored)
        self.clock._now += timedelta(milliseconds=1)  # the oldest grant is the first one used

    async def reset(self, user: int) -> None:
        await self.store.tx(limit_changes.reset, self.act(), user_id=self.person(user))
        self.ledger.resets[user] = self.clock.now()
        self.clock._now += timedelta(milliseconds=1)

    async def budget(self, credits: int | None) -> None:
        await self.store.tx(changes.change, self.act(), "budget", credits)
        self.ledger.budget = credits

    async def wait(self, minutes: int) -> None:
        self.clock._now += timedelta(minutes=minutes)

    async def check(self) -> None:
        billed = sum(
            film.cost[Measure.CREDITS] for film in self.ledger.films if not film.is_released
        )
        since = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
        found = await self.store.tx(
            lambda b: b.billed(since=since, amount=10**12, server_id=self.id)
        )
        assert found.total == billed
        assert await self.store.tx(lambda books: books.discrepancies()) == []
