"""Parts of the program as the configuration wants them, for the composition root."""

import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from os import getpid
from pathlib import Path
from socket import gethostname

from aiohttp.web import Application

from bot import __version__
from bot.api.callbacks import CallbackTokens
from bot.api.client import EvolinkClient
from bot.api.films import FilmFetcher, bucket_at
from bot.client import VideoBot
from bot.clock import Clock, SystemClock
from bot.config import Config, Role
from bot.db import SqlStore, processes
from bot.db.reach import Reach, ReachTimes
from bot.db.shards import ShardLeases
from bot.errors import StartupError
from bot.lookout import Lookout, ask_discord
from bot.metrics.monitoring import Monitoring
from bot.shards import AllShards, Leases, NoShards
from bot.ui.announcer import DiscordAnnouncer
from bot.video.limits.effective import Limits
from bot.video.ports.books import Books
from bot.video.ports.edges import Store
from bot.video.values.prices import CREDIT, PRICES, Prices
from bot.video.values.standing import HTTP, Peer, process_name

GIGABYTE = 10**9
CALLBACK_SECRET = "callback_secret"
REACH_TIMES = ReachTimes()

log = logging.getLogger(__name__)


def told_start(config: Config, owner: int, role: Role) -> str:
    """What starts here, for the log; `status` names it the same."""
    name = process_name(owner, gethostname(), getpid())
    about = f"role {role}, on PostgreSQL" if config.is_shared else "on SQLite"
    return f"Process {name}, starts video-bot {__version__}, {about}"


def announcer_of(config: Config, bot: VideoBot, clock: Clock) -> DiscordAnnouncer:
    """What shows posts on Discord."""
    return DiscordAnnouncer(
        bot,
        clock=clock,
        per_usd=config.credits_per_usd,
        operator_channel_id=config.operator_channel_id,
        ai_label=config.ai_label,
    )


def film_fetcher(config: Config, clock: Clock, monitor: Monitoring) -> FilmFetcher:
    """The fetcher, which downloads videos and keeps those that Discord does not accept.

    Raises `StartupError` if FILMS_URL cannot be used."""
    gigabytes = config.films_max_gb
    return FilmFetcher(
        api_url=config.evolink_base_url,
        clock=clock,
        folder=config.films_dir,
        folder_limit=None if gigabytes is None else int(gigabytes * GIGABYTE),
        public_url=config.public_url,
        shelf=None if config.films_url is None else bucket_at(config.films_url),
        tracing=monitor.calls_for_films(),
    )


def callback_urls(public_url: str | None, tokens: CallbackTokens) -> Callable[[str], str | None]:
    """The function that makes a task's callback address; it returns None without a public URL."""
    return lambda task_id: public_url and f"{public_url}/callbacks/{tokens.token(task_id)}"


def limits_of(config: Config) -> Limits:
    """The operator's limits, in 1/10,000 credit."""

    def units(credits: int | None) -> int | None:
        return None if credits is None else credits * CREDIT

    return Limits(
        daily=units(config.default_daily_credits),
        at_once=config.default_at_once,
        bot_daily=units(config.max_credits_per_day),
    )


def prices_of(file: Path | None) -> Prices:
    """The operator's price table, or the built-in one. Raises `StartupError`."""
    if file is None:
        return PRICES
    try:
        return Prices.from_json(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise StartupError(f"PRICES_FILE cannot be read: {error}.") from None


async def callback_secret(store: Store) -> bytes:
    """The secret that signs callback addresses; made at the first start, then kept."""

    def read_or_make(books: Books) -> bytes:
        kept = books.fact(CALLBACK_SECRET)
        if kept is None:
            kept = secrets.token_hex(32)
            books.set_fact(CALLBACK_SECRET, kept)
        return bytes.fromhex(kept)

    return await store.tx(read_or_make)


def shard_leases(
    config: Config, store: SqlStore, clock: Clock, role: Role, *, over_http: bool
) -> Leases:
    """What divides Discord's shards among the processes on one database, if there can be others."""
    alone = AllShards(clock=clock, asked=config.shards)
    if not store.lease.is_shared:
        return NoShards(clock=clock, join=alone.join) if over_http else alone
    named = HTTP if over_http else role
    leases = ShardLeases(store, owner=store.lease.owner, asked=config.shards, role=named)
    return NoShards(clock=clock, join=leases.join) if over_http else leases


def reach_of(config: Config, role: Role) -> Reach | None:
    """What this process notes of the services it needs, if others could do its work."""
    if not config.is_shared:
        return None
    monotonic = SystemClock().monotonic
    return Reach(works=role.works, hears=role.hears, monotonic=monotonic, times=REACH_TIMES)


def lookout_of(
    config: Config, reach: Reach | None, store: SqlStore, api: EvolinkClient
) -> Lookout | None:
    """What keeps this process from working while only others reach the services."""
    if reach is None:
        return None
    clock = SystemClock()  # a network keeps its own time, whatever a test's clock says

    async def take_role(role: str) -> None:
        await store.run(partial(processes.take_role, owner=store.lease.owner, role=role))

    asks: Mapping[Peer, Callable[[], Awaitable[None]]] = {
        Peer.API: api.ask,
        Peer.DISCORD: partial(ask_discord, config.discord_api_url, reach),
    }
    return Lookout(reach, asks=asks, take_role=take_role, clock=clock)


def hear_over_http(web: Application, bot: VideoBot, clock: Clock, public_url: str | None) -> None:
    """Add the endpoint that Discord calls, and say where. Raises `StartupError`."""
    try:
        from bot.web import interactions  # PyNaCl is an optional library
    except ImportError:
        raise StartupError("--interactions http needs PyNaCl: pip install '.[http]'") from None
    interactions.add_route(web, key=lambda: bot.public_key, hear=bot.hear, clock=clock)
    seen = public_url or "https:// and this web server's name on the internet, then "
    log.info(
        "Discord is to call %s%s: enter it in the Developer Portal as Interactions Endpoint URL",
        seen,
        interactions.PATH,
        extra={"action": "listen"},
    )
