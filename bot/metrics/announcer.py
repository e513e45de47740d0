"""Counts what becomes of messages: an `Announcer` around another one."""

from collections.abc import Awaitable, Sequence
from typing import TypeVar

from bot.errors import PostError
from bot.metrics.counters import Counters
from bot.video.ports.edges import About, Announcer, Clip, SentMessage
from bot.video.values.deferrals import Deferral
from bot.video.values.posts import Post

T = TypeVar("T")

DONE = "done"  # other results are fates, of which `later` and `unknown` are tried again


class CountingAnnouncer:
    """`bot.video.ports.edges.Announcer`."""

    def __init__(self, announcer: Announcer, counters: Counters) -> None:
        self._announcer = announcer
        self._counters = counters

    async def find(self, post: Post) -> SentMessage | None:
        return await self._counted(post, "find", self._announcer.find(post))

    async def send(
        self,
        post: Post,
        about: About,
        *,
        ping: bool,
        clips: Sequence[Clip] = (),
    ) -> SentMessage:
        sending = self._announcer.send(post, about, ping=ping, clips=clips)
        return await self._counted(post, "send", sending)

    async def edit(self, post: Post, about: About) -> None:
        await self._counted(post, "edit", self._announcer.edit(post, about))

    async def finish(self, deferral: Deferral) -> None:
        await self._announcer.finish(deferral)

    async def remove(self, post: Post) -> None:
        await self._counted(post, "remove", self._announcer.remove(post))

    async def upload_limit(self, post: Post) -> int:
        return await self._announcer.upload_limit(post)

    async def _counted(self, post: Post, act: str, work: Awaitable[T]) -> T:
        result = "error"
        try:
            done = await work
            result = DONE
            return done
        except PostError as error:
            result = str(error.fate)
            raise
        finally:
            self._counters.messages.labels(post.kind, act, result).inc()
