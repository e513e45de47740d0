"""A pause of submitting holds in every process of one database, and one of them probes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from msgspec import Struct

from bot.clock import SystemClock
from bot.db import SqlStore, open_store
from bot.video.life.agreed_gate import AgreedGate
from bot.video.life.balance import take_turn
from bot.video.life.claiming import Claim, claim_next
from bot.video.life.gate import Gate, Pause, SavedGate
from bot.video.limits.effective import Limits
from bot.video.values.videos import State, VideoRequest, VideoSpec, VideoTask

CLOCK = SystemClock()
LIMITS = Limits(daily=None, at_once=None, bot_daily=None)


class Side(Struct, frozen=True, kw_only=True):
    """One process: its store, and its copy of the gate."""

    store: SqlStore
    gate: Gate
    agreed: AgreedGate

    async def does(self, act) -> None:
        write = self.agreed.begin(act)
        self.agreed.end(await self.store.tx(write))

    async def claims(self) -> object:
        owner, known = self.store.lease.owner, self.agreed.known
        found = await self.store.tx(claim_next, owner, 8, LIMITS, CLOCK.now(), (), known)
        if isinstance(found, SavedGate):
            self.agreed.take(found)
        return found


@pytest.fixture
async def sides(pg_url: str) -> AsyncIterator[tuple[Side, Side]]:
    async with (
        open_store(pg_url, clock=CLOCK) as one,
        open_store(pg_url, clock=CLOCK) as other,
    ):
        yield side(one), side(other)


def side(store: SqlStore) -> Side:
    gate = Gate(most=8)
    agreed = AgreedGate(gate, store=store, lease=store.lease, clock=CLOCK)
    return Side(store=store, gate=gate, agreed=agreed)


def shut(gate: Gate) -> None:
    gate.shut(Pause.OUTAGE, CLOCK.now().timestamp(), seconds=0.0)


async def queue(store: SqlStore, *names: str) -> None:
    def add(books) -> None:
        for name in names:
            place = {"server_id": 1, "user_id": 2}
            now = CLOCK.now() - timedelta(minutes=1)
            spec = VideoSpec(prompt="a fox")
            asked = {"channel_id": 3, "locale": "en", "server_locale": "en", "spec": spec}
            books.add_request(VideoRequest(id=f"r{name}", created_at=now, **place, **asked))
            task = VideoTask(
                id=name, request_id=f"r{name}", state=State.QUEUED, price=1, created_at=now, **place
            )
            books.add_task(task, seconds=5)
            books.begin_undo(name, now)

    await store.tx(add)


async def test_a_doubt_in_one_process_stops_all(sides) -> None:
    one, other = sides
    await queue(one.store, "first")
    await one.does(shut)
    assert isinstance(await other.claims(), SavedGate)
    assert other.gate.pause is Pause.OUTAGE


async def test_one_process_probes_and_the_others_hear_how_it_went(sides) -> None:
    one, other = sides
    await queue(one.store, "first")
    await one.does(shut)
    await other.claims()
    waits = await asyncio.gather(*(each.agreed.probe_in() for each in sides))
    assert min(waits) == 0
    assert max(waits) > 1
    prober, waiting = sides if waits[0] == 0 else sides[::-1]
    await prober.does(Gate.reopen)
    assert await waiting.agreed.probe_in() == 0
    assert waiting.gate.pause is None
    assert waiting.gate.saved() == prober.gate.saved()


async def test_after_a_pause_all_processes_try_one_video(sides) -> None:
    one, other = sides
    await queue(one.store, "first", "second")
    await one.does(shut)
    await one.does(Gate.reopen)
    await other.claims()
    claim = await other.claims()
    assert isinstance(claim, Claim)
    assert not isinstance(await one.claims(), Claim)
    await other.does(Gate.succeeded)
    await one.claims()
    assert isinstance(await one.claims(), Claim)


async def test_a_shut_gate_that_is_not_saved_yet_stays_shut(sides) -> None:
    one, other = sides
    await other.does(Gate.succeeded)
    write = one.agreed.begin(shut)
    assert await one.agreed.probe_in() > 0
    assert one.gate.pause is Pause.OUTAGE
    one.agreed.end(await one.store.tx(write))
    assert one.gate.pause is Pause.OUTAGE


async def test_one_process_asks_for_the_balance_at_a_time(sides) -> None:
    stores = [each.store for each in sides] * 2
    now = CLOCK.now()
    assert sum(await asyncio.gather(*(each.tx(take_turn, now) for each in stores))) == 1
    assert await stores[0].tx(take_turn, now + timedelta(minutes=10))
    assert await stores[0].tx(take_turn, now - timedelta(days=1))  # the clock was set
