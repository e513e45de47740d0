"""A start goes on where the last one ended, wherever that was."""

import asyncio

from bot.errors import ApiError, Cause, Sent
from bot.video.life.submitter import Claim
from bot.video.values.videos import State
from tests.fakes import settle


async def test_a_queued_film_goes_on(start):
    async with start() as desk:
        task_id = await desk.ask()
    async with start() as desk:
        await desk.clock.advance(10)
        assert await desk.state(task_id) is State.RUNNING


async def test_a_running_film_is_looked_at_and_posted(start):
    async with start() as desk:
        task_id = await desk.ask()
        await desk.clock.advance(10)
        desk.api.finish()
    async with start() as desk:
        await desk.clock.advance(60)
        assert await desk.posts(task_id) == {"reply": "there", "film": "there"}
        assert len(desk.api.submitted) == 1
        assert len(desk.announcer.of("film")) == 1


async def test_a_submission_cut_off_by_a_crash_is_never_repeated(start, api, announcer):
    async with start() as desk:
        task_id = await desk.ask()
        task = await desk.task(task_id)
        await desk.store.tx(lambda books: books.move(task, State.SUBMITTING))
    async with start() as desk:
        await desk.clock.advance(60)
        task = await desk.task(task_id)
        assert (task.state, task.error_code) == (State.LOST, "outcome_unknown")
        assert api.submitted == []
        assert announcer.of("show")[-1].card.task.state is State.LOST
        assert await desk.books_are_right()


async def test_a_submission_cut_off_by_a_crash_waits_for_its_callback(start, api):
    async with start(callbacks=True) as desk:
        api.script = [ApiError(Cause.UNAVAILABLE, sent=Sent.MAYBE)]
        task_id = await desk.ask()
        await desk.clock.advance(10)
    async with start(callbacks=True) as desk:
        assert await desk.state(task_id) is State.UNCONFIRMED
        api.finish()
        await desk.engine.called_back(task_id, "task-unified-1")
        await desk.clock.advance(10)
        assert await desk.state(task_id) is State.COMPLETED


async def test_a_first_response_in_doubt_is_looked_for_at_the_next_start(start, announcer):
    async with start() as desk:
        task_id = (await desk.accept()).task.id
        from bot.video.ports.edges import Sent as There

        announcer.there[f"{task_id}r"] = There(channel_id=11, message_id=77)
    async with start() as desk:
        await desk.clock.advance(15)
        assert await desk.state(task_id) is State.RUNNING
        assert desk.api.submitted == [task_id]


async def test_a_film_post_cut_off_by_a_crash_is_found_and_not_repeated(start, announcer):
    async with start() as desk:
        task_id = await desk.ask()
        await desk.clock.advance(10)
        desk.api.finish()
        await desk.clock.advance(60)
        film = await desk.store.tx(lambda books: books.post(f"{task_id}.film"))
        await desk.store.tx(
            lambda books: books.change_post(
                film.id, state="sending", message_id=None, due_at=desk.clock.now()
            )
        )
    async with start() as desk:
        await desk.clock.advance(30)
        assert len(announcer.of("film")) == 1
        assert await desk.posts(task_id) == {"reply": "there", "film": "there"}


async def test_a_film_post_that_is_not_found_is_repeated_without_a_ping(start, announcer):
    async with start() as desk:
        task_id = await desk.ask()
        await desk.clock.advance(10)
        desk.api.finish()
        await desk.clock.advance(60)
        announcer.there.clear()
        film = await desk.store.tx(lambda books: books.post(f"{task_id}.film"))
        await desk.store.tx(
            lambda books: books.change_post(
                film.id, state="sending", message_id=None, due_at=desk.clock.now()
            )
        )
    async with start() as desk:
        await desk.clock.advance(30)
        assert [said.ping for said in announcer.of("film")] == [True, False]


async def test_a_stop_in_the_middle_of_a_claim_still_submits_what_it_claimed(
    start, monkeypatch, api
):
    async with start() as desk:
        task_id = await desk.ask()
        real, committed = desk.store.tx, asyncio.Event()

        async def slow(fn, *args, **kwargs):
            result = await real(fn, *args, **kwargs)
            if isinstance(result, Claim):
                await committed.wait()
            return result

        monkeypatch.setattr(desk.store, "tx", slow)
        await desk.clock.advance(5)
        assert await desk.state(task_id) is State.SUBMITTING
        closing = asyncio.create_task(desk.engine.close())
        await settle()
        assert not closing.done()
        committed.set()
        await closing
    async with start() as desk:
        assert api.submitted == [task_id]
        assert await desk.state(task_id) is State.RUNNING
