"""Each problem with the operator's disk is reported in one line, and nothing is half saved."""

import asyncio
import resource
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from bot.playground.guild import Sent
from tests.chaos.database import Database
from tests.chaos.harness import Harness

pytestmark = pytest.mark.long


def database_of(harness: Harness) -> Path:
    return Path(harness.bot.env["DATABASE_URL"].removeprefix("sqlite:///"))


async def ends(harness: Harness) -> list[str]:
    """What the program says when it does not even start."""
    await harness.bot.start()
    async with asyncio.timeout(60):
        assert await harness.bot.ended() == 1
    return harness.bot.log.read_text().splitlines()


async def readiness(harness: Harness) -> int:
    """What monitoring reads."""
    url = f"http://127.0.0.1:{harness.bot.env['WEB_PORT']}/readyz"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status


async def ask(harness: Harness) -> Sent:
    sent = await harness.discord.actor("maya").command("films", "video", {"prompt": "a fox"})
    return await sent.responded()


def damage(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[5000:] = b"\xff" * (len(content) - 5000)
    file.write_bytes(content)


def age(file: Path, revision: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda file: file.write_bytes(b"something else " * 1000), "is no database"),
        (damage, "is damaged"),
        (lambda file: age(file, "9999"), "newer than this version of the bot"),
    ],
    ids=["no database", "damaged", "newer"],
)
async def test_a_file_that_cannot_be_used_is_one_line(
    harness: Harness, spoil: Callable[[Path], None], says: str
) -> None:
    spoil(database_of(harness))

    (line,) = await ends(harness)

    assert says in line
    assert not harness.discord.requests


async def test_a_second_process_is_one_line_and_the_first_goes_on(harness: Harness) -> None:
    await harness.bot.start()
    await harness.online()
    first = harness.bot
    second = type(first)(first.env | {"WEB_PORT": "0"}, harness.folder / "second.log")
    await second.start()
    async with asyncio.timeout(60):
        assert await second.ended() == 1

    (line,) = second.log.read_text().splitlines()
    assert "bot.db" in line
    assert (await ask(harness)).message is not None


async def test_a_full_disk_refuses_keeps_nothing_and_recovers_by_itself(harness: Harness) -> None:
    await harness.bot.start()
    await harness.online()
    await ask(harness)
    await harness.discord.changed(lambda: len(harness.discord.messages("films")) == 2, within=60)
    kept = len(Database(harness.bot.env["DATABASE_URL"]).tasks())

    resource.prlimit(harness.bot.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    refused = (await ask(harness)).message
    assert await readiness(harness) == 503
    resource.prlimit(
        harness.bot.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    )
    accepted = (await ask(harness)).message
    async with asyncio.timeout(60):
        while await readiness(harness) != 200:
            await harness.pulse(1)

    assert refused is not None
    assert refused.only_for is not None
    assert "nothing was started" in refused.text
    assert accepted is not None
    assert accepted.only_for is None
    assert len(Database(harness.bot.env["DATABASE_URL"]).tasks()) == kept + 1


async def test_a_copy_made_while_people_use_the_bot_is_whole(harness: Harness) -> None:
    await harness.bot.start()
    await harness.online()
    await ask(harness)
    copy = harness.folder / "copy.db"
    copying = type(harness.bot)(harness.bot.env, harness.folder / "copy.log", "backup", str(copy))
    await copying.start()
    await asyncio.gather(*(ask(harness) for _ in range(5)))
    assert await copying.ended() == 0

    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    found = Database(f"sqlite:///{copy}")
    assert len(found.tasks()) >= 1
    assert found.read(lambda books: list(books.discrepancies())) == []
