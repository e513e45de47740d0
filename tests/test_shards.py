"""A bot whose shards come and go while it runs, on the local Discord."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from unittest.mock import AsyncMock, Mock

import discord as library
import pytest
import yarl
from discord.gateway import KeepAliveHandler

from bot.clock import Clock, SystemClock
from bot.db.sharing import Share
from bot.errors import StorageDown
from bot.gateway import ShortBackoff
from bot.playground.guild import LocalDiscord
from bot.playground.guild.demo import GUILD, STEP
from bot.shards import AllShards, ShardedBot
from tests.cogs.harness import discord  # noqa: F401 (a fixture)
from tests.fakes import FakeClock

# ruff: noqa: F811 (fixtures are asked for by the names under which they are imported)

OTHER = GUILD + STEP  # a server on the other shard
SHARD_OF = {each: (each >> 22) % 2 for each in (GUILD, OTHER)}
BOTH = frozenset({0, 1})


class GivenShards:
    """Leases as a test gives them."""

    def __init__(self) -> None:
        self.refused = 0
        self.share = Share()
        self.is_down = False
        self.arrivals: list[int] = []
        self.turns_over = self.looks = 0
        self.waits: dict[int, float] = {}  # by rate-limit key, in seconds

    async def join(self) -> None: ...

    async def agree(self, recommended: int) -> int:
        return recommended

    async def look(self) -> Share:
        self.looks += 1
        if self.is_down:
            self.refused += 1
            raise StorageDown("away")
        return self.share

    async def arrived(self, shard_id: int) -> None:
        self.arrivals.append(shard_id)

    async def turn(self, key: int) -> float:
        return self.waits.get(key, 0.0)

    async def identified(self, key: int) -> None:
        self.turns_over += 1

    async def leave(self) -> None:
        """Somebody takes everything at once."""
        self.share = Share(has_heirs=True)


@pytest.fixture
def leases() -> GivenShards:
    return GivenShards()


@pytest.fixture
def sharded(discord: LocalDiscord) -> LocalDiscord:
    """Two servers on two shards."""
    guild = discord.world.guild("Film club")
    everyone, *others = guild.roles
    roles = (replace(everyone, id=OTHER), *others)
    discord.world.guilds[OTHER] = replace(guild, id=OTHER, name="Other club", roles=roles)
    discord.gateway.shards = 2
    return discord


@pytest.fixture
async def bot(
    sharded: LocalDiscord, leases: GivenShards, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ShardedBot]:
    """A bot that follows its leases."""
    async with following(sharded, leases, SystemClock(), monkeypatch) as bot:
        yield bot


@contextlib.asynccontextmanager
async def following(
    sharded: LocalDiscord, leases: GivenShards, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ShardedBot]:
    """A bot that is logged in and follows its leases."""
    monkeypatch.setattr("bot.shards.LOOK_SECONDS", 0.01)
    monkeypatch.setattr(library.http.Route, "BASE", sharded.rest_url)
    nowhere = yarl.URL("ws://127.0.0.1:1")  # Discord's own answer names the gateway
    monkeypatch.setattr(library.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", nowhere)
    bot = ShardedBot(
        leases=leases,
        clock=clock,
        command_prefix=(),
        intents=library.Intents(guilds=True),
        guild_ready_timeout=0.05,
    )
    async with bot:
        await bot.login(sharded.token)
        running = [asyncio.create_task(bot.connect()), asyncio.create_task(bot.follow())]
        try:
            yield bot
        finally:
            await bot.close()
            for task in running:
                task.cancel()
            await asyncio.wait(running)


async def hears(bot: ShardedBot, local: LocalDiscord, *servers: int) -> None:
    """Wait until exactly these servers are heard."""
    expected = [int(each in servers) for each in (GUILD, OTHER)]

    def is_so() -> bool:
        known = {each.id for each in bot.guilds if not each.unavailable}
        return known == set(servers) and expected == [
            local.gateway.heard(each) for each in (GUILD, OTHER)
        ]

    await looks(local, is_so)


async def looks(local: LocalDiscord, is_so: Callable[[], bool]) -> None:
    """Look until it is so."""
    async with asyncio.timeout(10):
        while not is_so():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(local.events.pulsed(), 0.05)


async def test_it_hears_the_shards_it_is_given_and_forgets_those_it_loses(
    bot: ShardedBot, sharded: LocalDiscord, leases: GivenShards
) -> None:
    leases.share = Share(connect=BOTH, owned=BOTH)
    await hears(bot, sharded, GUILD, OTHER)

    mine = frozenset({SHARD_OF[OTHER]})
    leases.share = Share(connect=mine, owned=mine)
    await hears(bot, sharded, OTHER)

    leases.share = Share(connect=BOTH, owned=BOTH)
    await hears(bot, sharded, GUILD, OTHER)


async def test_it_tells_of_a_shard_once_it_knows_its_servers(
    bot: ShardedBot, sharded: LocalDiscord, leases: GivenShards
) -> None:
    leases.share = Share(connect=BOTH, owned=frozenset({SHARD_OF[OTHER]}))
    await hears(bot, sharded, GUILD, OTHER)
    async with asyncio.timeout(5):
        while not leases.arrivals:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    assert set(leases.arrivals) == {SHARD_OF[GUILD]}


async def test_it_is_ready_when_all_its_shards_are_and_as_a_spare(
    bot: ShardedBot, sharded: LocalDiscord, leases: GivenShards
) -> None:
    async with asyncio.timeout(5):
        while not bot.is_connected:  # noqa: ASYNC110 - without shards, after the first look
            await asyncio.sleep(0.01)
    leases.share = Share(connect=BOTH, owned=BOTH)
    await hears(bot, sharded, GUILD, OTHER)
    assert bot.is_connected

    sharded.gateway.refusing = True
    sharded.gateway.drop()
    async with asyncio.timeout(5):
        while bot.is_connected:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_session_that_discord_ends_at_once_holds_up_the_next_like_any_other(
    bot: ShardedBot, sharded: LocalDiscord, leases: GivenShards
) -> None:
    sharded.gateway.identify_gap = timedelta(hours=1)
    leases.share = Share(connect=BOTH, owned=BOTH)
    await looks(sharded, lambda: sharded.gateway.refused_identifies > 0)
    assert leases.turns_over >= 2, "one session began, another was refused"


@pytest.mark.parametrize("hang_ups", [1, 3])
async def test_a_session_that_ended_is_not_resumed_after_a_connection_without_hello(
    bot: ShardedBot,
    sharded: LocalDiscord,
    leases: GivenShards,
    monkeypatch: pytest.MonkeyPatch,
    hang_ups: int,
) -> None:
    monkeypatch.setattr(ShortBackoff, "delay", lambda _: 0.01)
    leases.share = Share(connect=BOTH, owned=BOTH)
    await hears(bot, sharded, GUILD, OTHER)

    sharded.gateway.hanging_up = hang_ups
    sharded.gateway.invalidate()

    await hears(bot, sharded, GUILD, OTHER)
    assert sharded.gateway.connections <= 4 + hang_ups


async def test_a_shard_that_waits_for_its_turn_holds_up_no_other(
    sharded: LocalDiscord, leases: GivenShards, monkeypatch: pytest.MonkeyPatch
) -> None:
    sharded.gateway.concurrency = 2
    leases.share = Share(connect=BOTH, owned=BOTH)
    async with following(sharded, leases, SystemClock(), monkeypatch) as bot:
        await hears(bot, sharded, GUILD, OTHER)
        for waiting, other in ((GUILD, OTHER), (OTHER, GUILD)):
            leases.waits = {SHARD_OF[waiting]: 0.1}
            sharded.gateway.invalidate()
            await sharded.changed(lambda other=other: sharded.gateway.heard(other) == 1)
            assert sharded.gateway.heard(waiting) == 0
            leases.waits = {}
            await hears(bot, sharded, GUILD, OTHER)


async def test_a_shard_that_waits_in_vain_leaves_no_connection(
    sharded: LocalDiscord, leases: GivenShards, monkeypatch: pytest.MonkeyPatch
) -> None:
    leases.share = Share(connect=BOTH, owned=BOTH)
    async with following(sharded, leases, SystemClock(), monkeypatch) as bot:
        await hears(bot, sharded, GUILD, OTHER)
        leases.waits[0] = 60.0
        before = sharded.gateway.connections
        sharded.gateway.invalidate()
        await looks(sharded, lambda: sharded.gateway.connections == before + 2)
    beating = [each for each in threading.enumerate() if isinstance(each, KeepAliveHandler)]
    of_bot = [each for each in beating if each.ws._connection is bot._connection]
    for each in of_bot:
        each.join(5)
    assert not any(each.is_alive() for each in of_bot)


async def test_a_bot_that_was_closed_while_it_connected_connects_no_more(
    bot: ShardedBot, sharded: LocalDiscord, leases: GivenShards
) -> None:
    leases.waits[0] = 60.0
    leases.share = Share(connect=BOTH, owned=BOTH)
    await looks(sharded, lambda: len(bot._opening) == 2)
    await bot.close()
    leases.waits.clear()
    looked = leases.looks
    await looks(sharded, lambda: leases.looks > looked + 2)
    assert not bot._opening
    assert sharded.gateway.connections == 0


async def test_it_is_heard_again_soon_after_a_network_that_was_away_for_long(
    bot: ShardedBot, sharded: LocalDiscord, leases: GivenShards, monkeypatch: pytest.MonkeyPatch
) -> None:
    leases.share = Share(connect=BOTH, owned=BOTH)
    await hears(bot, sharded, GUILD, OTHER)
    waits = AsyncMock()
    monkeypatch.setattr(library.shard, "asyncio", Mock(wraps=asyncio, sleep=waits))
    shard = bot.shards[0]._parent
    monkeypatch.setattr(shard, "_queue_put", lambda _: None)
    for _ in range(50):
        await shard._handle_disconnect(OSError("no network"))
    assert 60 < max(call.args[0] for call in waits.await_args_list) <= 120


async def test_it_keeps_its_shards_while_the_database_is_away(
    bot: ShardedBot, sharded: LocalDiscord, leases: GivenShards
) -> None:
    leases.share = Share(connect=BOTH, owned=BOTH)
    await hears(bot, sharded, GUILD, OTHER)
    leases.is_down = True
    async with asyncio.timeout(5):
        while leases.refused < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert bot.is_connected
    leases.is_down = False
    await hears(bot, sharded, GUILD, OTHER)


async def test_it_hands_everything_over_and_hears_nothing_then(
    bot: ShardedBot, sharded: LocalDiscord, leases: GivenShards
) -> None:
    leases.share = Share(connect=BOTH, owned=BOTH, has_heirs=True)
    await hears(bot, sharded, GUILD, OTHER)

    await bot.hand_over()

    await hears(bot, sharded)


async def test_no_session_starts_beyond_what_discord_allows_in_a_day(
    sharded: LocalDiscord, leases: GivenShards, monkeypatch: pytest.MonkeyPatch
) -> None:
    sharded.gateway.identifies = 1000
    asked, clock = 0, FakeClock()
    async with following(sharded, leases, clock, monkeypatch) as bot:
        leases.share = Share(connect=BOTH, owned=BOTH)
        await sharded.changed(lambda: sharded.requests.matching("GET /gateway/bot"))
        asked = len(sharded.requests.matching("GET /gateway/bot"))
        await clock.advance(86_000)
        assert sharded.gateway.identifies == 1000
        assert not bot.is_connected

        sharded.gateway.identifies = 0
        await clock.advance(400)
        await sharded.changed(lambda: sharded.gateway.identifies == 2)

    assert asked == 1


async def test_alone_it_hears_as_many_shards_as_asked_for_or_recommended() -> None:
    clock = FakeClock()
    for asked, count in ((None, 3), (5, 5)):
        alone = AllShards(clock=clock, asked=asked)
        assert await alone.agree(recommended=3) == count
        assert (await alone.look()).owned == frozenset(range(count))


async def test_alone_it_identifies_one_shard_of_a_key_in_five_seconds() -> None:
    clock = FakeClock()
    alone = AllShards(clock=clock)
    assert [await alone.turn(0), await alone.turn(0), await alone.turn(1)] == [0, 5, 0]
    await clock.advance(2)
    await alone.identified(0)
    assert await alone.turn(0) == 5
    await clock.advance(5)
    assert await alone.turn(0) == 0
