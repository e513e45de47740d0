"""People's words: blanked by age, blanked on request, and exported."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.db import SqlStore
from bot.errors import Refusal
from bot.ui import exported
from bot.video.ports.books import Allowance, Bill, Books
from bot.video.ports.privacy import Piece, Trace, Whose
from bot.video.privacy import export, forgetting
from bot.video.privacy import sweep as privacy
from bot.video.values.boards import Board, BoardShot, BoardState
from bot.video.values.catalogue import ShotType
from bot.video.values.contents import Report, ReportContent
from bot.video.values.moderation import AuditEntry
from bot.video.values.posts import PostKind, PostState
from bot.video.values.settings import SettingsDocument
from bot.video.values.videos import Shot, State, VideoSpec
from tests.db.conftest import NOW, Accept
from tests.exports import kept_of

ME, OTHER = 7, 8


@pytest.fixture
def ended(accept: Accept):
    """Inserts a film that has ended, at `at`."""

    def insert(books: Books, *, at=NOW, **changes):
        task = accept(books, created_at=at, **changes)
        books.settle(task.id, Allowance.REFUNDED, Bill.RELEASED)
        return books.move_from(
            task.id, {State.QUEUED}, State.FAILED, ended_at=at, error_message="said a fox"
        )

    return insert


def prompt(books: Books, task) -> str:
    return books.request(task.request_id).spec.prompt


async def test_words_go_after_ninety_days_where_a_server_says_nothing(
    store: SqlStore, ended
) -> None:
    task = await store.tx(ended)
    await store.tx(privacy.blank_old, NOW + timedelta(days=90))
    kept = await store.tx(prompt, task)
    await store.tx(privacy.blank_old, NOW + timedelta(days=90, seconds=1))

    assert kept == "a fox in the snow"
    assert await store.tx(prompt, task) == ""
    assert (await store.tx(lambda books: books.task(task.id))).error_message == ""


async def test_a_server_says_how_long_and_others_keep_theirs(store: SqlStore, ended) -> None:
    days = SettingsDocument().changed("prompt_days", 1)
    await store.tx(lambda books: books.save_settings(1, days, by=ME, at=NOW))
    ours, theirs = await store.tx(ended), await store.tx(lambda books: ended(books, server_id=2))
    await store.tx(privacy.blank_old, NOW + timedelta(days=2))

    assert await store.tx(prompt, ours) == ""
    assert await store.tx(prompt, theirs) != ""


async def test_words_of_a_film_under_way_are_kept_however_old(
    store: SqlStore, accept: Accept
) -> None:
    task = await store.tx(accept)
    await store.tx(privacy.blank_old, NOW + timedelta(days=400))

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
    await store.tx(privacy.blank_old, NOW + timedelta(days=91))

    found = (await store.tx(lambda books: books.request(task.request_id))).spec
    assert (found.shots, found.negative_prompt) == ((), "")


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


async def test_offers_that_nobody_took_are_removed(
    store: SqlStore, ended, new_task, new_request
) -> None:
    film = await store.tx(lambda books: ended(books, user_id=ME))
    mine, theirs = new_request(new_task(user_id=ME)), new_request(new_task(user_id=OTHER))
    await store.tx(lambda books: (books.add_request(mine), books.add_request(theirs)))
    await forgetting.forget(store.read, store.tx, ME, NOW)
    old = Whose(before=NOW + timedelta(days=1))
    kept = await kept_of(store, OTHER)
    await forgetting.walk(store.read, store.tx, Trace.OLD_DRAFTS, old, privacy.drop_drafts)
    mine, theirs = await kept_of(store, ME), await kept_of(store, OTHER)

    assert [each["id"] for each in mine["requests"]] == [film.request_id]
    assert (len(kept["requests"]), len(theirs["requests"])) == (1, 0)


async def test_an_export_has_all_of_me_and_nothing_of_others(store: SqlStore, ended) -> None:
    mine = await store.tx(lambda books: ended(books, user_id=ME))
    await store.tx(lambda books: ended(books, user_id=OTHER))
    kept = await kept_of(store, ME)

    assert [each["id"] for each in kept["tasks"]] == [mine.id]
    assert [each["prompt"] for each in kept["requests"]] == ["a fox in the snow"]
    assert kept["reservations"][0]["price"] == mine.price
    assert "token" not in json.dumps(kept)


def board(**changes) -> Board:
    shots = (
        BoardShot(id="a", prompt="mine", author_id=ME, seconds=3),
        BoardShot(id="b", prompt="theirs", author_id=OTHER, seconds=3),
    )
    empty = Board(
        id="board000000000000001",
        server_id=1,
        channel_id=2,
        opener_id=ME,
        title="My film",
        locale="en-US",
        created_at=NOW,
        changed_at=NOW,
        shots=shots,
        options=VideoSpec(prompt="", negative_prompt="rain"),
    )
    return replace(empty, **changes)


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


async def test_closed_storyboards_go_when_they_are_old(store: SqlStore) -> None:
    closed = board(state=BoardState.CLOSED)
    await store.tx(lambda books: books.add_board(closed))
    await store.tx(lambda books: books.add_board(replace(board(), id="board000000000000002")))
    await store.tx(privacy.blank_old, NOW + timedelta(days=91))

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


async def test_reports_are_read_out_to_who_wrote_them(store: SqlStore, new_post) -> None:
    both = (Report(by=ME, reason="mine"), Report(by=77, reason=f"by {ME}"))
    cards = [
        new_post(kind=PostKind.REPORT, content=ReportContent(reports=each))
        for each in (both, both[1:])
    ]
    for card in cards:
        await store.tx(lambda books, card=card: books.add_post(card))

    assert [each["reason"] for each in (await kept_of(store, ME))["reports"]] == ["mine"]


async def test_an_export_never_holds_more_than_a_page(
    store: SqlStore, ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "PAGE", 7)
    for _ in range(40):
        await store.tx(lambda books: ended(books, user_id=ME))
    handed = []

    async def read(fn, /, *args, **kwargs):
        page = await store.read(fn, *args, **kwargs)
        handed.append(len(page.rows))
        return page

    got = [row async for kind, rows in export.pages(read, ME) for row in rows if kind == "tasks"]

    assert len({row["id"] for row in got}) == len(got) == 40
    assert max(handed) == 7


async def test_what_is_more_than_a_file_takes_comes_in_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exported, "FILE_LIMIT", 1_000)
    rows = [{"id": number, "prompt": "ñ" * 50} for number in range(30)]
    parts = exported.Parts(tmp_path, user_id=ME, now=NOW)
    parts.add("requests", rows[:10])
    parts.add("requests", rows[10:])
    parts.add("tasks", [])
    paths = parts.close()
    read = [json.loads(path.read_bytes()) for path in paths]

    assert len(paths) > 1
    assert [row for part in read for row in part.get("requests", ())] == rows
    assert {part["user_id"] for part in read} == {ME}
    assert all(path.stat().st_size <= 1_000 for path in paths)
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}


async def test_what_is_more_than_is_ever_sent_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exported, "FILE_LIMIT", 300)
    monkeypatch.setattr(exported, "MOST", 2)
    parts = exported.Parts(tmp_path, user_id=ME, now=NOW)
    with pytest.raises(Refusal, match="export_too_large"):
        parts.add("requests", [{"prompt": "a" * 90}] * 9)
