"""The next turn is found without reading a long queue, and is the same as from all of it."""

import random
from datetime import timedelta

import pytest

from bot.video.limits.turns import FEW, at_api, fair_order, next_turns
from bot.video.values.videos import State
from tests.db.conftest import NOW


@pytest.mark.parametrize("seed", range(4))
async def test_the_next_turn_is_the_one_that_the_whole_queue_says(store, accept, seed):
    chance = random.Random(seed)

    def live(books):
        for second in range(90):
            row = {
                "server_id": 1 if second < 2 * FEW else chance.randint(1, 3),
                "user_id": 1 if second < 2 * FEW else chance.randint(1, 3),
                "created_at": NOW + timedelta(seconds=second),
                "ready_at": NOW + timedelta(seconds=chance.randint(0, 200)),
            }
            if chance.random() < 0.05:
                row["first_at"] = NOW + timedelta(seconds=second)
            accept(books, **row)
            now, busy = NOW + timedelta(seconds=second), at_api(books, NOW)
            order = fair_order(books.ready(now), busy)
            assert [each.task_id for each in next_turns(books, busy, now)[:1]] == [
                each.task_id for each in order[:1]
            ]
            if order and chance.random() < 0.6:
                to = chance.choice([State.RUNNING, State.RUNNING, State.CANCELLED])
                books.move_from(order[0].task_id, {State.QUEUED}, to, remote_id=str(second))

    await store.tx(live)
