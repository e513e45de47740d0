"""The composition root: opens everything, wires it, and closes it in reverse."""

import asyncio
import logging
import os
import random
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Any

from aiohttp.web import Application
from msgspec import Struct

from bot.api.callbacks import CallbackTokens, candidate
from bot.api.client import EvolinkClient
from bot.api.films import FilmFetcher
from bot.client import VideoBot
from bot.clock import Clock, SteadyClock, SystemClock
from bot.config import Config, Role
from bot.db import SqlStore, open_store
from bot.db.hints import hinting
from bot.db.sharing import NOBODY
from bot.errors import CommitUnknown, StartupError, StorageDown
from bot.lookout import Lookout, noting
from bot.metrics.monitoring import monitoring
from bot.metrics.sources import monitored
from bot.parts import (
    announcer_of,
    callback_secret,
    callback_urls,
    film_fetcher,
    hear_over_http,
    limits_of,
    lookout_of,
    prices_of,
    reach_of,
    shard_leases,
    told_start,
)
from bot.services import services_around
from bot.ui.admission import Admission
from bot.ui.front import Front, front_of
from bot.video.doors.videos import VideoService
from bot.video.life.engine import Engine
from bot.video.life.pauses import PauseWatch
from bot.video.life.reconciliation import called_back
from bot.video.moderation.screening import Screening
from bot.video.ports.edges import Store
from bot.video.values.standing import Peer
from bot.web import server

# Seconds one thread computes while another waits. The event loop gives up the interpreter at each
# system call; with the default (5 ms), waiting for it back was half of a first response.
SWITCH_INTERVAL = 0.0005
SIGNALS = (signal.SIGINT, signal.SIGTERM)
LEASE_SECONDS = 1.0  # between checks of the lease
CUT_OFF_GRACE = 10.0  # longest grace in seconds if others have to do our work
RULE_THREADS = 2  # so that one server's rules do not hold up another server's prompts

# Handles a callback for a task, with the id it names; returns whether the task is ours.
Called = Callable[[str, str | None], Awaitable[bool]]

log = logging.getLogger(__name__)


class App(Struct, frozen=True, kw_only=True):
    """Everything that runs, open and wired."""

    bot: VideoBot
    front: Front
    engine: Engine
    pauses: PauseWatch
    store: SqlStore
    token: str
    role: Role
    grace: float  # seconds
    lookout: Lookout | None = None

    async def serve(self, signals: "asyncio.Queue[signal.Signals]") -> int:
        """Serve until a signal, or until others have to do this process's work; returns the exit
        code. The first signal gives work in hand the grace to finish, a second one stops at once;
        the rows keep the rest. Raises the error that ends a part."""
        lease = asyncio.create_task(self._watch_lease(), name="lease")
        asked = asyncio.create_task(signals.get(), name="signal")
        tasks = [lease, asked]
        try:
            if await self._may_begin(tasks):
                tasks += self._begin()
                await _first(tasks)
            if self.cut_off is not None:
                log.critical("%s", self.cut_off, extra={"action": "cut_off"})
            await self._wind_down(signals)
        finally:
            await _cancel(tasks)
        return 0 if self.cut_off is None else 1

    @property
    def cut_off(self) -> str | None:
        """Why others have to do this process's work; None while it may go on."""
        return None if self.lookout is None else self.lookout.cut_off

    async def _may_begin(self, tasks: Sequence[asyncio.Task[Any]]) -> bool:
        """Wait while others reach what this process does not; False if it should end instead."""
        if self.lookout is None:
            return True
        begin = asyncio.create_task(self.lookout.begin(), name="begin")
        try:
            await _first([begin, *tasks])
            return begin.done()
        finally:
            await _cancel([begin])

    def _begin(self) -> Sequence[asyncio.Task[Any]]:
        """Hear people and make videos; returns what does it."""
        resumed = asyncio.Event()
        works = {"pauses": self.pauses.run(), "discord": self._hear(resumed)}
        if self.role.works:
            works["engine"] = self._drive(resumed)
        else:
            resumed.set()
        if self.lookout is not None:
            works["lookout"] = self.lookout.run()
        return [asyncio.create_task(work, name=name) for name, work in works.items()]

    async def _drive(self, resumed: asyncio.Event) -> None:
        """Make videos; `resumed` is set when what earlier processes left is taken over."""
        await self.engine.resume()
        resumed.set()
        await self.engine.run()

    async def _hear(self, resumed: asyncio.Event) -> None:
        """Serve people, who may ask about any video."""
        await resumed.wait()
        await self.bot.serve(self.front, self.token)

    async def _watch_lease(self) -> None:
        """Stop when the lease is lost: without it the bot cannot deliver, so it must not accept."""
        while not self.store.lease.is_lost:  # noqa: ASYNC110 - another thread loses it, without an event
            await asyncio.sleep(LEASE_SECONDS)
        raise StartupError(
            "Another process has taken over this one's videos, because it was silent for too long. "
            "Start it again."
        )

    async def _wind_down(self, signals: "asyncio.Queue[signal.Signals]") -> None:
        log.info("Stopping; videos in progress go on at the next start", extra={"action": "stop"})
        closing = asyncio.create_task(self._finish(), name="closing")
        insisted = asyncio.create_task(signals.get(), name="signal")
        waits = [closing, insisted]
        grace = self.grace if self.cut_off is None else min(self.grace, CUT_OFF_GRACE)
        await asyncio.wait(waits, timeout=grace, return_when=asyncio.FIRST_COMPLETED)
        await _cancel(waits)

    async def _finish(self) -> None:
        """Refuse nobody until other processes, if there are any, hear people instead."""
        if self.role.hears:
            with suppress(StorageDown, CommitUnknown):
                await self.bot.hand_over()
        self.front.services.videos.close()
        await self.bot.finish_answering()
        await self.engine.close()


async def run(config: Config, role: Role = Role.ALL, *, over_http: bool = False) -> int:
    """Serve Discord until a signal and return the exit code; `over_http`: Discord calls our web
    server, and no gateway is used. Raises `StartupError`."""
    signals: asyncio.Queue[signal.Signals] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    sys.setswitchinterval(SWITCH_INTERVAL)
    for each in SIGNALS:
        loop.add_signal_handler(each, signals.put_nowait, each)
    try:
        clock = SteadyClock(SystemClock())
        async with opened(config, clock=clock, role=role, over_http=over_http) as app:
            return await app.serve(signals)
    finally:
        for each in SIGNALS:
            loop.remove_signal_handler(each)


@asynccontextmanager
async def opened(
    config: Config, *, clock: Clock, role: Role = Role.ALL, over_http: bool = False
) -> AsyncIterator[App]:
    """Open and wire everything; closes it in reverse."""
    monitor = monitoring(config, clock, os.environ)
    reach = reach_of(config, role)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(
            open_store(
                config.database_url.get_secret_value(), clock=clock, meters=monitor, reach=reach
            )
        )
        api = await stack.enter_async_context(
            EvolinkClient(
                base_url=config.evolink_base_url,
                key=config.evolink_api_key,
                clock=clock,
                uniform=random.random,
                tracing=noting(reach, Peer.API, config.evolink_base_url, monitor.calls_to_api()),
            )
        )
        films = await stack.enter_async_context(film_fetcher(config, clock, monitor))
        bot = VideoBot(
            api_url=config.discord_api_url,
            gateway_url=config.discord_gateway_url,
            clock=clock,
            dev_server=config.dev_guild_id,
            tracing=noting(reach, Peer.DISCORD, config.discord_api_url, monitor.calls_to_discord()),
            hears=role.hears,
            leases=shard_leases(config, store, clock, role, over_http=over_http),
        )
        monitor.listen(bot)
        admission = Admission(bot, servers=config.servers, clock=clock)
        tokens = CallbackTokens(await callback_secret(store))
        undo = timedelta(seconds=config.undo_seconds)
        prices, limits = prices_of(config.prices_file), limits_of(config)
        engine = Engine(
            store=store,
            api=api,
            films=films,
            announcer=monitor.around(announcer_of(config, bot, clock)),
            lease=store.lease,
            clock=clock,
            slots=config.max_running,
            limits=limits,
            undo=undo,
            limit=timedelta(hours=config.task_limit_hours),
            callback_url=callback_urls(config.public_url, tokens),
            prices=prices,
            servers=admission,
            witness=store,
            meters=monitor,
            others=store,
        )
        threads = stack.enter_context(ThreadPoolExecutor(RULE_THREADS, "rules"))
        loop = asyncio.get_running_loop()
        notify = engine.notify if role.works else hinting(store.hint)
        # Ids are not secret, and the system's randomness costs a call per letter.
        choose = random.Random(secrets.randbits(128)).choice
        videos = VideoService(
            store=store,
            clock=clock,
            choose=choose,
            limits=limits,
            prices=prices,
            cards=engine.cards,
            undo=undo,
            owner=store.lease.owner if role.works else NOBODY,
            notify=notify,
            screening=Screening(partial(loop.run_in_executor, threads)),
        )
        called = engine.called_back if role.works else partial(_note_callback, store, clock)
        web = web_app(store, called, tokens, bot, films)
        if over_http:
            hear_over_http(web, bot, clock, config.public_url)
        await stack.enter_async_context(
            server.serving(web, host=config.web_host, port=config.web_port)
        )
        await stack.enter_async_context(
            monitored(monitor, store=store, engine=engine, bot=bot, limits=limits, clock=clock)
        )
        log.info(told_start(config, store.lease.owner, role), extra={"action": "start"})
        services = services_around(
            videos,
            store=store,
            films=films,
            clock=clock,
            choose=choose,
            notify=notify,
            ai_label=config.ai_label,
            per_usd=config.credits_per_usd,
        )
        yield App(
            bot=bot,
            front=front_of(
                bot, services, admission=admission, dev_server=bot.dev_server, meters=monitor
            ),
            engine=engine,
            pauses=PauseWatch(
                store=store,
                gate=lambda: engine.submitter.gate.pause,
                lease=store.lease,
                clock=clock,
            ),
            store=store,
            token=config.discord_token.get_secret_value(),
            role=role,
            grace=config.stop_grace_seconds,
            lookout=lookout_of(config, reach, store, api),
        )


async def _note_callback(store: Store, clock: Clock, task_id: str, candidate: str | None) -> bool:
    """Let whoever drives the task look; returns False if there is no such task."""
    return await store.tx(called_back, task_id, candidate, clock.now())


def web_app(
    store: SqlStore, called: Called, tokens: CallbackTokens, bot: VideoBot, films: FilmFetcher
) -> Application:
    """The web server's routes, with the parts they need."""

    async def on_callback(token: str, body: bytes) -> bool:
        task_id = tokens.task_id(token)
        return task_id is not None and await called(task_id, candidate(body))

    async def is_ready() -> bool:
        return bot.is_connected and await store.works()

    return server.build(
        is_callback=lambda token: tokens.task_id(token) is not None,
        callback=on_callback,
        is_ready=is_ready,
        find_film=films.find,
    )


async def _first(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Wait until one of them is over. Raises the error that ended it."""
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


async def _cancel(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
