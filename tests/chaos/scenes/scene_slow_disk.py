"""A disk with 5 ms a sync: people are still answered in time, since commits are shared."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from bot.playground.guild import Limits, LocalDiscord, Sent
from tests.chaos.database import Database
from tests.chaos.stage import Stage

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


async def test_everybody_is_answered_in_time_on_a_slow_disk(stage: Stage) -> None:
    stage.discord.state.limits.limits = Limits(routes={})
    stage.bot.env["LD_PRELOAD"] = preloaded(stage.folder)
    await stage.bot.start()
    await stage.online()

    answers = await asyncio.gather(*(ask(stage.discord) for _ in range(PEOPLE)))

    accepted = [sent for sent, _ in answers if sent.message and sent.message.only_for is None]
    slowest = max(seconds for _, seconds in answers)
    sys.stdout.write(f"{PEOPLE} at once: the slowest was answered after {slowest:.2f} s\n")
    assert slowest < 2.5
    assert len(Database(stage.bot.env["DATABASE_URL"]).tasks()) == len(accepted) == PEOPLE
