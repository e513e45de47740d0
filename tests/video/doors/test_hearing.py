"""An interaction's id is accepted once, and kept for as long as it may arrive again."""

import asyncio
from datetime import timedelta

import pytest

from bot.db import SqlStore
from bot.errors import HeardBefore, Refusal
from bot.video.doors.hearing import LATEST, Ears, OnceStore, forget_old, snowflake
from tests.fakes import START

ID = snowflake(START)


async def once(store: SqlStore, ears: Ears, act: object, interaction_id: int = ID) -> object:
    """Act for an interaction in a task of its own, as the library does."""

    async def do() -> object:
        ears.hear(interaction_id)
        return await OnceStore(store).tx(act)  # type: ignore[arg-type]

    return await asyncio.create_task(do())


async def test_a_second_process_does_nothing_of_what_the_first_did(store: SqlStore) -> None:
    await once(store, Ears(start=1), lambda books: books.set_fact("by", "first"))

    with pytest.raises(HeardBefore):
        await once(store, Ears(start=1000), lambda books: books.set_fact("by", "second"))

    assert await store.tx(lambda books: books.fact("by")) == "first"


async def test_all_transactions_of_one_hearing_are_let_through(store: SqlStore) -> None:
    async def two() -> None:
        Ears(start=1).hear(ID)
        people = OnceStore(store)
        await people.tx(lambda books: books.set_fact("a", "1"))
        await people.soon(lambda books: books.set_fact("b", "2"))

    await asyncio.create_task(two())

    assert await store.tx(lambda books: books.fact("b")) == "2"


async def test_what_was_refused_is_not_accepted(store: SqlStore) -> None:
    def refuse(books: object) -> None:
        raise Refusal("too_late")

    with pytest.raises(Refusal):
        await once(store, Ears(start=1), refuse)

    await once(store, Ears(start=1000), lambda books: books.set_fact("by", "second"))


async def test_it_is_kept_for_a_day(store: SqlStore) -> None:
    await once(store, Ears(start=1), lambda books: None)

    await store.tx(forget_old, START + timedelta(hours=23))
    with pytest.raises(HeardBefore):
        await once(store, Ears(start=1000), lambda books: None)

    await store.tx(forget_old, START + timedelta(hours=25))
    await once(store, Ears(start=2000), lambda books: None)


async def test_one_process_remembers_the_latest_by_itself() -> None:
    ears = Ears(start=1)
    ears.hear(ID)
    with pytest.raises(HeardBefore):
        ears.hear(ID)

    for number in range(LATEST):
        ears.hear(ID + 1 + number)

    ears.hear(ID)  # forgotten: storage knows
