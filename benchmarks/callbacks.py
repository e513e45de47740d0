"""With callbacks: how soon after a callback its video is posted, and how many reads that took."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.figures import Figure, quantile
from benchmarks.harness import Harness, opened
from bot.playground.evolink import Pace
from bot.playground.guild import Event, EventKind

TITLE = "Callbacks (real parts: the API calls, the bot reads the task, fetches, uploads)"
PACE = Pace(seconds=3.0)
PATIENCE = 60.0  # seconds
AFTERWARDS = 0.5  # seconds in which a needless read would still arrive


@dataclass(frozen=True, kw_only=True)
class Times:
    """When tasks were read at the API, and when videos were posted; seconds since the epoch."""

    reads: list[float] = field(default_factory=list)
    films: list[float] = field(default_factory=list)


async def measure(*, is_quick: bool) -> list[Figure]:
    """Make videos one after another. Reads before a task's end, for its progress, do not count."""
    found = await _made(1 if is_quick else 10)
    delays = [delay for delay, _ in found]
    return [
        Figure(
            what="reads after a callback", measured=max(reads for _, reads in found), unit="",
            target=1,
        ),
            Figure(what="callback to video: p50", measured=quantile(delays, 0.5), unit="s"),
            Figure(what="callback to video: worst", measured=max(delays), unit="s", target=1),
    ]  # fmt: skip


async def _made(films: int) -> list[tuple[float, int]]:
    """For each video, seconds from its end to its message, and reads from its end on."""
    port = _free_port()
    settings = {
        "WEB_PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "UNDO_SECONDS": "0",
    }
    async with opened(PACE) as harness, harness.bot(**settings):
        times = Times()
        harness.discord.events.subscribe(lambda event: _note(event, times))
        _watch_reads(harness, times)
        return [await _one(harness, times) for _ in range(films)]


async def _one(harness: Harness, times: Times) -> tuple[float, int]:
    before = len(times.films)
    await harness.ask()
    async with asyncio.timeout(PATIENCE):
        while len(times.films) == before:
            await harness.discord.events.pulsed()
    await asyncio.sleep(AFTERWARDS)
    ended = max(task.ended for task in harness.api.tasks.values() if task.ended).timestamp()
    return times.films[-1] - ended, sum(read >= ended for read in times.reads)


def _note(event: Event, times: Times) -> None:
    if event.kind is EventKind.MESSAGE and event.body.get("attachments"):
        times.films.append(event.at.timestamp())


def _watch_reads(harness: Harness, times: Times) -> None:
    """Note the time of each read: every read asks the script of faults first."""
    script = harness.api.faults.queries
    take: Callable[..., object] = script.take

    def noted(*arguments: object) -> object:
        times.reads.append(harness.discord.clock.now().timestamp())
        return take(*arguments)

    script.take = noted  # type: ignore[method-assign,assignment]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
