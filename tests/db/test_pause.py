"""The operator's pause, set from outside while the bot runs."""

import pytest

from bot.db.pause import set_paused
from bot.errors import StartupError


async def is_paused(store) -> bool:
    seen = [await store.tx(lambda books: books.is_paused())]
    seen.append(await store.read(lambda books: books.is_paused()))
    assert seen[0] == seen[1]
    return seen[0]


async def test_a_running_bot_is_paused_and_resumed(store, database_url):
    assert not await is_paused(store)
    for paused in (True, True, False, False, True):
        set_paused(database_url, paused)
        assert await is_paused(store) is paused


def test_a_database_that_is_not_there_is_not_paused(tmp_path):
    with pytest.raises(StartupError, match="does not exist yet"):
        set_paused(f"sqlite:///{tmp_path}/bot.db", True)
    assert list(tmp_path.iterdir()) == []
