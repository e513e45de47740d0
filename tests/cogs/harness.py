"""The real bot object on the local Discord, with the real services on SQLite and no engine.

So videos are accepted and wait; the tests do the engine's part with the announcer."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from msgspec.structs import replace

from bot.client import VideoBot
from bot.clock import Clock, SystemClock
from bot.db import SqlStore, open_store
from bot.playground.guild import LocalDiscord, Message, Sent
from bot.playground.guild.interactions import ResponseKind
from bot.services import services_around
from bot.ui.admission import Admission
from bot.ui.announcer import DiscordAnnouncer
from bot.ui.front import front_of
from bot.video.doors.cards import Cards
from bot.video.doors.videos import VideoService
from bot.video.limits.effective import Limits
from bot.video.outbox import new_posts
from bot.video.outbox.new_posts import reply_id
from bot.video.ports.books import Books
from bot.video.ports.tasks import Search
from bot.video.values.cards import Card
from bot.video.values.posts import Post, PostState
from bot.video.values.prices import PRICES
from bot.video.values.videos import State
from tests.fakes import FakeFilms
from tests.openapi import OpenApi, document_path

ROOMY = Limits(daily=None, at_once=None, bot_daily=None)


@dataclass(kw_only=True)
class Harness:
    """All the parts that a test may look at."""

    discord: LocalDiscord
    bot: VideoBot
    videos: VideoService
    store: SqlStore
    clock: Clock
    announcer: DiscordAnnouncer
    films_kept: FakeFilms
    news: "asyncio.Queue[str]" = field(default_factory=asyncio.Queue)
    settled: set[str] = field(default_factory=set)

    async def told(self) -> str:
        """The next task whose first response is known to have arrived, or not to."""
        async with asyncio.timeout(10):
            while True:
                for card in reversed(await self.films()):
                    task_id = card.task.id
                    if task_id not in self.settled and await self._is_settled(task_id):
                        self.settled.add(task_id)
                        return task_id
                await self.news.get()

    async def _is_settled(self, task_id: str) -> bool:
        reply = await self.store.tx(lambda books: books.post(reply_id(task_id)))
        return reply.message_id is not None or reply.state is PostState.GONE

    async def films(self) -> list[Card]:
        """Every accepted video, newest first."""
        return await self.videos.films(Search(limit=1000))

    async def posted(self, *, drawn: bool = False) -> None:
        """All that were accepted are made, and their messages are there; `drawn` for real."""
        for card in await self.films():
            film = new_posts.film(card.request, card.task.id, now=self.clock.now())
            film = replace(film, state=PostState.THERE, due_at=None)
            await self.store.tx(_post, film)
            if drawn:
                await self._draw(film)

    async def _draw(self, film: Post) -> None:
        card = await self.videos.card(str(film.task_id))
        sent = await self.announcer.send(film, card, ping=False)
        there = {"message_id": sent.message_id, "sent_to": sent.channel_id}
        await self.store.tx(lambda books: books.change_post(film.id, **there))

    async def film(self) -> Card:
        """The only one."""
        (card,) = await self.films()
        return card


@dataclass(kw_only=True)
class Told:
    """The commands as the first bot of these tests told them to Discord: translating and checking
    them takes longer than most tests."""

    commands: list[dict[str, Any]] = field(default_factory=list)

    def repeat(self, discord: LocalDiscord, bot: VideoBot) -> None:
        """Nothing has changed since, as far as this bot knows."""
        if self.commands:
            discord.state.commands.replace(None, self.commands)
            bot._sync = _nothing

    def note(self, discord: LocalDiscord) -> None:
        """What the first bot told."""
        self.commands = self.commands or discord.state.commands.within(None)


async def _nothing() -> None: ...


TOLD = Told()


def _post(books: Books, film: Post) -> None:
    ended = {"film_url": "https://films.example/1.mp4"}
    if books.move_from(str(film.task_id), {State.QUEUED}, State.COMPLETED, **ended) is not None:
        books.add_post(film)


async def shown(sent: Sent) -> Message:
    """The message with which the bot answered, in the end."""
    await sent.responded()
    message = sent.message
    if sent.response in (ResponseKind.DEFERRED, ResponseKind.DEFERRED_UPDATE):
        await dealt_with()
        message = next(reversed(sent.said()), sent.message)
    assert message is not None
    return message


def rush(patch: pytest.MonkeyPatch) -> None:
    """From now on, everybody comes while many are waiting."""
    patch.setattr("bot.ui.rush.AHEAD", 0)


def turn_away(patch: pytest.MonkeyPatch) -> None:
    """From now on, nobody's turn comes before the bot gives up."""
    rush(patch)
    patch.setattr("bot.ui.rush.FORM_PATIENCE", 0.0)
    patch.setattr("bot.ui.rush.LONGEST_WAIT", -1.0)


async def dealt_with() -> None:
    """Whatever the bot heard, it has done with: also what comes after a deferral."""
    for task in asyncio.all_tasks():
        if task.get_name().startswith(
            ("discord.py: on_interaction", "CommandTree-invoker", "discord-ui-")
        ):
            await asyncio.wait([task], timeout=10)


@contextlib.contextmanager
def library_untouched() -> AsyncIterator[None]:
    """The bot tells the library where Discord is; afterwards the library is as it was."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@contextlib.asynccontextmanager
async def local_bot(
    folder: Path,
    *,
    discord: LocalDiscord,
    limits: Limits = ROOMY,
    servers: frozenset[int] | str = "owners",
    clock: Clock | None = None,
    dev_server: int | None = None,
    is_started: bool = True,
    url: str | None = None,
    told: Told | None = None,
) -> AsyncIterator[Harness]:
    """A bot that serves; its database is in `folder`, so that a second one finds it, or at `url`.

    Beside another one it has started when its own connection is there. With `told`, an earlier bot
    told Discord the commands."""
    clock = clock or SystemClock()
    sessions = discord.gateway.identifies
    async with open_store(url or f"sqlite:///{folder}/bot.db", clock=clock) as store:
        bot = VideoBot(
            api_url=discord.rest_url,
            gateway_url=discord.gateway_url,
            clock=clock,
            dev_server=dev_server,
        )
        if told is not None:
            told.repeat(discord, bot)
        news: asyncio.Queue[str] = asyncio.Queue()
        videos = VideoService(
            store=store,
            clock=clock,
            choose=secrets.choice,
            limits=limits,
            prices=PRICES,
            cards=Cards(slots=3, clock=clock),
            undo=timedelta(seconds=4),
            owner=store.lease.owner,
            notify=news.put_nowait,
        )
        harness = Harness(
            discord=discord,
            bot=bot,
            videos=videos,
            store=store,
            clock=clock,
            announcer=DiscordAnnouncer(bot, clock=clock, per_usd=68),
            films_kept=FakeFilms(),
            news=news,
        )
        services = services_around(
            videos,
            store=store,
            films=harness.films_kept,
            clock=clock,
            choose=secrets.choice,
            notify=news.put_nowait,
            per_usd=68,
        )
        admission = Admission(bot, servers=servers, clock=clock)
        front = front_of(bot, services, admission=admission, dev_server=bot.dev_server)
        serving = asyncio.create_task(bot.serve(front, discord.token))
        try:
            if is_started:
                await discord.changed(
                    lambda: discord.gateway.identifies > sessions or serving.done()
                )
            yield harness
        finally:
            serving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await serving


@pytest.fixture
async def discord(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LocalDiscord]:
    """The local Discord; whatever it is asked is checked against Discord's own document too."""
    monkeypatch.setattr("bot.ui.rush.PATIENCE", 2.0)  # a busy machine is no rush
    oracle = OpenApi(document_path())
    with library_untouched():
        async with LocalDiscord() as opened:
            oracle.watch(opened)
            yield opened
    assert oracle.violations == []


@pytest.fixture
async def harness(tmp_path: Path, sqlite_url: str, discord: LocalDiscord) -> AsyncIterator[Harness]:
    async with local_bot(tmp_path, discord=discord, told=TOLD) as harness:
        TOLD.note(discord)
        yield harness
