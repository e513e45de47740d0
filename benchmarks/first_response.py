"""First response: at a steady rate, on a slow disk, and to a crowd at once."""

from collections.abc import Sequence

from benchmarks.child import BARE, OURS
from benchmarks.figures import Figure, quantile
from benchmarks.harness import Answered, Harness, opened

TITLE = "First response"
RATE = 100.0  # commands per second
SLOW_MS = 5.0  # per commit on a slow disk
WARM_UP = 1.0  # seconds, not counted


async def measure(*, is_quick: bool) -> list[Figure]:
    """Latencies in ms, as the local Discord in this process sees them."""
    seconds, crowd = (1.0, 50) if is_quick else (30.0, 1000)
    bare, floor, _ = await _steadily(seconds, BARE)
    ours, processor, lost = await _steadily(seconds, OURS)
    slow, _, lost_slowly = await _steadily(seconds, OURS, SLOW_COMMIT_MS=str(SLOW_MS))
    at = f"{RATE:.0f} a second for {seconds:.0f} s"
    return [
        _figure(f"{at}: p50", ours, 0.5, bare=bare),
        _figure(f"{at}: p99", ours, 0.99, bare=bare, target=25),
        _figure(f"{at}, each commit {SLOW_MS:.0f} ms longer: p50", slow, 0.5),
        _figure(f"{at}, each commit {SLOW_MS:.0f} ms longer: p99", slow, 0.99, target=60),
        Figure(
            what=f"{at}: no video accepted, with the slow disk too",
            measured=lost + lost_slowly,
            unit="commands",
            target=0,
        ),
        Figure(what="processor time a command", measured=processor, unit="ms", bare=floor),
        *await _crowd(crowd),
    ]


async def _steadily(
    seconds: float, module: str, **settings: str
) -> tuple[Sequence[float], float, int]:
    """The latencies of the answers in ms, the bot's processor time per command in ms, and how many
    commands ended without an accepted video."""
    async with opened() as harness, harness.bot(module, **settings) as bot:
        await harness.ask_steadily(rate=RATE, seconds=WARM_UP)
        before = bot.processor
        answers = await harness.ask_steadily(rate=RATE, seconds=seconds)
        processor = 1000 * (bot.processor - before) / len(answers)
        return _milliseconds(answers), processor, sum(not each.is_film for each in answers)


async def _crowd(size: int) -> list[Figure]:
    async with opened() as harness, harness.bot(BARE):
        bare = await _at_once(harness, size)
    async with opened() as harness, harness.bot(OURS):
        ours = await _at_once(harness, size)
    refused = sum(each.seconds is not None and not each.is_film for each in ours)
    silent = sum(each.seconds is None for each in ours)
    return [
        _figure(f"{size:,} at once: the last answer", ours_ms := _milliseconds(ours), 1,
                bare=_milliseconds(bare), target=2500),
        _figure(f"{size:,} at once: p50", ours_ms, 0.5, bare=_milliseconds(bare)),
        Figure(what=f"{size:,} at once: refused as too late", measured=refused, unit="commands"),
        Figure(what=f"{size:,} at once: not answered", measured=silent, unit="commands", target=0),
    ]  # fmt: skip


async def _at_once(harness: Harness, size: int) -> list[Answered]:
    await harness.ask_steadily(rate=RATE, seconds=WARM_UP)
    return await harness.ask_at_once(size)


def _milliseconds(answers: Sequence[Answered]) -> list[float]:
    return [1000 * each.seconds for each in answers if each.seconds is not None]


def _figure(
    what: str,
    ours: Sequence[float],
    share: float,
    *,
    bare: Sequence[float] | None = None,
    target: float | None = None,
) -> Figure:
    return Figure(
        what=what,
        measured=quantile(ours, share),
        unit="ms",
        target=target,
        bare=None if bare is None else quantile(bare, share),
    )
