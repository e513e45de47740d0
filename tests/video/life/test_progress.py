"""Progress edits stay within a channel's rate, as Discord counts them: on arrival."""

import random
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.fakes import RecordingAnnouncer
from tests.video.harness import Start

WINDOW = timedelta(seconds=5)


@dataclass
class SlowRoad(RecordingAnnouncer):
    """Edits are on their way for up to two seconds, each as long as it likes."""

    dice: random.Random | None = None

    async def edit(self, post, about):
        assert self.dice is not None
        await self.clock.sleep(self.dice.uniform(0, 2))
        await super().edit(post, about)


@pytest.fixture(params=range(3))
def announcer(clock, request):
    return SlowRoad(clock, dice=random.Random(request.param))


def busiest(times):
    return max(sum(timedelta() <= other - start < WINDOW for other in times) for start in times)


async def test_ten_films_leave_an_edit_in_five_seconds_to_last_edits(
    start: Start, announcer, api, clock
):
    async with start(slots=10) as harness:
        tasks = [await harness.ask() for _ in range(10)]
        for step in range(1, 31):
            for number in range(1, len(api.tasks) + 1):
                api.say(number, progress=3 * step)
            await clock.advance(3)

    edits = announcer.of("show")
    assert {said.card.task.id for said in edits} == set(tasks)
    assert busiest([said.at for said in edits]) <= 4
    assert len(edits) >= 30
