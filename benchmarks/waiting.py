"""Ten thousand videos at the video API, none due: memory, recovery, idle cost, loop lag."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.figures import Figure, quantile
from benchmarks.harness import Harness, opened
from bot.clock import SystemClock
from bot.db import open_store
from bot.video.outbox import new_posts
from bot.video.ports.books import Books
from bot.video.values.posts import PostState
from bot.video.values.videos import State, VideoRequest, VideoSpec, VideoTask

TITLE = "Videos waiting (running at the video API, nothing due)"
KIB_PER_MIB = 1024
DUE_IN = timedelta(hours=2)
SERVER, CHANNEL, PRICE = 1, 2, 270_000
LAG_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Idle:
    """An idle bot: MiB, seconds to resume, share of a core, ms of lag."""

    memory: float
    recovery: float
    processor: float
    late: Sequence[float]


async def measure(*, is_quick: bool) -> list[Figure]:
    """The same bot with and without the videos."""
    films, seconds = (200, 0.5) if is_quick else (10_000, 20.0)
    without = await _idle(0, seconds)
    ours = await _idle(films, seconds)
    a_task = max(0.0, ours.memory - without.memory) * KIB_PER_MIB / films
    at = f"{films:,} videos"
    return [
        Figure(what=f"{at}: memory per video", measured=a_task, unit="KiB", target=1),
        Figure(what=f"{at}: taken over at a start", measured=ours.recovery, unit="s", target=1),
        Figure(what=f"{at}: processor, idle", measured=100 * ours.processor, unit="% of a core",
               target=1),
        Figure(what="no video: processor, idle", measured=100 * without.processor,
               unit="% of a core"),
        Figure(what=f"{at}: event loop late, p99", measured=quantile(ours.late, 0.99), unit="ms",
               target=10),
            Figure(what="no video: event loop late, p99", measured=quantile(without.late, 0.99),
               unit="ms"),
    ]  # fmt: skip


async def _idle(films: int, seconds: float) -> Idle:
    async with opened() as harness:
        await _fill(harness, films)
        async with harness.bot() as bot:
            recovery = (await bot.line())["recovery"]
            await asyncio.sleep(min(2.0, seconds))  # a start's remaining work
            before = bot.processor
            await asyncio.sleep(seconds)
            processor = (bot.processor - before) / seconds
            late = await bot.ask({"lag": min(LAG_SECONDS, seconds)})
            return Idle(memory=bot.memory, recovery=recovery, processor=processor, late=late)


async def _fill(harness: Harness, films: int) -> None:
    clock = SystemClock()
    async with open_store(harness.database_url, clock=clock) as store:
        now = clock.now()
        await store.tx(lambda books: [_add(books, each, now) for each in range(films)])


def _add(books: Books, number: int, now: datetime) -> None:
    """Add a video between two looks: its reply is there, the next look is far away."""
    request, task = _film(number, now)
    books.add_request(request)
    books.add_task(task, seconds=request.spec.duration)
    reply = new_posts.reply(request, task.id, application_id=1, token="", token_until=now, now=now)
    books.add_post(reply)
    books.change_post(reply.id, state=PostState.THERE, message_id=number + 1, due_at=None)


def _film(number: int, now: datetime) -> tuple[VideoRequest, VideoTask]:
    user_id = number % 1000 + 1
    request = VideoRequest(
        id=f"request{number:013}",
        server_id=SERVER,
        channel_id=CHANNEL,
        user_id=user_id,
        locale="en-US",
        server_locale="en-US",
        created_at=now,
        spec=VideoSpec(prompt="a fox in the snow"),
    )
    task = VideoTask(
        id=f"task{number:016}",
        request_id=request.id,
        server_id=SERVER,
        user_id=user_id,
        state=State.RUNNING,
        price=PRICE,
        created_at=now,
        decided_by="{}",
        owner=0,
        ready_at=now,
        submitted_at=now,
        remote_id=f"task-unified-{number}",
        estimate=300,
        due_at=now + DUE_IN + timedelta(seconds=number),
    )
    return request, task
