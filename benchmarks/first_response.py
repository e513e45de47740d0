"""First response: at a steady rate, and on a slow disk."""

from collections.abc import Sequence

from benchmarks.child import BARE, OURS
from benchmarks.figures import Figure, quantile
from benchmarks.harness import Answered, opened

TITLE = "First response"
RATE = 100.0  # commands per second
SLOW_MS = 5.0  # per commit on a slow disk
WARM_UP = 1.0  # seconds, not counted


async def measure(*, is_quick: bool) -> list[Figure]:
    """Latencies in ms, as the local Discord in this process sees them."""
    seconds = 1.0 if is_quick else 30.0
    bare, floor, _ = await _steadily(seconds, BARE)
    ours, processor, lost = await _steadily(seconds, OURS)
    slow, _, lost_slowly = await _steadily(seconds, OURS, SLOW_COMMIT_MS=str(SLOW_MS))
    at = f"{RATE:.0f} a second for {seconds:.0f} s"
    return [
        _figure(f"{at}: p50", ours, 0.5, bare=bare),
        _figure(f"{at}: p99", ours, 0.99, bare=bare, target=25, ratio_target=3),
        _figure(f"{at}, each commit {SLOW_MS:.0f} ms longer: p50", slow, 0.5),
        _figure(f"{at}, each commit {SLOW_MS:.0f} ms longer: p99", slow, 0.99, target=60),
        Figure(
            what=f"{at}: no video accepted, with the slow disk too",
            measured=lost + lost_slowly,
            unit="commands",
            target=0,
        ),
        Figure(what="processor time a command", measured=processor, unit="ms", bare=floor),
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


def _milliseconds(answers: Sequence[Answered]) -> list[float]:
    return [1000 * each.seconds for each in answers if each.seconds is not None]


def _figure(
    what: str,
    ours: Sequence[float],
    share: float,
    *,
    bare: Sequence[float] | None = None,
    target: float | None = None,
    ratio_target: float | None = None,
) -> Figure:
    return Figure(
        what=what,
        measured=quantile(ours, share),
        unit="ms",
        target=target,
        ratio_target=ratio_target,
        bare=None if bare is None else quantile(bare, share),
    )
