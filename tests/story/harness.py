"""What a story runs on: the real program between the local Discord and the local video API.

The program runs in this process, where idle time can be skipped, or as its own process."""

import asyncio
import heapq
import itertools
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import App, opened
from bot.config import load_config
from bot.playground.demo.child import Child
from bot.playground.evolink import LocalEvolink
from bot.playground.guild import LocalDiscord, Message, Modal, Request, Sent
from tests.cogs.harness import library_untouched, shown
from tests.fakes import settle

COMMAND = (sys.executable, "-m", "bot", "run")
PATIENCE = 60.0  # real seconds until a story that does not go on has failed
IDLE = 0.05  # real seconds without news after which one looks again
SKIP = 2.0  # seconds skipped at most, so that nobody's window closes behind their back
# How much faster than the machine's time idle time passes. The library's own pauses, such as the
# one before it tries again, are on the machine's clock and must not last for hours.
SPEED = 100
PROMPT = "a fox in the snow"


class StoryClock:
    """The machine's clock, moved forward by a test or where everybody only waits."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._held_at: datetime | None = None
        self._sleepers: list[tuple[datetime, int, asyncio.Event]] = []
        self._counter = itertools.count()

    boot = "story"

    def monotonic(self) -> float:
        return self.now().timestamp()

    def now(self) -> datetime:
        return self._held_at or datetime.now(UTC) + self._ahead

    @contextmanager
    def held(self) -> Iterator[None]:
        """Time stands still, so that a busy machine makes nobody late."""
        self._held_at = self.now()
        try:
            yield
        finally:
            self._ahead -= datetime.now(UTC) + self._ahead - self._held_at
            self._held_at = None

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        until, woken = self.now() + timedelta(seconds=seconds), asyncio.Event()
        heapq.heappush(self._sleepers, (until, next(self._counter), woken))
        while (left := (until - self.now()).total_seconds()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await woken.wait()

    def pass_by(self, **delta: float) -> None:
        """So much time is over at once."""
        self._ahead += timedelta(**delta)
        while self._sleepers and self._sleepers[0][0] <= self.now():
            heapq.heappop(self._sleepers)[2].set()

    def left(self) -> float:
        """Seconds until somebody wakes, `SKIP` at most."""
        now = self.now()
        while self._sleepers and self._sleepers[0][0] <= now:
            heapq.heappop(self._sleepers)[2].set()
        return min(SKIP, (self._sleepers[0][0] - now).total_seconds()) if self._sleepers else SKIP

    def skip(self) -> None:
        """Go on to the next moment at which somebody wakes, at most `SKIP` seconds ahead."""
        self.pass_by(seconds=self.left())


@dataclass(kw_only=True)
class Harness:
    """All the parts that a story may look at or break."""

    discord: LocalDiscord
    api: LocalEvolink
    clock: StoryClock | None  # None where the program is a process of its own
    folder: Path
    port: int
    settings: dict[str, str]
    command: Sequence[str] = COMMAND
    ended: Callable[[], bool] = field(default=lambda: False)
    jobs: set[Future[Any]] = field(default_factory=set)  # what threads do at the moment

    async def until(self, predicate: Callable[[], object], within: float = PATIENCE) -> None:
        """Wait until `predicate` holds, skipping the time in which nothing happens."""
        try:
            async with asyncio.timeout(within):
                while not predicate():
                    assert not self.ended(), "the bot ended by itself"
                    await self._news()
        except TimeoutError:
            raise TimeoutError(f"nothing of this came true:\n{self.discord.dump()}") from None

    async def quiet(self, seconds: float = 0.3) -> None:
        """Wait until nothing has happened for so many real seconds."""
        with suppress(TimeoutError):
            while True:
                async with asyncio.timeout(seconds):
                    await self.discord.events.pulsed()

    async def video(
        self,
        who: str = "maya",
        channel: str | int = "films",
        *,
        locale: str = "en-US",
        **options: Any,
    ) -> Sent:
        """Use /video and see the first response."""
        actor = self.discord.actor(who)
        values = {"prompt": PROMPT, **options}
        return await (await actor.command(channel, "video", values, locale=locale)).responded()

    async def press(self, who: str, message: Message | None, label: str) -> Sent:
        """Press a button of a message as it is now, and return the result."""
        assert message is not None
        return await (await self.discord.actor(who).press(message, label=label)).responded()

    async def told(self, who: str, message: Message | None, label: str) -> Message:
        """Press a button that answers with a message."""
        return await shown(await self.press(who, message, label))

    async def more(self, who: str, film: Message | None) -> Message:
        """What else a person can do with a video."""
        return await self.told(who, film, "More")

    async def asked(self, who: str, message: Message | None, label: str) -> Modal:
        """Press a button that asks by a form."""
        modal = (await self.press(who, message, label)).modal
        assert modal is not None
        return modal

    async def agrees(self, who: str, question: Modal) -> Sent:
        """Send the form that asked."""
        return await (await self.discord.actor(who).submit(question, {})).responded()

    def films(self, channel: str | int = "films") -> list[Message]:
        """The messages with videos, newest last; only a video can be deleted."""
        return [each for each in self.discord.messages(channel) if _is_film(each)]

    async def film(self, count: int = 1, channel: str | int = "films") -> Message:
        """The video with this number, once it is posted."""
        await self.until(lambda: len(self.films(channel)) >= count)
        return self.films(channel)[count - 1]

    async def asks(self, who: str, command: str, **options: Any) -> str:
        """What a person reads in private after a command."""
        actor = self.discord.actor(who)
        sent = await (await actor.command("films", command, options)).responded()
        assert sent.message is not None
        assert sent.message.only_for == actor.user.id
        return sent.message.text

    async def reads(self, sent: Sent, *words: str) -> Message:
        """A reply, once it says all of this."""
        await self.until(lambda: sent.message and all(each in sent.message.text for each in words))
        assert sent.message is not None
        return sent.message

    async def news(self, words: str) -> Message:
        """The message of its own that says this, such as why there is no video."""

        def found() -> list[Message]:
            here = self.discord.messages("films")
            return [each for each in here if words in each.text and each.asked_by is None]

        await self.until(lambda: bool(found()))
        return found()[-1]

    def pings(self, who: str) -> int:
        """How often a person was notified."""
        user_id = self.discord.world.user(who).id
        return sum(ping.user_id == user_id for ping in self.discord.state.pings)

    def told_operator(self) -> list[str]:
        """The direct messages to the bot's owner."""
        owner = self.discord.world.dm(self.discord.world.application.owner_id)
        return [] if owner is None else [each.text for each in self.discord.messages(owner.id)]

    async def is_ready(self) -> bool:
        """Whether monitoring is told that the bot is ready."""
        address = f"http://127.0.0.1:{self.port}/readyz"
        async with aiohttp.request("GET", address) as answer:
            return answer.status == 200

    def callbacks_on(self) -> None:
        """Tell the bot its public address, before it starts."""
        self.settings["PUBLIC_URL"] = f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def bot(
        self, *, is_awaited: bool = True, over_http: bool = False, **settings: str
    ) -> AsyncIterator[App]:
        """The program in this process; leaving ends it as abruptly as a crash would."""
        assert self.clock is not None
        config = load_config(self.settings | settings, env_file=None)
        with library_untouched(), watched(self.jobs):
            async with opened(config, clock=self.clock, over_http=over_http) as app:
                signals: asyncio.Queue[signal.Signals] = asyncio.Queue()
                serving = asyncio.create_task(app.serve(signals))
                self.ended = serving.done
                try:
                    if is_awaited:
                        await self._online(serving)
                    yield app
                finally:
                    self.ended = lambda: False
                    serving.cancel()
                    with suppress(asyncio.CancelledError):
                        await serving

    @asynccontextmanager
    async def process(self, *arguments: str, **settings: str) -> AsyncIterator[Child]:
        """The program as a process of its own, in an environment of nothing else."""
        child = Child((*self.command, *arguments))
        child.env = {"PATH": os.environ["PATH"], **self.settings, **settings}
        async with child:
            await self._online_or(child.died())
            yield child

    async def restarted(self, child: Child) -> None:
        """Start a process again and wait until it serves."""
        await child.start()
        await self._online_or(child.died())

    async def _online_or(self, end: Coroutine[Any, Any, None]) -> None:
        ending = asyncio.create_task(end)
        try:
            await self._online(ending)
        finally:
            ending.cancel()

    async def _online(self, ending: asyncio.Task[None]) -> None:
        """Wait until the bot serves, or raise what ended it."""
        there = asyncio.create_task(self.discord.changed(self.is_online, within=PATIENCE))
        done, _ = await asyncio.wait([there, ending], return_when=asyncio.FIRST_COMPLETED)
        there.cancel()
        for task in done:
            task.result()
        assert there in done, "the bot ended by itself"

    def is_online(self) -> bool:
        """Whether the bot is connected and its commands are there."""
        return self.discord.gateway.online and bool(self.discord.actor("maya").offered("films"))

    async def _news(self) -> None:
        pause = IDLE if self.clock is None else max(0.001, self.clock.left() / SPEED)
        try:
            async with asyncio.timeout(pause):
                await self.discord.events.pulsed()
        except TimeoutError:
            if self.clock is not None and await self._is_idle():
                self.clock.skip()

    async def _is_idle(self) -> bool:
        """Whether nobody can do anything before time passes."""
        await settle()
        return not self.jobs and not self._is_asked()

    def _is_asked(self) -> bool:
        """Whether a request to Discord is still without an answer."""
        return any(request.status is None for request in self.discord.requests[-50:])


@contextmanager
def watched(jobs: set[Future[Any]]) -> Iterator[None]:
    """Whatever is given to a thread from now on is among `jobs` until it is done."""
    submit = ThreadPoolExecutor.submit

    def submitted(pool: ThreadPoolExecutor, *args: Any, **kwargs: Any) -> Future[Any]:
        job = submit(pool, *args, **kwargs)
        jobs.add(job)
        job.add_done_callback(jobs.discard)
        return job

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ThreadPoolExecutor, "submit", submitted)
        yield


def with_film(request: Request) -> bool:
    """Whether a request uploads a video."""
    return request.method == "POST" and bool(request.uploads)


def free_port() -> int:
    """A port that nobody has at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_film(message: Message) -> bool:
    pressed = [str(button.get("custom_id", "")) for button in message.buttons.values()]
    is_drawn = any(each.startswith(("v1:more:", "v1:delete:")) for each in pressed)
    return is_drawn and message.only_for is None
