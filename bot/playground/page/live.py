"""The live connection to one open page: server-sent events, first a snapshot, then changes.

https://html.spec.whatwg.org/multipage/server-sent-events.html"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from bot.playground.guild.events import Event
from bot.playground.page.backstage import Backstage, Life
from bot.playground.page.sight import Sight

PULSE = 15.0  # seconds of silence before a sign of life


class Line:
    """Events queued for one page."""

    def __init__(self, sight: Sight, backstage: Backstage, online: Callable[[], bool]) -> None:
        self._sight = sight
        self._backstage = backstage
        self._online = online
        self._been_online = online()
        self._queue: asyncio.Queue[tuple[str, object] | None] = asyncio.Queue()
        self._bot: object = None

    def start(self) -> None:
        """Queue the snapshot."""
        self._bot = self._bot_state()
        self._queue.put_nowait(("snapshot", {**self._sight.snapshot(), "bot": self._bot}))

    def happened(self, event: Event) -> None:
        """Queue an event of the local Discord."""
        if told := self._sight.told(event):
            self._queue.put_nowait(told)
        self.check_bot()

    def check_bot(self) -> None:
        """Queue the bot's state if it changed."""
        state = self._bot_state()
        if state != self._bot:
            self._bot = state
            self._queue.put_nowait(("bot", state))

    async def sent(self) -> AsyncIterator[bytes]:
        """The events as bytes, until the connection is closed."""
        while True:
            try:
                async with asyncio.timeout(PULSE):
                    news = await self._queue.get()
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if news is None:
                return
            yield f"event: {news[0]}\ndata: {json.dumps(news[1])}\n\n".encode()

    def close(self) -> None:
        """Hang up once the queue is sent."""
        self._queue.put_nowait(None)

    def _bot_state(self) -> dict[str, object]:
        standing = self._backstage.standing
        return {
            "state": self._word(standing.life),
            "detail": standing.detail,
            "armed": standing.armed,
            "alone": standing.alone,
            "lives": standing.lives,
        }

    def _word(self, life: Life) -> str:
        if life is not Life.RUNNING:
            self._been_online = False
            return life
        if self._online():
            self._been_online = True
            return "online"
        return "offline" if self._been_online else "starting"
