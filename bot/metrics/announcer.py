"""Tells what becomes of messages: an `Announcer` around another one."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec import Struct

from bot.clock import Clock
from bot.errors import PostError
from bot.video.ports.edges import About, Announcer, Clip, SentMessage
from bot.video.values.deferrals import Deferral
from bot.video.values.posts import Post

T = TypeVar("T")

DONE = "done"
ERROR = "error"  # nobody foresaw it; other results are fates, of which some are tried again


class Delivered(Struct, frozen=True, kw_only=True):
    """What became of one call for a message; `others` are shown by it, too."""

    post: Post
    others: Sequence[Post]
    act: str
    result: str
    began: datetime
    ended: datetime


class HeardAnnouncer:
    """`bot.video.ports.edges.Announcer`, for somebody who listens."""

    def __init__(
        self, announcer: Announcer, listen: Callable[[Delivered], None], clock: Clock
    ) -> None:
        self._announcer = announcer
        self._listen = listen
        self._clock = clock

    async def find(self, post: Post) -> SentMessage | None:
        return await self._heard(post, "find", self._announcer.find(post))

    async def send(
        self,
        post: Post,
        about: About,
        *,
        ping: bool,
        clips: Sequence[Clip] = (),
    ) -> SentMessage:
        sending = self._announcer.send(post, about, ping=ping, clips=clips)
        return await self._heard(post, "send", sending, [clip.post for clip in clips])

    async def edit(self, post: Post, about: About) -> None:
        await self._heard(post, "edit", self._announcer.edit(post, about))

    async def finish(self, deferral: Deferral) -> None:
        await self._announcer.finish(deferral)

    async def remove(self, post: Post) -> None:
        await self._heard(post, "remove", self._announcer.remove(post))

    async def upload_limit(self, post: Post) -> int:
        return await self._announcer.upload_limit(post)

    async def _heard(
        self, post: Post, act: str, work: Awaitable[T], others: Sequence[Post] = ()
    ) -> T:
        began, result = self._clock.now(), ERROR
        try:
            done = await work
            result = DONE
            return done
        except PostError as error:
            result = str(error.fate)
            raise
        finally:
            event = Delivered(
                post=post,
                others=others,
                act=act,
                result=result,
                began=began,
                ended=self._clock.now(),
            )
            self._listen(event)
