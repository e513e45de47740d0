"""The live line to one open page: server-sent events, a snapshot first and then each change.

https://html.spec.whatwg.org/multipage/server-sent-events.html"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from bot.playground.guild.events import Event
from bot.playground.page.backstage import Backstage, Life
from bot.playground.page.sight import Sight

PULSE = 15.0  # seconds after which a quiet line proves that it still stands


class Line:
    """What happens, queued for one page."""

    def __init__(self, sight: Sight, backstage: Backstage, online: Callable[[], bool]) -> None:
        self._sight = sight
        self._backstage = backstage
        self._online = online
        self._been_online = online()
        self._queue: asyncio.Queue[tuple[str, object] | None] = asyncio.Queue()
        self._bot: object = None

    def start(self) -> None:
        """The first thing a page gets to know."""
        self._bot = self._bot_state()
        self._queue.put_nowait(("snapshot", {**self._sight.snapshot(), "bot": self._bot}))

    def happened(self, event: Event) -> None:
        """Reads the local Discord's events."""
        if told := self._sight.told(event):
            self._queue.put_nowait(told)
        self.check_bot()

    def check_bot(self) -> None:
        """Tell how the bot is, if that changed."""
        state = self._bot_state()
        if state != self._bot:
            self._bot = state
            self._queue.put_nowait(("bot", state))

    async def sent(self) -> AsyncIterator[bytes]:
        """The events on the wire, until the line is closed."""
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
        """Hang up after what is queued."""
        self._queue.put_nowait(None)

    def _bot_state(self) -> dict[str, object]:
        standing = self._backstage.standing
        return {
            "state": self._word(standing.life),
            "detail": standing.detail,
            "armed": standing.armed,
            "alone": standing.alone,
        }

    def _word(self, life: Life) -> str:
        if life is not Life.RUNNING:
            self._been_online = False
            return life
        if self._online():
            self._been_online = True
            return "online"
        return "offline" if self._been_online else "starting"
