"""Races the simulation found: news, presses and refusals between two steps of a delivery."""

import asyncio
from datetime import timedelta

from bot.db.sqlite import SqliteBooks
from bot.errors import ApiError, Cause, Certainty, Fate, PostError, Reason
from bot.video.moderation import acts
from bot.video.outbox import owed
from bot.video.values.posts import PostKind, PostState
from bot.video.values.videos import RemoteStatus, State
from tests.video.harness import Harness, Start

UNKNOWN = PostError(Fate.UNKNOWN)


async def film_in_doubt(harness: Harness) -> str:
    """A video whose sending has an unknown outcome and is about to be looked for."""
    task_id = await harness.ask()
    await harness.clock.advance(10)
    harness.announcer.script = {"film": [UNKNOWN]}
    harness.api.finish()
    await harness.videos.mute(task_id, by=101, muted=False)
    await harness.engine.called_back(task_id, None)
    await harness.clock.advance(1)
    return task_id


async def test_a_look_that_fails_for_now_is_made_again_before_a_film_is_repeated(harness: Harness):
    task_id = await film_in_doubt(harness)
    harness.announcer.script["find"] = [PostError(Fate.LATER)]
    await harness.clock.advance(60)
    assert len(harness.announcer.of("film")) == 1
    assert await harness.posts(task_id) == {"reply": "there", "film": "there"}


async def test_a_film_deleted_while_it_was_looked_for_is_not_posted_again(harness: Harness):
    task_id = await film_in_doubt(harness)

    async def delete_and_find(post):
        if post.kind is PostKind.FILM and (await harness.task(task_id)).deleted_by is None:
            await harness.videos.delete(task_id, by=101, may_moderate=False)

    harness.announcer.find = delete_and_find
    await harness.clock.advance(60)
    assert len(harness.announcer.of("film")) == 1
    assert (await harness.posts(task_id))["film"] == "gone"


async def test_what_happens_during_the_last_edit_is_shown_by_another(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(10)
    harness.api.finish()
    show = harness.announcer.edit

    async def show_and_delete(post, card):
        await show(post, card)
        if card.task.is_over and card.task.deleted_by is None:
            await harness.videos.delete(task_id, by=101, may_moderate=False)

    harness.announcer.edit = show_and_delete
    await harness.clock.advance(60)
    assert harness.announcer.of("show")[-1].card.task.deleted_by == 101
    assert (await harness.posts(task_id))["reply"] == "there"


async def test_a_submission_without_its_callback_frees_its_slot_in_the_end(start: Start, api):
    async with start(callbacks=True, slots=1) as harness:
        api.script = [ApiError(Cause.UNAVAILABLE, sent=Certainty.MAYBE)]
        first = await harness.ask()
        await harness.clock.advance(1)
        second = await harness.ask()
        await harness.clock.advance(timedelta(hours=2).total_seconds() + 12)
        assert await harness.state(first) is State.LOST
        assert await harness.state(second) is State.RUNNING


async def test_who_may_have_seen_a_response_that_nobody_can_look_for_is_told(
    harness: Harness, announcer
):
    announcer.script = {"find": [PostError(Fate.REFUSED, code=50001)]}
    task_id = (await harness.accept()).task.id
    await harness.clock.advance(30)
    assert await harness.state(task_id) is State.CANCELLED
    assert [said.post.task_id for said in announcer.of("notice")] == [task_id]
    assert await harness.posts(task_id) == {"reply": "gone", "outcome": "there"}


async def test_a_callback_about_a_lost_film_is_followed_at_once(start: Start, api):
    async with start(callbacks=True) as harness:
        task_id = await harness.ask()
        await harness.clock.advance(10)
        await harness.clock.jump(timedelta(hours=24).total_seconds())
        await harness.clock.advance(timedelta(minutes=15).total_seconds())
        assert await harness.state(task_id) is State.LOST
        api.finish()
        await harness.engine.called_back(task_id, "task-unified-1")
        await harness.clock.advance(5)
        assert await harness.state(task_id) is State.COMPLETED


async def test_an_edit_cut_off_by_the_last_one_cannot_have_the_last_word(
    harness: Harness, monkeypatch
):
    task_id = await harness.ask()
    await harness.clock.advance(10)
    show, hangs = harness.announcer.edit, asyncio.Event()

    async def show_slowly(post, card):
        if not card.task.is_over:
            await hangs.wait()
        await show(post, card)

    monkeypatch.setattr(harness.announcer, "edit", show_slowly)
    harness.api.say(status=RemoteStatus.PROCESSING, progress=50)
    await harness.clock.advance(20)
    harness.announcer.said.clear()
    harness.api.finish()
    await harness.clock.advance(60)

    shown = [said.card.task.state for said in harness.announcer.of("show")]
    assert shown == [State.COMPLETED, State.COMPLETED]
    assert await harness.posts(task_id) == {"reply": "there", "film": "there"}


async def test_a_press_that_drew_an_older_card_cannot_have_the_last_word(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(10)
    older = await harness.videos.card(task_id)
    harness.api.finish()
    await harness.clock.advance(60)
    before = len(harness.announcer.of("show"))

    await harness.videos.shown(older)
    await harness.clock.advance(5)

    assert len(harness.announcer.of("show")) == before + 1
    assert await harness.posts(task_id) == {"reply": "there", "film": "there"}


async def test_a_press_whose_card_is_overtaken_by_its_news_is_drawn_over(harness: Harness):
    task_id = await harness.ask()
    full = await harness.videos.cancel(task_id, by=999, may_moderate=True)
    await harness.clock.advance(1)
    assert len(harness.announcer.of("notice")) == 1
    assert not harness.announcer.of("show"), "it could arrive before the press's own card"

    await harness.videos.shown(full)
    await harness.clock.advance(1)

    (last,) = harness.announcer.of("show")
    assert last.card.notice.state is PostState.THERE
    assert await harness.posts(task_id) == {"reply": "there", "outcome": "there"}


async def test_a_press_that_nobody_finished_is_drawn_over_all_the_same(harness: Harness):
    task_id = await harness.ask()
    await harness.videos.cancel(task_id, by=999, may_moderate=True)
    await harness.clock.advance(10)
    (last,) = harness.announcer.of("show")
    assert last.card.notice.state is PostState.THERE
    assert await harness.posts(task_id) == {"reply": "there", "outcome": "there"}


async def test_a_press_that_nobody_finished_stops_no_progress(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(10)
    await harness.videos.mute(task_id, by=101, muted=True)
    await harness.clock.advance(10)
    harness.announcer.said.clear()
    harness.api.say(status=RemoteStatus.PROCESSING, progress=50)
    await harness.clock.advance(20)
    assert [said.card.task.progress for said in harness.announcer.of("show")] == [50]


async def finish_and_purge_during(harness: Harness, edge, name) -> str:
    """A video that a moderator purges while `edge.name` is in progress."""
    task_id = await harness.ask()
    await harness.clock.advance(10)
    call = getattr(edge, name)

    async def purge_and_call(*args, **kwargs):
        setattr(edge, name, call)
        await harness.videos.moderate(acts.purge, (1, 900), task_id)
        return await call(*args, **kwargs)

    setattr(edge, name, purge_and_call)
    harness.api.finish()
    await harness.clock.advance(120)
    return task_id


async def test_a_film_purged_while_it_is_fetched_is_never_posted(harness: Harness):
    task_id = await finish_and_purge_during(harness, harness.films, "fetch")
    assert harness.announcer.of("film") == []
    assert (await harness.posts(task_id))["film"] == "gone"
    assert harness.films.open == 0


async def test_a_film_purged_while_it_is_uploaded_is_removed_again(harness: Harness):
    task_id = await finish_and_purge_during(harness, harness.announcer, "send")
    [removed] = harness.announcer.of("remove")
    assert removed.post.message_id is not None
    assert (await harness.posts(task_id))["film"] == "gone"


async def test_a_film_purged_while_discord_refuses_its_file_is_not_linked_instead(harness: Harness):
    harness.announcer.script = {"film": [PostError(Fate.REFUSED, code=40005)]}
    task_id = await finish_and_purge_during(harness, harness.announcer, "send")
    assert harness.announcer.of("film") == []
    assert (await harness.posts(task_id))["film"] == "gone"


async def test_a_fetched_film_is_dropped_when_its_limit_cannot_be_read(
    harness: Harness, monkeypatch
):
    limits = [PostError(Fate.LATER)]

    async def upload_limit(post):
        if limits:
            raise limits.pop()
        return 10 * 1024 * 1024

    monkeypatch.setattr(harness.announcer, "upload_limit", upload_limit)
    await harness.ask()
    await harness.clock.advance(10)
    harness.api.finish()
    await harness.clock.advance(120)
    assert len(harness.announcer.of("film")) == 1
    assert harness.films.open == 0


async def test_a_purged_film_that_cannot_be_removed_goes_to_nobodys_inbox(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(10)
    harness.api.finish()
    await harness.clock.advance(60)
    harness.announcer.script = {"remove": [PostError(Fate.REFUSED, code=50001) for _ in range(3)]}
    await harness.videos.moderate(acts.purge, (1, 900), task_id)
    await harness.clock.advance(120)
    assert (await harness.posts(task_id))["film"] == "gone"


async def test_a_film_cancelled_while_its_turn_was_chosen_is_never_submitted(
    harness: Harness, monkeypatch
):
    task_id = await harness.ask()
    lock = SqliteBooks.lock

    def cancelled_meanwhile(books, scopes):
        """As PostgreSQL shows within a transaction what others have committed meanwhile."""
        lock(books, scopes)
        if scopes == ["submit"] and books.task(task_id).ready_at <= harness.clock.now():
            states, to = owed.CANCELLABLE, State.CANCELLED
            owed.end_from(
                books, task_id, states, to, now=harness.clock.now(), reason=Reason.CANCELLED
            )

    monkeypatch.setattr(SqliteBooks, "lock", cancelled_meanwhile)
    await harness.clock.advance(60)
    assert harness.api.submitted == []
    assert await harness.state(task_id) is State.CANCELLED
    assert await harness.books_are_right()
