"""On a disk with 5 ms per sync people still get answers in time, because commits are shared."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from bot.playground.guild import Limits, LocalDiscord, Sent
from tests.chaos.database import Database
from tests.chaos.harness import Harness

PEOPLE = 30
SHIM = Path(__file__).with_name("shim.c")


def preloaded(folder: Path) -> str:
    """The slow sync as a library."""
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("the slow disk is a library in C, and there is no gcc")
    library = folder / "shim.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, SHIM, "-ldl"], check=True)
    return str(library)


async def ask(discord: LocalDiscord) -> tuple[Sent, float]:
    sent = await discord.actor("maya").command("films", "video", {"prompt": "a fox"})
    started = monotonic()
    return await sent.responded(), monotonic() - started


async def slowest_of(harness: Harness) -> float:
    """Seconds until the last of a crowd is answered by a bot that has warmed up."""
    await harness.bot.start()
    await harness.online()
    await ask(harness.discord)
    answers = await asyncio.gather(*(ask(harness.discord) for _ in range(PEOPLE)))
    assert all(sent.message and sent.message.only_for is None for sent, _ in answers)
    await harness.bot.kill()
    return max(seconds for _, seconds in answers)


async def test_everybody_is_answered_in_time_on_a_slow_disk(harness: Harness) -> None:
    harness.discord.state.limits.limits = Limits(routes={})
    usual = await slowest_of(harness)
    harness.bot.env["LD_PRELOAD"] = preloaded(harness.folder)
    slow = await slowest_of(harness)

    sys.stdout.write(f"{PEOPLE} at once, the last answer: {usual:.2f} s, slow disk {slow:.2f} s\n")
    assert len(Database(harness.bot.env["DATABASE_URL"]).tasks()) == 2 * (PEOPLE + 1)
    assert slow < usual + 1.0
