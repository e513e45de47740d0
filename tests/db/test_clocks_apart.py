"""An operator hears that a machine's clock differs from the database's, which others go by, too."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from bot.check.database import about_database
from bot.clock import Clock, SystemClock
from bot.db import open_store


class WrongClock(SystemClock):
    """The system's clock, set wrong."""

    def __init__(self, by: timedelta) -> None:
        super().__init__()
        self._by = by

    def now(self) -> datetime:
        return super().now() + self._by


async def told(url: str, clock: Clock) -> list[str]:
    secret = SimpleNamespace(get_secret_value=lambda: url)
    found = [each async for each in about_database(SimpleNamespace(database_url=secret), clock)]
    return [each.text for each in found if each.about == "Clock"]


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (timedelta(hours=1), "s ahead of the database's"),
        (-timedelta(minutes=1), "s behind the database's"),
    ],
)
async def test_a_clock_that_is_apart_is_told_at_the_start_and_by_check(
    pg_url: str, caplog: pytest.LogCaptureFixture, by: timedelta, words: str
) -> None:
    clock = WrongClock(by)
    async with open_store(pg_url, clock=clock):
        pass
    assert words in caplog.text
    (line,) = await told(pg_url, clock)
    assert words in line


async def test_a_clock_that_is_right_needs_no_words(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_store(database_url, clock=SystemClock()):
        pass
    assert "clock" not in caplog.text
    assert await told(database_url, SystemClock()) == []
