"""People's words: blanked by age, blanked on request, and exported."""

from datetime import timedelta

from msgspec.structs import replace

from bot.db import SqlStore
from bot.video.ports.books import Books
from bot.video.ports.privacy import Trace, Whose
from bot.video.privacy import forgetting
from bot.video.privacy import sweep as privacy
from bot.video.values.boards import BoardState
from bot.video.values.catalogue import ShotType
from bot.video.values.moderation import AuditEntry
from bot.video.values.settings import SettingsDocument
from bot.video.values.videos import Shot, VideoSpec
from tests.db.conftest import NOW, Accept
from tests.db.steps import ME, OTHER, board
from tests.exports import kept_of


def prompt(books: Books, task) -> str:
    return books.request(task.request_id).spec.prompt


async def test_words_go_after_ninety_days_where_a_server_says_nothing(
    store: SqlStore, ended
) -> None:
    task = await store.tx(ended)
    await store.tx(privacy.blank_old, None, NOW + timedelta(days=90))
    kept = await store.tx(prompt, task)
    await store.tx(privacy.blank_old, None, NOW + timedelta(days=90, seconds=1))

    assert kept == "a fox in the snow"
    assert await store.tx(prompt, task) == ""
    assert (await store.tx(lambda books: books.task(task.id))).error_message == ""


async def test_a_server_says_how_long_and_others_keep_theirs(store: SqlStore, ended) -> None:
    days = SettingsDocument().changed("prompt_days", 1)
    await store.tx(lambda books: books.save_settings(1, days, by=ME, at=NOW))
    ours, theirs = await store.tx(ended), await store.tx(lambda books: ended(books, server_id=2))
    for server_id in (None, 1):
        await store.tx(privacy.blank_old, server_id, NOW + timedelta(days=2))

    assert await store.tx(prompt, ours) == ""
    assert await store.tx(prompt, theirs) != ""


async def test_words_of_a_film_under_way_are_kept_however_old(
    store: SqlStore, accept: Accept
) -> None:
    task = await store.tx(accept)
    await store.tx(privacy.blank_old, None, NOW + timedelta(days=400))

    assert await store.tx(prompt, task) != ""


async def test_shots_and_negative_prompts_go_too(store: SqlStore, new_task, new_request) -> None:
    spec = VideoSpec(
        prompt="",
        negative_prompt="rain",
        shot_type=ShotType.CUSTOMIZE,
        shots=(Shot(prompt="a fox", seconds=5),),
    )
    task = new_task()
    await store.tx(lambda books: books.add_request(new_request(task, spec)))
    await store.tx(privacy.blank_old, None, NOW + timedelta(days=91))

    found = (await store.tx(lambda books: books.request(task.request_id))).spec
    assert (found.shots, found.negative_prompt) == ((), "")


async def test_offers_that_nobody_took_are_removed(
    store: SqlStore, ended, new_task, new_request
) -> None:
    film = await store.tx(lambda books: ended(books, user_id=ME))
    mine, theirs = new_request(new_task(user_id=ME)), new_request(new_task(user_id=OTHER))
    await store.tx(lambda books: (books.add_request(mine), books.add_request(theirs)))
    latest = f"draft.1.{OTHER}"
    await store.tx(lambda books: books.set_fact(latest, theirs.id))
    await forgetting.forget(store.read, store.tx, ME, NOW)
    old = Whose(before=NOW + timedelta(days=1))
    kept = await kept_of(store, OTHER)
    await forgetting.walk(store.read, store.tx, Trace.OLD_DRAFTS, old, privacy.drop_drafts)
    mine, after = await kept_of(store, ME), await kept_of(store, OTHER)

    assert await store.tx(lambda books: books.fact(latest)) is None
    assert [each["id"] for each in mine["requests"]] == [film.request_id]
    assert (len(kept["requests"]), len(after["requests"])) == (1, 0)


async def test_closed_storyboards_go_when_they_are_old(store: SqlStore) -> None:
    closed = board(state=BoardState.CLOSED)
    await store.tx(lambda books: books.add_board(closed))
    await store.tx(lambda books: books.add_board(replace(board(), id="board000000000000002")))
    await store.tx(privacy.drop_boards, None, NOW + timedelta(days=91))

    assert await store.tx(lambda books: books.find_board(closed.id)) is None
    assert await store.tx(lambda books: books.find_board("board000000000000002")) is not None


async def test_what_rules_matched_is_found_by_age_and_server(store: SqlStore) -> None:
    days = SettingsDocument().changed("prompt_days", 1)
    entry = AuditEntry(
        id="a" * 20, server_id=1, at=NOW, actor_id=0, action="rule_met", details='{"words": "x"}'
    )
    others = [
        replace(entry, id="b" * 20, details='{"reason": "he said \\\\"words\\\\": bad"}'),
        replace(entry, id="c" * 20, at=NOW + timedelta(days=1)),
        replace(entry, id="d" * 20, server_id=2),
    ]

    def kept(books: Books) -> list[str]:
        books.save_settings(1, days, by=ME, at=NOW)
        for each in (entry, *others):
            books.add_audit(each)
        before = NOW + timedelta(seconds=1)
        return [
            found.id
            for server_id in (1, None)
            for found in books.audit_with_words(before=before, server_id=server_id, limit=9)
        ]

    assert await store.tx(kept) == ["a" * 20, "d" * 20]
