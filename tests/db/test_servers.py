"""Settings and audit as rows: versions decide, entries come newest first."""

import asyncio
import random
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.db import SqlStore, servers
from bot.video.doors import settings as changes
from bot.video.servers.audit import Act
from bot.video.values.moderation import AuditEntry, AuditSearch
from bot.video.values.settings import ServerSettings, SettingsDocument
from tests.db.conftest import NOW

SECOND = timedelta(seconds=1)
ENTRY = AuditEntry(id="", server_id=1, at=NOW, actor_id=0, action="x")


async def saved(store: SqlStore, document: SettingsDocument) -> bool:
    return await store.tx(lambda books: books.save_settings(1, document, by=5, at=NOW))


async def test_a_server_that_sets_nothing_has_the_defaults(store: SqlStore) -> None:
    assert await store.tx(lambda books: books.settings(1)) == ServerSettings()


async def test_what_is_set_is_read_back_and_for_this_server_only(store: SqlStore) -> None:
    assert await saved(store, SettingsDocument().changed("channels", [3, 2**62]))

    assert (await store.tx(lambda books: books.settings(1))).channels == (3, 2**62)
    assert await store.tx(lambda books: books.settings(2)) == ServerSettings()


async def test_of_two_changes_of_the_same_version_one_is_refused(store: SqlStore) -> None:
    first = SettingsDocument().changed("budget", 1)
    assert await saved(store, first)

    assert not await saved(store, SettingsDocument().changed("budget", 2))
    assert await saved(store, first.changed("budget", 3))
    assert (await store.tx(lambda books: books.settings(1))).budget == 3


async def test_the_audit_is_read_newest_first_in_pages(store: SqlStore) -> None:
    entries = [
        AuditEntry(
            id=f"entry{n:015}", server_id=1, at=NOW + timedelta(minutes=n), actor_id=n, action="x"
        )
        for n in range(5)
    ]
    await store.tx(lambda books: [books.add_audit(entry) for entry in entries])
    page = await store.tx(lambda books: books.audit(1, limit=2, offset=1))

    assert page == [entries[3], entries[2]]
    assert await store.tx(lambda books: books.audit_entry(entries[0].id)) == entries[0]


async def test_changes_at_the_same_time_are_all_kept_and_each_is_undone_alone(
    store: SqlStore,
) -> None:
    act = Act(server_id=1, by=5, choose=random.Random(1).choice, now=NOW)
    paths = [f"channel_ceilings.{n}.duration" for n in range(1, 13)]
    entries = await asyncio.gather(*(store.tx(changes.change, act, path, 5) for path in paths))
    await asyncio.gather(*(store.tx(changes.undo, act, entry.id) for entry in entries[::2]))
    document = await store.tx(lambda books: books.settings_document(1))
    ceilings = document.read().channel_ceilings

    assert document.version == 18
    assert {n for n, each in ceilings.items() if each.duration == 5} == set(range(2, 13, 2))
    assert len(await store.tx(lambda books: books.audit(1, limit=99))) == 18


async def test_the_audit_is_sought_by_person_act_and_time(store: SqlStore) -> None:
    entries = [
        replace(ENTRY, id=f"{number:020}", at=NOW + number * SECOND, **who)
        for number, who in enumerate(
            (
                {"actor_id": 5, "action": "blocked"},
                {"user_id": 5, "action": "limit_set"},
                {"actor_id": 5, "action": "limit_set", "server_id": 2},
                {"user_id": 6, "action": "blocked"},
            )
        )
    ]
    await store.tx(lambda books: [books.add_audit(entry) for entry in entries])

    async def sought(**what: object) -> list[int]:
        search = AuditSearch(server_id=1, **what)
        return [int(each.id) for each in await store.read(lambda books: books.seek_audit(search))]

    assert await sought() == [3, 1, 0]
    assert await sought(person=5) == [1, 0]
    assert await sought(person=5, actions=("blocked", "x")) == [0]
    assert await sought(since=entries[1].at, until=entries[3].at) == [1]
    assert await sought(after=(entries[3].at, entries[3].id)) == [1, 0]
    assert await sought(offset=1, limit=1) == [1]


async def test_a_look_through_the_audit_is_bounded_and_says_so(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "LOOKED_THROUGH", 3)
    for number in range(5):
        entry = replace(ENTRY, id=f"{number:020}", at=NOW + number * SECOND)
        await store.tx(lambda books, entry=entry: books.add_audit(entry))
    whole = AuditSearch(server_id=1, actions=("x",))
    older = replace(whole, until=NOW + 2 * SECOND)

    assert len(await store.read(lambda books: books.seek_audit(whole))) == 3
    assert await store.read(lambda books: books.is_audit_cut(whole))
    assert not await store.read(lambda books: books.is_audit_cut(older))
