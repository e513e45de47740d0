"""What tests of several takes look at."""

from bot.video.values.videos import VideoTask
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
