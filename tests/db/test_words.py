"""Every column of every table: whose words it holds, and that they go when they should."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Enum, String, Table, insert, select, update

from bot.db import SqlStore
from bot.db.columns import Instant, Shots
from bot.db.server_tables import blocks, grants, presets
from bot.db.tables import Id, metadata, requests, tasks
from bot.db.words import blanks
from bot.video.privacy import forgetting
from bot.video.privacy import sweep as privacy
from bot.video.values.settings import BLANK_PROMPTS_AFTER
from bot.video.values.videos import Shot
from tests.db.conftest import NOW
from tests.db.steps import ME
from tests.exports import kept_of
from tests.statements import executing

TABLES = sorted(metadata.tables.values(), key=lambda table: table.name)

# Nobody's words: names the program gives, and what the video API says about a task.
NOT_WORDS = {
    "requests": {"locale", "server_locale", "model"},
    "tasks": {"decided_by", "remote_id", "error_code", "candidate", "film_url"},
    "posts": {"id", "nonce", "token"},
    "scopes": {"name"},
    "facts": {"name", "value"},
    "audit": {"action"},
    "boards": {"state"},
    "deferrals": {"token", "locale"},
    "processes": {"role", "version", "host"},
    "tallies": {"scope"},
}
# Words that do not go with an old video, and why.
KEPT_LONGER = {
    "posts": "the middle rewrites what the moderators' cards say (`privacy.traces`)",
    "audit": "the middle takes what a rule matched out of the details (`privacy.traces`)",
    "boards": "a board goes as a whole once it is closed and old",
    "grants": "the reason is needed while the grant counts; forgetting blanks it",
    "blocks": "the reason is needed while the block holds; forgetting blanks it",
    "presets": "a person keeps them for later videos; forgetting deletes them",
    "rules": "the moderators' own, needed while the rule applies",
    "settings": "the server's own, needed while they apply",
}
NOT_EXPORTED: set[str] = set()  # tables with a `user_id`; say why beside each

each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


def filled(table: Table) -> dict[str, Any]:
    """Words for each marked column."""
    shots = (Shot(prompt="a fox", seconds=5),)
    return {name: "a fox" if blank == "" else shots for name, blank in blanks(table).items()}


async def rows(store: SqlStore, table: Table) -> list[dict[str, Any]]:
    """The marked columns of all rows."""
    found = select(*(table.c[name] for name in blanks(table)))
    return await store.tx(lambda books: [dict(row) for row in executing(found)(books).mappings()])


async def fill(store: SqlStore, table: Table) -> None:
    await store.tx(executing(update(table).values(filled(table))))


async def add(store: SqlStore, table: Table) -> None:
    """A row of ME, with something in every column that must have something."""
    values = {each.name: something(each) for each in table.c if not each.nullable}
    await store.tx(executing(insert(table).values(values)))


def something(column: Column[Any]) -> Any:
    if column.name == "user_id":
        return ME
    if column.foreign_keys:
        return f"{next(iter(column.foreign_keys)).column.table.name}-row"
    match column.type:
        case Instant():
            return NOW
        case Shots():
            return ()
        case Enum():
            return column.type.enums[0]
        case String():
            return f"{column.table.name}-row" if column.primary_key else "{}"
    return 1


@each_table
def test_every_text_is_peoples_words_or_listed_as_nobodys(table: Table) -> None:
    texts = {
        each.name
        for each in table.c
        if isinstance(each.type, String | Shots)
        and not isinstance(each.type, Enum)
        and each.type is not Id
    }
    assert texts - blanks(table).keys() == NOT_WORDS.get(table.name, set())


async def test_all_words_of_an_old_video_are_blanked(store: SqlStore, ended) -> None:
    tables = [each for each in TABLES if blanks(each) and each.name not in KEPT_LONGER]
    await store.tx(ended)
    for table in tables:
        await fill(store, table)
    await store.tx(privacy.blank_old, None, NOW + timedelta(days=BLANK_PROMPTS_AFTER, seconds=1))

    left = {table.name: await rows(store, table) for table in tables}
    assert left == {table.name: [blanks(table)] for table in tables}


@pytest.mark.parametrize("column", blanks(requests))
async def test_a_request_is_blanked_whichever_words_it_has(
    store: SqlStore, ended, column: str
) -> None:
    await store.tx(ended)
    only = blanks(requests) | {column: filled(requests)[column]}
    await store.tx(executing(update(requests).values(only)))
    await store.tx(privacy.blank_old, None, NOW + timedelta(days=BLANK_PROMPTS_AFTER, seconds=1))

    assert await rows(store, requests) == [blanks(requests)]


async def test_all_words_of_and_about_a_forgotten_person_are_gone(store: SqlStore, ended) -> None:
    await store.tx(lambda books: ended(books, user_id=ME))
    for table in (grants, blocks, presets):
        await add(store, table)
    for table in (requests, tasks, grants, blocks):
        await fill(store, table)
    await forgetting.forget(store.read, store.tx, ME, NOW)

    for table in (requests, tasks, grants, blocks):
        assert await rows(store, table) == [blanks(table)], table.name
    assert await rows(store, presets) == []


async def test_an_export_has_every_table_with_a_person_in_it(store: SqlStore) -> None:
    theirs = [each for each in metadata.sorted_tables if "user_id" in each.c]
    for table in theirs:
        await add(store, table)
    kept = await kept_of(store, ME)

    missing = {each.name for each in theirs if len(kept.get(each.name, ())) != 1}
    assert missing == NOT_EXPORTED
