"""Forgetting a person: their words go, sums and other people's words stay."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.db import SqlStore
from bot.video.ports.books import Books
from bot.video.ports.privacy import Piece
from bot.video.privacy import forgetting
from bot.video.values.boards import BoardShot
from bot.video.values.moderation import AuditEntry
from bot.video.values.posts import PostState
from bot.video.values.videos import State
from tests.db.conftest import NOW, Accept
from tests.db.steps import ME, OTHER, board


def prompt(books: Books, task) -> str:
    return books.request(task.request_id).spec.prompt


async def test_who_is_forgotten_keeps_the_sums_and_nobody_else_is_touched(
    store: SqlStore, ended
) -> None:
    mine = await store.tx(lambda books: ended(books, user_id=ME))
    theirs = await store.tx(lambda books: ended(books, user_id=OTHER))
    entry = AuditEntry(id="a" * 20, server_id=1, at=NOW, actor_id=0, action="refused", user_id=ME)
    acted = replace(entry, id="b" * 20, actor_id=OTHER, details='{"reason": "rude"}')
    await store.tx(lambda books: (books.add_audit(entry), books.add_audit(acted)))
    done = await forgetting.forget(store.read, store.tx, ME, NOW)
    audit = await store.tx(lambda books: books.audit(1, limit=9))

    assert done == forgetting.Forgotten(films=1, under_way=0)
    assert await store.tx(prompt, mine) == ""
    assert await store.tx(prompt, theirs) != ""
    assert [(each.actor_id, each.user_id, each.details) for each in audit] == [
        (OTHER, 0, '{"forgotten": true}')
    ]
    assert (await store.tx(lambda books: books.discrepancies())) == []
    assert (await store.tx(lambda books: books.task(mine.id))).price == mine.price


async def test_what_is_under_way_is_forgotten_when_it_has_ended(
    store: SqlStore, accept: Accept
) -> None:
    task = await store.tx(lambda books: accept(books, user_id=ME))
    later = NOW + timedelta(minutes=1)
    done = await forgetting.forget(store.read, store.tx, ME, later)
    await forgetting.keep_promises(store.read, store.tx)
    kept = await store.tx(prompt, task)
    await store.tx(
        lambda books: books.move_from(task.id, {State.QUEUED}, State.FAILED, ended_at=NOW)
    )
    await forgetting.keep_promises(store.read, store.tx)

    assert done == forgetting.Forgotten(films=0, under_way=1)
    assert kept != ""
    assert await store.tx(prompt, task) == ""
    assert await store.tx(lambda books: books.to_forget()) == {}


class Killed(Exception):
    """The process ends between two transactions."""


async def test_who_is_forgotten_when_the_bot_is_killed_is_forgotten_by_the_next_start(
    store: SqlStore, ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "PAGE", 2)
    monkeypatch.setattr(forgetting, "PIECE", 1)
    films = [await store.tx(lambda books: ended(books, user_id=ME)) for _ in range(3)]
    done = iter(range(3))

    async def act(fn, /, *args, **kwargs):
        if next(done, None) is None:
            raise Killed
        return await store.tx(fn, *args, **kwargs)

    with pytest.raises(Killed):
        await forgetting.forget(store.read, act, ME, NOW)
    left = [await store.tx(prompt, film) for film in films]
    later = await store.tx(lambda books: ended(books, user_id=ME, at=NOW + timedelta(hours=1)))
    await forgetting.keep_promises(store.read, store.tx)

    assert left.count("") == 2
    assert [await store.tx(prompt, film) for film in films] == [""] * 3
    assert await store.tx(prompt, later) != ""  # it was asked for after the wish
    assert await store.tx(lambda books: books.to_forget()) == {}


async def test_no_transaction_of_a_wish_changes_more_than_a_piece(
    store: SqlStore, ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "PAGE", 4)
    monkeypatch.setattr(forgetting, "PIECE", 2)
    for _ in range(9):
        await store.tx(lambda books: ended(books, user_id=ME))
    pieces, pages = [], []

    async def act(fn, /, *args, **kwargs):
        pieces.extend(len(each) for each in args if isinstance(each, list))
        return await store.tx(fn, *args, **kwargs)

    async def read(fn, /, *args, **kwargs):
        found = await store.read(fn, *args, **kwargs)
        pages.extend([len(found.keys)] if isinstance(found, Piece) else [])
        return found

    done = await forgetting.forget(read, act, ME, NOW)

    assert done.films == 9
    assert max(pieces) == 2
    assert max(pages) == 4


async def test_nobody_who_was_never_here_makes_the_writer_look(store: SqlStore, ended) -> None:
    await store.tx(lambda books: ended(books, user_id=OTHER))
    written = []

    async def act(fn, /, *args, **kwargs):
        written.append(fn)
        return await store.tx(fn, *args, **kwargs)

    await forgetting.forget(store.read, act, ME, NOW)

    assert len(written) == 2  # the wish, and its end


async def test_a_wish_that_came_later_is_not_ended_by_an_earlier_one(store: SqlStore) -> None:
    await store.tx(lambda books: books.forget_later(ME, NOW + timedelta(hours=1)))
    await forgetting.keep_promise(store.read, store.tx, ME, NOW)

    assert await store.tx(lambda books: books.to_forget()) == {ME: NOW + timedelta(hours=1)}


async def test_a_link_that_a_message_still_needs_goes_once_it_is_there(
    store: SqlStore, ended, new_post
) -> None:
    task = await store.tx(lambda books: ended(books, user_id=ME))
    owed = new_post(task_id=task.id, user_id=ME, token="t")
    await store.tx(lambda books: (books.note(task.id, film_url="https://f"), books.add_post(owed)))
    await forgetting.forget(store.read, store.tx, ME, NOW)
    kept = (await store.tx(lambda books: books.task(task.id))).film_url
    await store.tx(lambda books: books.change_post(owed.id, state=PostState.THERE, due_at=None))
    await forgetting.keep_promises(store.read, store.tx)
    left = await store.tx(lambda books: books.post(owed.id))

    assert kept == "https://f"
    assert (await store.tx(lambda books: books.task(task.id))).film_url is None
    assert (left.user_id, left.token) == (0, "")
    assert await store.tx(lambda books: books.to_forget()) == {}


async def test_who_is_forgotten_changed_nobodys_shot(store: SqlStore) -> None:
    theirs = BoardShot(id="b", prompt="theirs", author_id=OTHER, seconds=3, changed_by=ME)
    await store.tx(lambda books: books.add_board(board(opener_id=OTHER, shots=(theirs,))))

    await forgetting.forget(store.read, store.tx, ME, NOW)

    left = await store.tx(lambda books: books.find_board(board().id))
    assert left.shots == (replace(theirs, changed_by=0),)


async def test_who_is_forgotten_leaves_storyboards_and_films_made_of_them(
    store: SqlStore, new_task, new_request
) -> None:
    task = new_task(user_id=OTHER, state=State.QUEUED)
    spec = replace(board().film(), prompt="mine and theirs")

    def made(books: Books) -> None:
        books.add_board(board())
        books.add_request(new_request(task, spec))
        books.add_task(task, seconds=6)
        books.move_from(task.id, {State.QUEUED}, State.FAILED, ended_at=NOW)

    await store.tx(made)
    await forgetting.forget(store.read, store.tx, ME, NOW)
    left = await store.tx(lambda books: books.find_board(board().id))
    film = (await store.tx(lambda books: books.request(task.request_id))).spec

    assert ([shot.prompt for shot in left.shots], left.title) == (["theirs"], "")
    assert left.options.negative_prompt == ""
    assert (film.prompt, film.shots) == ("", ())
