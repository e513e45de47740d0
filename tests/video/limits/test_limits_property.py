"""No sequence of films, ends, limits, roles, grants, resets, crashes and time breaks a limit, eats
an allowance, or makes bill and tasks disagree: compared with a plain count of everything."""

import asyncio
import json
import random
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.db import SqlStore, open_store
from bot.errors import Refusal
from bot.video.asker import Asker
from bot.video.cards import Cards
from bot.video.limits import changes as limit_changes
from bot.video.limits.budget import month_of
from bot.video.limits.effective import Limits
from bot.video.limits.measures import Measure, Subject, Window
from bot.video.models import Quality, Sound, State, VideoSpec
from bot.video.ports.books import Allowance, Bill, Books
from bot.video.prices import CREDIT, PRICES
from bot.video.reception import ReplyTo
from bot.video.servers import changes
from bot.video.servers.audit import Act
from bot.video.studio import Studio
from tests.fakes import FakeClock

DEFAULTS = Limits(daily=100 * CREDIT, at_once=2, bot_daily=None)
PEOPLE, ROLES = [1, 1, 1, 2], [71, 72]
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


@dataclass
class Film:
    """One accepted film, as a bystander wrote it down."""

    task_id: str
    user_id: int
    at: datetime
    cost: dict[Measure, int]
    grant: str | None
    is_over: bool = False
    is_refunded: bool = False
    is_released: bool = False


@dataclass
class Ledger:
    """What a bystander with paper and pencil knows of one server."""

    films: list[Film] = field(default_factory=list)
    limits: dict[tuple[Subject, int, Measure, Window], int | None] = field(default_factory=dict)
    grants: dict[str, tuple[int, Measure, int]] = field(default_factory=dict)
    resets: dict[int, datetime] = field(default_factory=dict)
    budget: int | None = None

    def amount(self, user: int, roles: frozenset[int], measure: Measure, window: Window) -> Any:
        """The amount that holds, or `...` where there is none; with whether a role forbids all."""
        own = self.limits.get((Subject.PERSON, user, measure, window), ...)
        if own is not ...:
            return own, False
        by_role = [
            self.limits[Subject.ROLE, role, measure, window]
            for role in roles
            if (Subject.ROLE, role, measure, window) in self.limits
        ]
        if 0 in by_role:
            return 0, True
        if by_role:
            return (None if None in by_role else max(by_role)), False  # type: ignore[type-var]
        return self.limits.get((Subject.EVERYONE, 0, measure, window), ...), False

    def verdict(self, user: int, roles: frozenset[int], spec: VideoSpec, now: datetime) -> Any:
        """False: refused. Else the grant that pays, None where no grant is needed."""
        cost = cost_of(spec)
        if not self._has_slot(user, roles):
            return False
        full, forbidden = self._full(user, roles, cost, now)
        grant = self._grant(user, cost) if full and not forbidden else None
        if full and grant is None:
            return False
        start, _ = month_of(now)
        spent = sum(
            film.cost[Measure.CREDITS]
            for film in self.films
            if not film.is_released and film.at >= start
        )
        if self.budget is not None and spent + cost[Measure.CREDITS] > self.budget * CREDIT:
            return False
        return grant

    def _has_slot(self, user: int, roles: frozenset[int]) -> bool:
        most, _ = self.amount(user, roles, Measure.AT_ONCE, Window.NOW)
        most = DEFAULTS.at_once if most is ... else most
        active = sum(film.user_id == user and not film.is_over for film in self.films)
        return most is None or active < most

    def _full(
        self, user: int, roles: frozenset[int], cost: dict[Measure, int], now: datetime
    ) -> tuple[bool, bool]:
        is_default = not any(
            subject is Subject.EVERYONE and measure is not Measure.AT_ONCE
            for subject, _, measure, _ in self.limits
        )
        full = forbidden = False
        for measure in (Measure.FILMS, Measure.SECONDS, Measure.CREDITS):
            for window in (Window.HOUR, Window.DAY, Window.WEEK, Window.MONTH):
                most, is_role_none = self.amount(user, roles, measure, window)
                if most is ... and is_default and (measure, window) == ("credits", "day"):
                    most = DEFAULTS.daily
                if most is ... or most is None:
                    continue
                used = sum(film.cost[measure] for film in self._counting(user, now, window))
                if used + cost[measure] > most:
                    full, forbidden = True, forbidden or is_role_none
        return full, forbidden

    def _counting(self, user: int, now: datetime, window: Window) -> Iterator[Film]:
        for film in self.films:
            is_mine = film.user_id == user and film.grant is None and not film.is_refunded
            since = self.resets.get(user, film.at)
            if is_mine and now - film.at < window.length and film.at >= since:
                yield film

    def _grant(self, user: int, cost: dict[Measure, int]) -> str | None:
        for grant_id, (owner, measure, amount) in self.grants.items():
            used = sum(
                film.cost[measure]
                for film in self.films
                if film.grant == grant_id and not film.is_refunded
            )
            if owner == user and used + cost[measure] <= amount:
                return grant_id
        return None


def cost_of(spec: VideoSpec) -> dict[Measure, int]:
    return {
        Measure.FILMS: 1,
        Measure.SECONDS: spec.duration,
        Measure.CREDITS: PRICES.price(spec),
    }


class Server:
    """The real thing on a real database, beside the bystander's ledger."""

    def __init__(self, store: SqlStore) -> None:
        self.id = next(_servers)
        self.store = store
        self.clock = FakeClock(datetime.fromisoformat("2026-11-30T20:00:00+00:00"))
        self.ledger = Ledger()
        self.studio = self._studio(store)

    def _studio(self, store: Any) -> Studio:
        return Studio(
            store=store,
            clock=self.clock,
            choose=_choose,
            limits=DEFAULTS,
            prices=PRICES,
            cards=Cards(slots=3, clock=self.clock),
            undo=timedelta(seconds=4),
            owner=self.store.lease.owner,
            stir=lambda task_id: None,
        )

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
        """A film from its wish to its end, or to its refusal."""
        before = len(self.ledger.films)
        await self.ask(user, roles, spec)
        if len(self.ledger.films) > before:
            await self.end(-1, State.COMPLETED)

    async def _accept(
        self, user: int, roles: frozenset[int], spec: VideoSpec, *, dying: bool = False
    ) -> Any:
        request = self.studio.new_request(
            spec=spec,
            server_id=self.id,
            channel_id=11,
            user_id=user,
            locale="en-US",
            server_locale="en-US",
        )
        until = self.clock.now() + timedelta(minutes=15)
        reply = ReplyTo(application_id=7, token="t", token_until=until)
        asker = Asker(user_id=user, channel_id=11, role_ids=roles)
        studio = self._studio(DyingStore(self.store)) if dying else self.studio
        return await studio.accept(request, reply=reply, answer_by=None, asker=asker)

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

        def end(books: Books) -> None:
            books.move_from(film.task_id, UNENDED, state, ended_at=self.clock.now())
            books.settle(film.task_id, allowance, bill)

        await self.store.tx(end)
        film.is_over = True
        film.is_refunded = allowance is Allowance.REFUNDED
        film.is_released = bill is Bill.RELEASED

    async def limit(self, subject: Subject, whom: int, kind: Any, amount: int | None) -> None:
        measure, window = kind
        stored = amount * CREDIT if measure is Measure.CREDITS and amount else amount
        key = (subject, whom, measure, window)
        await self.store.tx(
            limit_changes.set_limit,
            self.act(),
            **dict(zip(("subject", "subject_id", "measure", "window"), key, strict=True)),
            amount=stored,
        )
        self.ledger.limits[key] = stored

    async def clear(self, number: int) -> None:
        if not self.ledger.limits:
            return
        key = list(self.ledger.limits)[number % len(self.ledger.limits)]
        names = ("subject", "subject_id", "measure", "window")
        key_of = dict(zip(names, key, strict=True))
        await self.store.tx(limit_changes.clear_limits, self.act(), **key_of)
        del self.ledger.limits[key]

    async def undo_a_limit(self, subject: Subject, whom: int, kind: Any, amount: int) -> None:
        """Set and take back: as if nothing had been."""
        placed = await self.store.tx(
            limit_changes.set_limit,
            self.act(),
            subject=subject,
            subject_id=whom,
            measure=kind[0],
            window=kind[1],
            amount=amount,
        )
        await self.store.tx(limit_changes.undo, self.act(), placed.entry.id)

    async def grant(self, user: int, measure: Measure, amount: int) -> None:
        stored = amount * CREDIT if measure is Measure.CREDITS else amount
        given, _ = await self.store.tx(
            limit_changes.give,
            self.act(),
            user_id=user,
            measure=measure,
            amount=stored,
            reason="won a contest",
        )
        self.ledger.grants[given.id] = (user, measure, stored)
        self.clock._now += timedelta(milliseconds=1)  # the oldest grant is the first one used

    async def reset(self, user: int) -> None:
        await self.store.tx(limit_changes.reset, self.act(), user_id=user)
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
        found = await self.store.tx(lambda b: b.billed(since=since, server_id=self.id))
        assert found == billed
        assert await self.store.tx(lambda books: books.discrepancies()) == []


specs = st.builds(
    VideoSpec,
    prompt=st.just("a fox"),
    duration=st.sampled_from([3, 3, 3, 5, 15]),
    quality=st.sampled_from(Quality),
    sound=st.sampled_from(Sound),
)
subjects = st.one_of(
    st.tuples(st.just(Subject.EVERYONE), st.just(0)),
    st.tuples(st.just(Subject.ROLE), st.sampled_from(ROLES)),
    st.tuples(st.just(Subject.PERSON), st.sampled_from(PEOPLE)),
)
kinds = st.sampled_from(
    [
        (Measure.FILMS, Window.HOUR),
        (Measure.FILMS, Window.DAY),
        (Measure.SECONDS, Window.DAY),
        (Measure.CREDITS, Window.DAY),
        (Measure.CREDITS, Window.WEEK),
        (Measure.AT_ONCE, Window.NOW),
    ]
)
FOX, NOBODY = VideoSpec(prompt="a fox", duration=3), frozenset[int]()
roles = st.sampled_from([NOBODY, NOBODY, frozenset({71}), frozenset({71, 72})])
asks = st.tuples(
    st.sampled_from(["ask", "make", "make"]),
    st.sampled_from(PEOPLE),
    roles,
    specs,
)
steps = st.one_of(
    asks,
    asks,
    st.tuples(st.just("end"), st.integers(0, 9), st.sampled_from(list(ENDS))),
    st.builds(
        lambda subject, kind, amount: ("limit", *subject, kind, amount),
        subjects,
        kinds,
        st.sampled_from([0, 1, 1, 2, 2, 3, 20, 60, None]),
    ),
    st.builds(lambda s, kind: ("undo_a_limit", *s, kind, 1), subjects, kinds),
    st.tuples(st.just("clear"), st.integers(0, 9)),
    st.tuples(
        st.just("grant"),
        st.sampled_from(PEOPLE),
        st.sampled_from([Measure.FILMS, Measure.SECONDS, Measure.CREDITS]),
        st.integers(1, 40),
    ),
    st.tuples(st.just("reset"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("budget"), st.sampled_from([None, 0, 100, 400])),
    st.tuples(st.just("wait"), st.sampled_from([1, 59, 60, 240, 1439])),
    st.tuples(st.just("crash"), st.sampled_from(PEOPLE), specs),
)


@pytest.fixture
def opened(database_url: str) -> Iterator[tuple[asyncio.Runner, SqlStore]]:
    """A store on a loop of its own, so that many examples share it."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        store = runner.run(stack.enter_async_context(open_store(database_url, clock=FakeClock())))
        yield runner, store
        runner.run(stack.aclose())


EVERYONE = (Subject.EVERYONE, 0, (Measure.FILMS, Window.DAY))
GRANT = ("grant", 1, Measure.FILMS, 1)
MAKE = ("make", 1, NOBODY, FOX)
A_RESET_STARTS_ANEW = [("limit", *EVERYONE, 1), MAKE, MAKE, ("reset", 1), MAKE, MAKE]
A_GRANTED_FILM_COUNTS_NOT = [
    ("limit", *EVERYONE, 1), MAKE, GRANT, MAKE, ("limit", *EVERYONE, 2), MAKE, MAKE,
]  # fmt: skip
A_REFUND_MAKES_A_GRANT_WHOLE = [
    ("limit", *EVERYONE, 0), GRANT, ("ask", 1, NOBODY, FOX), ("end", 0, State.FAILED), MAKE, MAKE,
]  # fmt: skip
NO_GRANT_HELPS_THE_MUTED = [
    ("limit", Subject.ROLE, 71, (Measure.FILMS, Window.DAY), 0),
    GRANT,
    ("make", 1, frozenset({71, 72}), FOX),
    MAKE,
]
A_WINDOW_PASSES_MIDNIGHT = [
    ("limit", *EVERYONE, 1), MAKE, ("wait", 1439), MAKE, ("wait", 1), MAKE, MAKE,
]  # fmt: skip
A_BUDGET_IS_OF_A_MONTH = [("budget", 20), MAKE, MAKE, ("wait", 239), MAKE, ("wait", 1), MAKE, MAKE]


@example(played=A_RESET_STARTS_ANEW)
@example(played=A_GRANTED_FILM_COUNTS_NOT)
@example(played=A_REFUND_MAKES_A_GRANT_WHOLE)
@example(played=NO_GRANT_HELPS_THE_MUTED)
@example(played=A_WINDOW_PASSES_MIDNIGHT)
@example(played=A_BUDGET_IS_OF_A_MONTH)
@given(played=st.lists(steps, min_size=15, max_size=40))
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_happens_limits_hold_and_nothing_is_eaten(
    opened: tuple[asyncio.Runner, SqlStore], played: list[tuple[Any, ...]]
) -> None:
    runner, store = opened

    async def play() -> None:
        server = Server(store)
        for name, *arguments in played:
            await getattr(server, name)(*arguments)
        await server.check()

    runner.run(play())
