"""A command and a finished video take no more statements than these numbers, which may fall."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event

from bot.video.values.videos import State
from tests.video.harness import Start, limits

VIDEOS, SECONDS = 5, 70  # each asked for, watched at three stages, finished and delivered
FIRST = 6  # videos that open the gate as wide as it goes
# With the command, and after it; without those that begin and end transactions.
MOST = {"sqlite": (55, 43), "postgresql": (59.6, 47)}
# Of a command alone, with all of the operator's limits: to accept it, and once its card is shown.
MOST_ACCEPTED = {"sqlite": (10, 2), "postgresql": (11, 2)}
NOT_COUNTED = ("BEGIN", "SAVEPOINT", "RELEASE")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/bot.db"
    found: str = request.getfixturevalue("pg_url")
    return found


@pytest.fixture
def counted() -> Iterator[list[str]]:
    """All statements from now on."""
    found: list[str] = []

    def seen(_: object, __: object, statement: str, *___: object) -> None:
        is_ours = threading.current_thread() is threading.main_thread()  # no heartbeat
        if is_ours and not statement.startswith(NOT_COUNTED):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", seen)
    yield found
    event.remove(Engine, "before_cursor_execute", seen)


async def test_a_finished_video_takes_no_more_statements_than_it_did(
    start: Start, url: str, counted: list[str]
) -> None:
    async with start(url=url, slots=None) as middle:
        for number in range(1, FIRST + 1):
            await middle.ask(user=number)
        await middle.clock.advance(10)
        for number in range(1, FIRST + 1):
            middle.api.finish(number)
        await middle.clock.advance(SECONDS)
        counted.clear()
        await middle.clock.advance(VIDEOS * SECONDS)
        idle = len(counted)
        counted.clear()
        asked, accepting = [], 0
        for number in range(FIRST + 1, FIRST + VIDEOS + 1):
            before = len(counted)
            asked.append(await middle.ask(user=number))
            accepting += len(counted) - before
            await middle.clock.advance(10)
            for progress in (20, 50, 80):
                middle.api.say(number, progress=progress)
                await middle.clock.advance(12)
            middle.api.finish(number)
            await middle.clock.advance(24)
        whole, after = MOST[url.partition(":")[0]]
        assert (len(counted) - idle) / VIDEOS <= whole
        assert (len(counted) - idle - accepting) / VIDEOS <= after
        assert [await middle.state(each) for each in asked] == [State.COMPLETED] * VIDEOS


async def test_an_accepted_command_takes_no_more_statements_than_it_did(
    start: Start, url: str, counted: list[str]
) -> None:
    async with start(url=url, limits=limits(daily=100, at_once=2, bot_daily=2000)) as middle:
        await middle.ask(user=1)
        accepting, answering = MOST_ACCEPTED[url.partition(":")[0]]
        counted.clear()
        card = await middle.accept(user=2)
        assert len(counted) <= accepting
        counted.clear()
        await middle.videos.answered(card.task.id, message_id=500)
        assert len(counted) <= answering
