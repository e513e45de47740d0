"""What tests of several takes look at."""

from bot.errors import ApiError, Cause, Certainty
from bot.video.values.videos import State, VideoTask
from tests.video.harness import Harness


async def takes(harness: Harness, task_id: str) -> list[VideoTask]:
    def read(books) -> list[VideoTask]:
        return list(books.takes_of(books.task(task_id).request_id))

    return await harness.store.tx(read)


async def states(harness: Harness, task_id: str) -> list[str]:
    return [str(each.state) for each in await takes(harness, task_id)]


async def left_over(harness: Harness) -> list[str]:
    owed = await harness.store.tx(lambda books: books.survey().owed)
    return [each.post_id for each in owed]


def told(harness: Harness) -> list[object]:
    """The news that there is no video."""
    return [each for each in harness.announcer.of("notice") if each.card is not None]


async def in_doubt(harness: Harness) -> str:
    """Two takes: the first is in doubt at the API, the second is being made."""
    harness.api.script = [ApiError(Cause.UNAVAILABLE, sent=Certainty.MAYBE)]
    asked = await harness.ask(takes=2)
    for _ in range(300):
        await harness.clock.advance(60)
        if len(harness.api.tasks) == 2:
            break
    assert sorted(await states(harness, asked)) == ["running", "unconfirmed"]
    return asked


async def come_late(harness: Harness, asked: str) -> str:
    """The doubtful take's callback arrives, and its video; returns its id."""
    late = next(
        each
        for each in await takes(harness, asked)
        if each.state in (State.UNCONFIRMED, State.LOST)
    )
    harness.api.finish(1)
    await harness.engine.called_back(late.id, "task-unified-1")
    await harness.clock.advance(120)
    return late.id
