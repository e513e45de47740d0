"""Opens and closes this process's sessions on Discord's gateway, as its shards come and go.

`bot.db.shards` decides which shards are its own; on SQLite it hears all of them."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol

import yarl
from discord import ShardInfo
from discord.ext import commands
from discord.gateway import DiscordWebSocket

from bot.clock import Clock
from bot.db.sharing import Share, changes
from bot.errors import CommitUnknown, StorageDown
from bot.gateway import mend
from bot.outages import CALM, in_words

if TYPE_CHECKING:
    from discord.types.gateway import SessionStartLimit

LOOK_SECONDS = 1.0  # between looks at which shards are ours
ALONE_SECONDS = 60.0  # the same where nobody else could take one; finds a session that did not open
IDENTIFY_SECONDS = 5.0  # https://docs.discord.com/developers/events/gateway#sharding

# How discord.py (2.7.1) names the tasks that answer events, commands, and buttons and forms.
ANSWERING = ("discord.py: on_interaction", "CommandTree-invoker", "discord-ui-")

log = logging.getLogger(__name__)


class Leases(Protocol):
    """Which shards this process hears, and when it may identify."""

    async def join(self) -> None:
        """Join the other processes as one that hears nothing."""
        ...

    async def agree(self, recommended: int) -> int:
        """Join the other processes; returns the number of all shards. Raises `StartupError`."""
        ...

    async def look(self) -> Share:
        """What this process should hear now."""
        ...

    async def arrived(self, shard_id: int) -> None:
        """Tell the others that a shard is heard here."""
        ...

    async def turn(self, key: int) -> float:
        """Ask for the turn to identify: 0 if it is ours, else the seconds until asking again."""
        ...

    async def identified(self, key: int) -> None:
        """Let the next shard of this rate-limit key identify after Discord's pause."""
        ...

    async def leave(self) -> None:
        """Let others take over all shards."""
        ...


class AllShards:
    """The leases of a process that is alone: it hears everything. `asked` is the operator's number
    of shards, if any."""

    def __init__(self, *, clock: Clock, asked: int | None = None) -> None:
        self._clock = clock
        self._asked = asked
        self._share = Share()
        self._next: dict[int, float] = {}

    async def join(self) -> None: ...

    async def agree(self, recommended: int) -> int:
        count = self._asked or recommended
        every = frozenset(range(count))
        self._share = Share(connect=every, owned=every)
        return count

    async def look(self) -> Share:
        return self._share

    async def arrived(self, shard_id: int) -> None: ...

    async def turn(self, key: int) -> float:
        now = self._clock.monotonic()
        if left := max(0.0, self._next.get(key, now) - now):
            return left
        self._next[key] = now + IDENTIFY_SECONDS
        return 0.0

    async def identified(self, key: int) -> None:
        self._next[key] = self._clock.monotonic() + IDENTIFY_SECONDS

    async def leave(self) -> None: ...


class NoShards(AllShards):
    """The leases of a process that hears nothing on the gateway, since Discord calls it. `join`
    tells the other processes."""

    def __init__(self, *, clock: Clock, join: Callable[[], Awaitable[None]]) -> None:
        super().__init__(clock=clock)
        self._join = join

    async def agree(self, recommended: int) -> int:
        await self._join()
        log.info("Ready: Discord calls this process, no gateway", extra={"action": "ready"})
        return recommended


class ShardedBot(commands.AutoShardedBot):
    """A bot whose shards come and go while it runs.

    discord.py opens a fixed list of shards at its start (2.7.1). What it does for one shard is
    public, though: `launch_shard`, and `connect` and `disconnect` of `ShardInfo`; and its loop
    follows whatever shards there are. So only the start is replaced here. A client per shard would
    need a login, a cache and a set of commands for each.
    """

    def __init__(self, *, leases: Leases, clock: Clock, **options: Any) -> None:
        super().__init__(**options)
        self._leases = leases
        self._clock = clock
        self._share: Share | None = None
        self._gateway = yarl.URL()
        self._concurrency = 1
        self._agreed = asyncio.Event()
        self._opened: set[int] = set()  # the library keeps these connected
        self._opening: dict[int, asyncio.Task[None]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._granted: set[int] = set()  # their turn to identify has come
        self._heard: set[int] = set()
        self._complete: set[int] = set()  # these have heard of their servers
        self._lost_at: float | None = None  # since when one of ours is not connected

    @property
    def is_connected(self) -> bool:
        """Whether commands reach us right now on all shards that are ours; `is_ready` stays true
        when Discord is gone. A spare without shards is connected: it could take over."""
        if self._share is None:
            return False
        ours = (self.get_shard(each) for each in self._share.connect & self._heard)
        return self._share.connect <= self._heard and not any(
            shard is None or shard.is_closed() for shard in ours
        )

    async def launch_shards(self) -> None:
        """Agree with the other processes, in place of opening fixed shards."""
        recommended, url, limit = await self._ask_gateway()
        mend()
        self._gateway = yarl.URL(url)
        # A shard that identifies again goes there, not to what Discord named (discord.py 2.7.1).
        DiscordWebSocket.DEFAULT_GATEWAY = self._gateway
        self._concurrency = limit["max_concurrency"]
        self.shard_count = self._connection.shard_count = await self._leases.agree(recommended)
        self._agreed.set()

    async def _ask_gateway(self) -> "tuple[int, str, SessionStartLimit]":
        """The recommended number of shards, the gateway, and how many sessions may start. Waits
        while none may: Discord answers one too many with a new token, which ends the bot."""
        while True:
            recommended, url, limit = await self.http.get_bot_gateway()
            if limit["remaining"] > 0:
                return recommended, url, limit
            left = limit["reset_after"] / 1000
            log.error("Discord allows no more sessions today; waiting for %.0f s", left)
            await self._clock.sleep(left)

    async def follow(self) -> None:
        """Keep this process's shards connected, and let go of the others, until cancelled."""
        await self._agreed.wait()
        while True:
            # Nobody else can take our shards meanwhile: the leases are in the same database.
            with contextlib.suppress(StorageDown, CommitUnknown):
                await self._follow_once()
            is_alone = isinstance(self._leases, AllShards)
            await self._clock.sleep(ALONE_SECONDS if is_alone else LOOK_SECONDS)

    async def work_unheard(self) -> None:
        """Stay without a connection to the gateway until cancelled; calls to Discord work."""
        while self._share is None:
            try:
                await self._leases.join()
                self._share = Share()
                log.info("Ready as a worker: makes videos, hears nobody", extra={"action": "ready"})
            except (StorageDown, CommitUnknown):
                await self._clock.sleep(LOOK_SECONDS)
        await asyncio.Event().wait()

    async def hand_over(self) -> None:
        """Let other processes take all shards, if there are any; returns when they have them."""
        await self._leases.leave()
        share = await self._follow_once()
        while share.owned and share.has_heirs:
            await self._clock.sleep(LOOK_SECONDS)
            share = await self._follow_once()
        if share.has_heirs and self._closing:
            await asyncio.wait(self._closing)

    async def finish_answering(self) -> None:
        """Wait until everything that was heard is answered."""
        answering = [each for each in asyncio.all_tasks() if each.get_name().startswith(ANSWERING)]
        if answering:
            await asyncio.wait(answering)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for the turn to identify, across all processes. The next one's pause begins here: a
        session that fails at once would hold up the others for as long as one that says nothing."""
        if shard_id in self._granted:
            self._granted.discard(shard_id)
        else:
            await self._turn(shard_id or 0)
        with contextlib.suppress(StorageDown, CommitUnknown):
            await self._leases.identified(self._key(shard_id or 0))

    async def close(self) -> None:
        """Close all sessions, and those that are being opened."""
        for task in self._opening.values():
            task.cancel()
        await super().close()

    async def on_shard_connect(self, shard_id: int) -> None:
        self._heard.add(shard_id)
        self._tell_return()

    async def on_shard_resumed(self, shard_id: int) -> None:
        self._heard.add(shard_id)
        self._tell_return()

    async def on_shard_ready(self, shard_id: int) -> None:
        self._complete.add(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        self._heard.discard(shard_id)
        if self._lost_at is None and self._share is not None and shard_id in self._share.connect:
            self._lost_at = self._clock.monotonic()

    def _tell_return(self) -> None:
        """Say when all are connected again, unless Discord only asked for a new connection."""
        if self._lost_at is None or not self.is_connected:
            return
        lasted, self._lost_at = self._clock.monotonic() - self._lost_at, None
        if lasted >= CALM:
            said = "Connected to Discord again, after %s"
            log.info(said, in_words(lasted), extra={"action": "connect"})

    async def _follow_once(self) -> Share:
        share = await self._leases.look()
        if not isinstance(self._leases, AllShards):
            for line in changes(self._share, share, self.shard_count or 0):
                log.info(line, extra={"action": "shards"})
        self._share = share
        if self.is_closed():
            return share
        self._connection.shard_ids = sorted(share.connect)  # the library's `ready` counts these
        for shard_id, shard in self.shards.items():
            if shard_id not in share.connect:
                self._let_go(shard_id, shard)
        for shard_id in sorted(share.connect - self._opened):
            if shard_id not in self._opening:
                self._opening[shard_id] = asyncio.create_task(self._open(shard_id))
        for shard_id in (share.connect - share.owned) & self._heard & self._complete:
            await self._leases.arrived(shard_id)
        return share

    async def _open(self, shard_id: int) -> None:
        try:
            await self._turn(shard_id)
            self._granted.add(shard_id)
            known = self.get_shard(shard_id)  # ours once before
            if known is None:
                await self.launch_shard(self._gateway, shard_id)
            else:
                await known.connect()
            self._opened.add(shard_id)
        finally:
            del self._opening[shard_id]

    def _let_go(self, shard_id: int, shard: ShardInfo) -> None:
        """End a session, for good. A reconnect that was under way may bring it back once, so this
        looks at the connection itself."""
        self._opened.discard(shard_id)
        self._complete.discard(shard_id)
        if shard.is_closed():
            return
        closing = asyncio.create_task(shard.disconnect())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
        for guild in list(self.guilds):
            if guild.shard_id == shard_id:  # whoever hears of its changes now is another process
                self._connection._remove_guild(guild)

    async def _turn(self, shard_id: int) -> None:
        """Wait until this shard may identify."""
        while True:
            try:
                left = await self._leases.turn(self._key(shard_id))
            except (StorageDown, CommitUnknown):
                left = LOOK_SECONDS
            if not left:
                return
            await self._clock.sleep(left)

    def _key(self, shard_id: int) -> int:
        """Which shards take turns: https://docs.discord.com/developers/events/gateway#sharding"""
        return shard_id % self._concurrency
