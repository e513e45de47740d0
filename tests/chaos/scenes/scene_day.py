"""A busy day's videos in a few minutes: the process stays as small as in the morning."""

import sys

import psutil
import pytest

from bot.playground.guild import Limits
from tests.chaos.books import Audit
from tests.chaos.database import Database
from tests.chaos.harness import Harness
from tests.chaos.history import History
from tests.chaos.round import came_to_rest

FILMS = 300
AT_ONCE = 20
GROWTH = 12.0  # MB between a third of the day and its end


def memory(harness: Harness) -> float:
    """In MB."""
    return float(psutil.Process(harness.bot.pid).memory_info().rss / 1e6)


@pytest.mark.timeout(900)
async def test_a_day_of_films_leaves_the_memory_flat(harness: Harness) -> None:
    harness.discord.state.limits.limits = Limits(routes={})
    history, database = History(harness.discord), Database(harness.bot.env["DATABASE_URL"])
    harness.bot.env["UNDO_SECONDS"] = "0"
    await harness.bot.start()
    await harness.online()
    sizes = [memory(harness)]
    for done in range(AT_ONCE, FILMS + 1, AT_ONCE):
        for number in range(AT_ONCE):
            who, where = ("maya", "leo", "sam")[number % 3], ("films", "general")[number % 2]
            await harness.discord.actor(who).command(where, "video", {"prompt": f"fox {number}"})
        await harness.discord.changed(lambda: len(history.films) >= done, within=120)  # noqa: B023
        sizes.append(memory(harness))

    assert await came_to_rest(harness, database, 60)
    third = sizes[len(sizes) // 3]
    shown = ", ".join(f"{size:.0f}" for size in (sizes[0], third, sizes[-1]))
    sys.stdout.write(f"MB at the start, after a third, after {FILMS} films: {shown}\n")
    assert sizes[-1] - third < GROWTH
    assert Audit(database, harness.api, history).findings().broken == []
