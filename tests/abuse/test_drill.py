"""A backup taken while videos are made is restored, and the bot goes on: nothing is paid twice."""

import asyncio
from pathlib import Path

import pytest

from bot.db import backup, move, restore
from bot.errors import Reason
from bot.video.values.videos import State
from tests.fakes import RecordingAnnouncer
from tests.video.harness import Harness, Start

pytestmark = pytest.mark.long

PEOPLE = range(1, 5)


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """The bot's database, and one to restore into."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/bot.db", f"sqlite:///{tmp_path}/bot.db"
    return request.getfixturevalue("pg_url"), request.getfixturevalue("empty_pg_url")


async def make_some(middle: Harness) -> list[str]:
    """Videos of several people in several states."""
    first = [await middle.ask(user=user) for user in PEOPLE]
    await middle.clock.advance(6)
    middle.api.finish(1)
    await middle.clock.advance(90)
    return first + [await middle.ask(user=user) for user in PEOPLE]


async def backed_up(middle: Harness, url: str, file: Path) -> list[str]:
    """Copy the database while people go on; returns the videos they asked for meanwhile."""
    copying = asyncio.create_task(asyncio.to_thread(backup, url, file))
    asked = [await middle.ask(user=user) for user in PEOPLE]
    while not copying.done():
        asked.append(await middle.ask())
        await middle.clock.advance(0.01)  # what waits still waits when the copy is taken
    await copying
    return asked


async def goes_on(middle: Harness, before: list[str]) -> None:
    """What waited in the copy has ended, nothing went out again, and new videos are made."""
    await middle.clock.advance(300)
    assert middle.api.submitted == before, "nothing is submitted again"
    assert await middle.books_are_right()
    new = await middle.ask(user=77)
    await middle.clock.advance(10)
    assert middle.api.submitted == [*before, new]


async def test_a_backup_under_load_is_restored_and_nothing_is_paid_twice(
    start: Start, urls: tuple[str, str], tmp_path: Path, announcer: RecordingAnnouncer
) -> None:
    url, into = urls
    async with start(url=url, slots=None) as middle:
        known = await make_some(middle)
        await backed_up(middle, url, tmp_path / "copy.db")
        await middle.clock.advance(60)
        submitted = list(middle.api.submitted)
    restore(into, tmp_path / "copy.db")
    async with start(url=into, slots=None) as middle:
        await goes_on(middle, submitted)
        ended = [task for each in known if (task := await middle.task(each)).is_over]
        assert {task.reason for task in ended if task.state is State.CANCELLED} == {Reason.RESTORED}
        assert "operator.restored" in {cause for cause, _ in announcer.notices()}


async def test_a_moved_bot_makes_what_waited_once(
    start: Start, tmp_path: Path, empty_pg_url: str
) -> None:
    url = f"sqlite:///{tmp_path}/bot.db"
    async with start(url=url) as middle:
        asked = await make_some(middle)
        submitted = list(middle.api.submitted)
    move(url, empty_pg_url, lambda _: None)
    async with start(url=empty_pg_url) as middle:
        for number in range(1, len(asked) + 1):
            await middle.clock.advance(90)
            if number <= len(middle.api.submitted):
                middle.api.finish(number)
        await middle.clock.advance(120)
        assert sorted(middle.api.submitted) == sorted(asked)
        assert middle.api.submitted[: len(submitted)] == submitted
        assert await middle.books_are_right()
        assert {await middle.state(each) for each in asked} == {State.COMPLETED}
