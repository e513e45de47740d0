"""The films of a busy day in a few minutes: the process stays as small as it was in the morning."""

import sys

import psutil
import pytest

from bot.playground.guild import Limits
from tests.chaos.books import Audit
from tests.chaos.database import Database
from tests.chaos.history import History
from tests.chaos.round import came_to_rest
from tests.chaos.stage import Stage

FILMS = 300
AT_ONCE = 20
GROWTH = 12.0  # MB between a third of the day and its end


def memory(stage: Stage) -> float:
    """In MB."""
    return float(psutil.Process(stage.bot.pid).memory_info().rss / 1e6)


@pytest.mark.timeout(900)
async def test_a_day_of_films_leaves_the_memory_flat(stage: Stage) -> None:
    stage.discord.state.limits.limits = Limits(routes={})
    history, database = History(stage.discord), Database(stage.bot.env["DATABASE_URL"])
    stage.bot.env["UNDO_SECONDS"] = "0"
    await stage.bot.start()
    await stage.online()
    sizes = [memory(stage)]
    for done in range(AT_ONCE, FILMS + 1, AT_ONCE):
        for number in range(AT_ONCE):
            who, where = ("maya", "leo", "sam")[number % 3], ("films", "general")[number % 2]
            await stage.discord.actor(who).command(where, "video", {"prompt": f"fox {number}"})
        await stage.discord.changed(lambda: len(history.films) >= done, within=120)  # noqa: B023
        sizes.append(memory(stage))

    assert await came_to_rest(stage, database, 60)
    third = sizes[len(sizes) // 3]
    shown = ", ".join(f"{size:.0f}" for size in (sizes[0], third, sizes[-1]))
    sys.stdout.write(f"MB at the start, after a third, after {FILMS} films: {shown}\n")
    assert sizes[-1] - third < GROWTH
    assert Audit(database, stage.api, history).findings().broken == []
