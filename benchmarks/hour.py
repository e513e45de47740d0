"""An hour of traffic in little time: is memory flat afterwards, and is no view kept?"""

import asyncio
from collections.abc import Callable
from typing import Any

from benchmarks.child import Child
from benchmarks.figures import Figure
from benchmarks.harness import Harness, opened
from bot.playground.evolink import Pace
from bot.playground.guild import Event, EventKind

TITLE = "An hour of traffic, compressed: each video ordered, made, fetched, uploaded and shown"
FILMS = 600  # ten per minute for an hour
RATE = 10.0  # per second here
PACE = Pace(seconds=0.5)
PATIENCE = 240.0  # seconds
FIRST = 1 / 3  # of the videos, after which memory counts


async def measure(*, is_quick: bool) -> list[Figure]:
    """Memory after the first third of the videos, and after all of them."""
    films = 6 if is_quick else FILMS
    settings = {"UNDO_SECONDS": "0", "MAX_RUNNING": "unlimited"}
    async with opened(PACE) as harness, harness.bot(**settings) as bot:
        await bot.line()  # the recovery time
        posted = _counter(harness)
        early = await _after(harness, bot, posted, int(films * FIRST))
        late = await _after(harness, bot, posted, films)
    growth = late["memory"] / early["memory"]
    return [
        Figure(what=f"memory after {films} videos", measured=late["memory"], unit="MiB"),
        Figure(
            what="times the memory after a third of them", measured=growth, unit="", target=1.05
        ),
        Figure(
            what="objects more for each video of the rest",
            measured=(late["objects"] - early["objects"]) / (films - int(films * FIRST)),
            unit="",
        ),
        Figure(what="views stored", measured=late["views"], unit="", target=0),
    ]


async def _after(
    harness: Harness, bot: Child, posted: Callable[[], int], films: int
) -> dict[str, Any]:
    """What the bot's process holds after this many videos in all."""
    await harness.ask_steadily(rate=RATE, seconds=(films - posted()) / RATE)
    async with asyncio.timeout(PATIENCE):
        while posted() < films:
            await harness.discord.events.pulsed()
    await asyncio.sleep(2.0)  # the last edits
    census: dict[str, Any] = await bot.ask({})
    return {**census, "memory": bot.memory}


def _counter(harness: Harness) -> Callable[[], int]:
    films: list[int] = []

    def note(event: Event) -> None:
        if event.kind is EventKind.MESSAGE and event.body.get("attachments"):
            films.append(int(event.body["id"]))

    harness.discord.events.subscribe(note)
    return lambda: len(films)
