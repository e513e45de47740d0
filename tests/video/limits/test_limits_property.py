"""No sequence of videos, outcomes, limits, roles, grants, resets, crashes and time breaks a
limit, loses allowance, or makes bill and tasks disagree with a plain count."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.db import SqlStore, open_store
from bot.video.values.catalogue import Quality, Sound
from bot.video.values.limits import Measure, Subject, Window
from bot.video.values.videos import State, VideoSpec
from tests.fakes import FakeClock
from tests.video.limits.server import ENDS, Server

pytestmark = pytest.mark.long

PEOPLE, ROLES = [1, 1, 1, 2], [71, 72]
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
