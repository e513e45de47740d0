"""Who is taken for dead, and when: only who is silent while others are heard."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from bot.check.database import about_database
from bot.clock import SystemClock
from bot.db import LeaseTimes, processes, upgrade
from bot.db.heartbeat import Heartbeat, begin
from bot.db.postgres import open_postgres
from bot.db.reach import Reach
from bot.db.status import read_standing
from bot.outages import Outage
from bot.shards import LOOK_SECONDS
from bot.video.life.engine import TAKE_OVER
from bot.video.values.standing import WAITING, Peer
from tests.chaos.postgres import Postgres

TIMES = LeaseTimes(ttl=1.0, beat=0.1, margin=0.25)  # the tests' server is young
PROMISED = 10.0  # seconds, in docs/reliability.md
AGE = text("UPDATE processes SET beat_at = beat_at - :ms WHERE owner = :owner")


class Counter:
    """A counter of seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Counter:
    return Counter()


def starting(url: str, seconds: Callable[[], float]) -> Iterator[Callable[..., Heartbeat]]:
    """Starts processes of the database at `url`, without their threads."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    upgrade(url)

    def start(reach: Reach | None = None) -> Heartbeat:
        with engine.begin() as connection:
            owner = begin(connection, now=datetime.now(UTC))
            processes.take_role(connection, owner, "all")
        outage = Outage("The database", monotonic=seconds)
        started = Heartbeat(
            engine, owner=owner, times=TIMES, outage=outage, monotonic=seconds, reach=reach
        )
        started.beat()
        return started

    yield start
    engine.dispose()


@pytest.fixture
def start(pg_url: str, seconds: Counter) -> Iterator[Callable[..., Heartbeat]]:
    yield from starting(pg_url, seconds)


def fall_silent(one: Heartbeat, *, for_ms: int) -> None:
    with one._engine.begin() as connection:
        connection.execute(AGE, {"owner": one.owner, "ms": for_ms})


def is_ended(one: Heartbeat) -> bool:
    with one._engine.begin() as connection:
        return not processes.drives(connection, one.owner)


def test_the_lease_the_beat_and_the_look_are_within_what_is_promised() -> None:
    times = LeaseTimes()
    found = times.ttl + times.beat
    assert found + TAKE_OVER <= PROMISED  # videos and posts, even if the hint was lost
    assert found + LOOK_SECONDS <= PROMISED  # shards
    assert times.ttl - times.margin >= 4 * times.beat  # a late beat costs nothing


@pytest.mark.parametrize(("silent", "ended"), [(500, False), (1_100, True)])
def test_a_process_is_taken_for_dead_after_its_lease_and_not_before(
    start, silent: int, ended: bool
) -> None:
    one, other = start(), start()
    fall_silent(other, for_ms=silent)
    one.beat()
    assert is_ended(other) is ended


async def test_a_start_that_ended_before_its_first_beat_is_not_counted_for_ever(
    start, pg_url: str, monkeypatch
) -> None:
    one = start()
    monkeypatch.setattr(Heartbeat, "start", Mock(side_effect=KeyboardInterrupt))  # as if killed
    with pytest.raises(KeyboardInterrupt):
        async with open_postgres(make_url(pg_url), clock=SystemClock(), times=TIMES):
            pass
    one.beat()
    assert one.drivers == 2, "it may be on its way"

    with one._engine.begin() as connection:
        connection.execute(AGE, {"owner": one.owner + 1, "ms": 1_100})
    one.beat()
    assert one.drivers == 1


def test_whoever_could_not_beat_itself_gives_the_others_time_to_return(
    start, seconds: Counter
) -> None:
    one, other = start(), start()
    seconds.now += TIMES.ttl
    fall_silent(other, for_ms=60_000)
    one.beat()
    assert not is_ended(other)
    for _ in range(11):
        seconds.now += TIMES.beat
        one.beat()
    assert is_ended(other)


def test_a_beat_that_took_too_long_itself_ends_nobody(start, seconds: Counter) -> None:
    one, other = start(), start()
    ticks = count(seconds.now + 1, TIMES.ttl)
    one._monotonic = lambda: next(ticks)  # once before the beat, once after it
    fall_silent(other, for_ms=60_000)
    one.beat()
    assert not is_ended(other)


def reach_of(seconds: Counter) -> Reach:
    reach = Reach(works=True, hears=True, monotonic=seconds)
    reach.begin()
    return reach


def lose(reach: Reach, peer: Peer, seconds: Counter) -> None:
    """A minute in which one service never answers and the other does."""
    for _ in range(14):
        seconds.now += 5
        for each, contact in reach.contacts.items():
            contact.failed() if each is peer else contact.answered()


def answer(reach: Reach) -> None:
    for contact in reach.contacts.values():
        contact.answered()


@pytest.mark.parametrize("lost", Peer)
def test_whoever_reaches_less_than_another_process_learns_it_by_its_beat(
    start, seconds: Counter, lost: Peer
) -> None:
    mine, theirs = reach_of(seconds), reach_of(seconds)
    one, other = start(mine), start(theirs)
    lose(mine, lost, seconds)
    one.beat()
    assert mine.cut_off is None, "nobody has reached it"

    answer(theirs)
    other.beat()
    assert theirs.cut_off is None
    one.beat()
    assert f"has not reached {lost.words}" in str(mine.cut_off)
    assert f"#{other.owner} on " in str(mine.cut_off)


def test_nobody_gives_way_to_a_dead_or_an_older_process(start, seconds: Counter) -> None:
    mine, theirs = reach_of(seconds), reach_of(seconds)
    one, dead = start(mine), start(theirs)
    start()  # of a release that tells nothing
    lose(mine, Peer.API, seconds)
    answer(theirs)
    dead.beat()
    fall_silent(dead, for_ms=1_100)
    one.beat()
    assert mine.cut_off is None


def test_a_process_that_waits_drives_nothing(start, seconds: Counter) -> None:
    one, other = start(), start()
    with one._engine.begin() as connection:
        processes.take_role(connection, other.owner, WAITING)
    one.beat()
    assert one.drivers == 1


@pytest.mark.long
def test_while_the_server_is_away_nobody_gives_way(seconds: Counter) -> None:
    with Postgres() as server:
        for start in starting(server.url, seconds):
            mine, theirs = reach_of(seconds), reach_of(seconds)
            one, other = start(mine), start(theirs)
            answer(theirs)
            other.beat()
            one._engine.dispose()
            server.stop()
            lose(mine, Peer.API, seconds)
            with pytest.raises(SQLAlchemyError):
                one.beat()
            assert mine.cut_off is None


@pytest.mark.long
def test_a_restart_of_the_server_ends_nobody(seconds: Counter) -> None:
    with Postgres() as server:
        for start in starting(server.url, seconds):
            one, other = start(), start()
            fall_silent(other, for_ms=60_000)
            one._engine.dispose()
            server.stop()
            server.start()
            one.beat()
            assert not is_ended(other)
            other.beat()
            assert not other.is_lost


async def test_check_names_a_process_that_is_cut_off(start, seconds: Counter, pg_url: str) -> None:
    reach = reach_of(seconds)
    one = start(reach)
    answer(reach)
    lose(reach, Peer.API, seconds)
    one.beat()

    secret = SimpleNamespace(get_secret_value=lambda: pg_url)
    config = SimpleNamespace(database_url=secret)
    found = [each.text async for each in about_database(config, SystemClock())]
    name = read_standing(pg_url, now=datetime.now(UTC)).processes[0].name
    assert f"process {name} does not reach the video API" in found
