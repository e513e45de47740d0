"""The outside world of a simulated day: a slow video API, and a Discord that counts."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log

from msgspec.structs import replace

from bot.clock import Clock
from bot.errors import ApiError, Cause, Certainty
from bot.video.ports.edges import About, Clip, SentMessage
from bot.video.values.deferrals import Deferral
from bot.video.values.posts import Post
from bot.video.values.videos import Balance, RemoteStatus, VideoRequest, VideoUpdate

TYPICAL, SPREAD = 95.0, 0.35  # seconds that a video takes, and how much that differs
FAILED = 0.04  # share of the videos
API_SECONDS, DISCORD_SECONDS = 0.4, 0.15  # that a call takes


@dataclass(kw_only=True)
class Job:
    """A video as the API sees it."""

    update: VideoUpdate
    began: float
    seconds: float
    fails: bool


@dataclass(kw_only=True)
class VirtualApi:
    """Makes each video in about a minute and a half of the clock's time."""

    clock: Clock
    chance: random.Random
    calls: Counter[str]
    jobs: dict[str, Job] = field(default_factory=dict)

    async def submit(
        self, request: VideoRequest, *, task_id: str, callback_url: str | None
    ) -> VideoUpdate:
        self.calls["API: submit"] += 1
        await self.clock.sleep(API_SECONDS)
        update = VideoUpdate(
            remote_id=f"remote-{task_id}",
            status=RemoteStatus.PENDING,
            model=request.spec.model,
            created_at=self.clock.now(),
            duration=request.spec.duration,
            progress=0,
            estimate=round(TYPICAL),
        )
        self.jobs[update.remote_id] = Job(
            update=update,
            began=self.clock.monotonic(),
            seconds=self.chance.lognormvariate(log(TYPICAL), SPREAD),
            fails=self.chance.random() < FAILED,
        )
        return update

    async def look(self, remote_id: str) -> VideoUpdate:
        self.calls["API: look"] += 1
        await self.clock.sleep(API_SECONDS)
        if (job := self.jobs.get(remote_id)) is None:
            raise ApiError(Cause.NOT_FOUND, sent=Certainty.NO, code="task_not_found", status=404)
        share = (self.clock.monotonic() - job.began) / job.seconds
        if share < 1:
            status = RemoteStatus.PROCESSING
            return replace(job.update, status=status, progress=int(100 * share))
        del self.jobs[remote_id]
        if job.fails:
            return replace(job.update, status=RemoteStatus.FAILED, error_code="e", is_released=True)
        url = f"https://files.example/{remote_id}.mp4"
        return replace(job.update, status=RemoteStatus.COMPLETED, progress=100, film_url=url)

    async def balance(self) -> Balance:
        self.calls["API: balance"] += 1
        return Balance(account=1e9)


@dataclass(kw_only=True)
class VirtualDiscord:
    """Takes every message and counts the calls."""

    clock: Clock
    calls: Counter[str]
    numbers: int = 10**6

    async def find(self, post: Post) -> SentMessage | None:
        await self._called("find", post)
        return None

    async def send(
        self, post: Post, about: About, *, ping: bool, clips: Sequence[Clip] = ()
    ) -> SentMessage:
        await self._called("send", post)
        self.numbers += 1
        return SentMessage(channel_id=post.channel_id, message_id=self.numbers)

    async def edit(self, post: Post, about: About) -> None:
        await self._called("edit", post)

    async def finish(self, deferral: Deferral) -> None:
        return

    async def remove(self, post: Post) -> None:
        await self._called("remove", post)

    async def upload_limit(self, post: Post) -> int:
        return 10 * 1024 * 1024

    async def _called(self, what: str, post: Post) -> None:
        self.calls[f"Discord: {what} a {post.kind}"] += 1
        await self.clock.sleep(DISCORD_SECONDS)
