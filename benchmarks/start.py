"""Starting: time until commands are served, processor time for that, and idle memory."""

import asyncio
from dataclasses import dataclass

from benchmarks.child import BARE, OURS
from benchmarks.figures import Figure, median
from benchmarks.harness import Harness, opened

TITLE = "Start and idle (a database and synced commands from an earlier start)"
SETTLED = 1.0  # seconds before memory is measured


@dataclass(frozen=True, kw_only=True)
class Start:
    """Seconds until commands are served, processor seconds until then, MiB afterwards."""

    seconds: float
    processor: float
    memory: float


async def measure(*, is_quick: bool) -> list[Figure]:
    """Both bots in turn; the median of several starts each."""
    rounds = 1 if is_quick else 11
    starts: dict[str, list[Start]] = {BARE: [], OURS: []}
    async with opened() as harness:
        await _start(harness, OURS)  # creates the database
        for _ in range(rounds):
            for module, of_module in starts.items():
                of_module.append(await _start(harness, module))
    bare, ours = starts[BARE], starts[OURS]
    return [
        Figure(
            what=what,
            measured=median([getattr(each, field) for each in ours]),
            unit=unit,
            bare=median([getattr(each, field) for each in bare]),
            ratio_target=2.3 if field == "memory" else None,  # twice, and Babel
        )
        for what, field, unit in (
            ("start to commands served", "seconds", "s"),
            ("processor time of a start", "processor", "s"),
            ("idle memory", "memory", "MiB"),
        )
    ]


async def _start(harness: Harness, module: str) -> Start:
    async with harness.bot(module) as bot:
        seconds, processor = bot.served - bot.began, bot.processor
        await asyncio.sleep(SETTLED)
        return Start(seconds=seconds, processor=processor, memory=bot.memory)
