"""Members who search without end do not slow down anyone else."""

import asyncio
import threading
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.db import open_store, search
from bot.db.unit_of_work import SqlStore
from bot.errors import StorageDown
from bot.ui.items import Verb
from bot.video.ports.books import Books
from bot.video.ports.tasks import Search
from tests.cogs.harness import Harness, shown, turn_away
from tests.cogs.steps import buttons
from tests.db.conftest import accept, new_request, new_task

__all__ = ["accept", "new_request", "new_task"]


async def test_a_read_without_an_end_delays_no_transaction(store: SqlStore) -> None:
    began, may_end = threading.Event(), threading.Event()

    def read(books: Books) -> str | None:
        began.set()
        may_end.wait()
        return books.fact("a")

    reading = asyncio.create_task(store.read(read))
    await asyncio.to_thread(began.wait)
    try:
        await store.tx(lambda books: books.set_fact("a", "1"))
        assert not reading.done()
    finally:
        may_end.set()
    await reading


async def test_a_read_sees_what_was_committed_before_it(store: SqlStore) -> None:
    for value in ("1", "2"):
        await store.tx(lambda books, value=value: books.set_fact("a", value))
        assert await store.read(lambda books: books.fact("a")) == value


async def test_what_only_reads_cannot_write(sqlite_url: str) -> None:
    async with open_store(sqlite_url, clock=SystemClock()) as store:
        with pytest.raises(StorageDown):
            await store.read(lambda books: books.set_fact("a", "1"))
        assert await store.read(lambda books: books.fact("a")) is None


async def test_a_search_looks_through_a_bounded_number_of_videos(
    store: SqlStore, accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "LOOKED_THROUGH", 3)
    for _ in range(5):
        await store.tx(accept)
    found = await store.read(
        lambda books: books.search(Search(server_id=1, words=("fox",), limit=9))
    )

    assert len(found) == 3


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("quota", {}),
        ("videos list", {"words": "fox"}),
        ("videos inbox", {}),
        ("moderate user", {"member": "maya"}),
        ("moderate queue", {}),
        ("rules list", {}),
        ("limits show", {}),
        ("limits usage", {}),
        ("limits explain", {"member": "maya"}),
    ],
)
async def test_what_only_looks_is_read_beside_the_writer(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, command: str, options: dict[str, str]
) -> None:
    reads: list[object] = []
    read = type(harness.store).read

    async def counted(self: SqlStore, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        reads.append(fn)
        return await read(self, fn, *args, **kwargs)

    monkeypatch.setattr(type(harness.store), "read", counted)
    await shown(await harness.discord.actor("olga").command("films", command, options))

    assert reads


@pytest.mark.parametrize(
    ("command", "options"),
    [("quota", {}), ("videos list", {"words": "fox"}), ("privacy export", {}), ("rules list", {})],
)
async def test_every_command_takes_its_turn(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, command: str, options: dict[str, str]
) -> None:
    turn_away(monkeypatch)
    told = await shown(await harness.discord.actor("olga").command("films", command, options))

    assert "too busy to answer in time" in told.text


async def test_a_press_takes_its_turn_too(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga = harness.discord.actor("olga")
    asked = await buttons(harness, Verb.FORGET, task_id=str(olga.user.id))
    turn_away(monkeypatch)
    told = await shown(await olga.press(asked, label="forget"))

    assert "too busy to answer in time" in told.text
