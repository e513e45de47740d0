"""A start continues where the last one ended, wherever that was."""

import asyncio

from bot.errors import ApiError, Cause, Certainty, Reason
from bot.video.life.claiming import Claim
from bot.video.values.videos import State
from tests.fakes import settle
from tests.video.harness import Start


async def test_a_queued_film_goes_on(start: Start):
    async with start() as harness:
        task_id = await harness.ask()
    async with start() as harness:
        await harness.clock.advance(10)
        assert await harness.state(task_id) is State.RUNNING


async def test_a_running_film_is_looked_at_and_posted(start: Start):
    async with start() as harness:
        task_id = await harness.ask()
        await harness.clock.advance(10)
        harness.api.finish()
    async with start() as harness:
        await harness.clock.advance(60)
        assert await harness.posts(task_id) == {"reply": "there", "film": "there"}
        assert len(harness.api.submitted) == 1
        assert len(harness.announcer.of("film")) == 1


async def test_a_submission_cut_off_by_a_crash_is_never_repeated(start: Start, api, announcer):
    async with start() as harness:
        task_id = await harness.ask()
        task = await harness.task(task_id)
        await harness.store.tx(lambda books: books.move(task, State.SUBMITTING))
    async with start() as harness:
        await harness.clock.advance(60)
        task = await harness.task(task_id)
        assert (task.state, task.reason) == (State.LOST, Reason.OUTCOME_UNKNOWN)
        assert api.submitted == []
        assert announcer.of("show")[-1].card.task.state is State.LOST
        assert await harness.books_are_right()


async def test_a_submission_cut_off_by_a_crash_waits_for_its_callback(start: Start, api):
    async with start(callbacks=True) as harness:
        api.script = [ApiError(Cause.UNAVAILABLE, sent=Certainty.MAYBE)]
        task_id = await harness.ask()
        await harness.clock.advance(10)
    async with start(callbacks=True) as harness:
        assert await harness.state(task_id) is State.UNCONFIRMED
        api.finish()
        await harness.engine.called_back(task_id, "task-unified-1")
        await harness.clock.advance(10)
        assert await harness.state(task_id) is State.COMPLETED


async def test_a_first_response_in_doubt_is_looked_for_at_the_next_start(start: Start, announcer):
    async with start() as harness:
        task_id = (await harness.accept()).task.id
        from bot.video.ports.edges import SentMessage as There

        announcer.there[f"{task_id}r"] = There(channel_id=11, message_id=77)
    async with start() as harness:
        await harness.clock.advance(15)
        assert await harness.state(task_id) is State.RUNNING
        assert harness.api.submitted == [task_id]


async def test_a_film_post_cut_off_by_a_crash_is_found_and_not_repeated(start: Start, announcer):
    async with start() as harness:
        task_id = await harness.ask()
        await harness.clock.advance(10)
        harness.api.finish()
        await harness.clock.advance(60)
        film = await harness.store.tx(lambda books: books.post(f"{task_id}.film"))
        await harness.store.tx(
            lambda books: books.change_post(
                film.id, state="sending", message_id=None, due_at=harness.clock.now()
            )
        )
    async with start() as harness:
        await harness.clock.advance(30)
        assert len(announcer.of("film")) == 1
        assert await harness.posts(task_id) == {"reply": "there", "film": "there"}


async def test_a_film_post_that_is_not_found_is_repeated_without_a_ping(start: Start, announcer):
    async with start() as harness:
        task_id = await harness.ask()
        await harness.clock.advance(10)
        harness.api.finish()
        await harness.clock.advance(60)
        announcer.there.clear()
        film = await harness.store.tx(lambda books: books.post(f"{task_id}.film"))
        await harness.store.tx(
            lambda books: books.change_post(
                film.id, state="sending", message_id=None, due_at=harness.clock.now()
            )
        )
    async with start() as harness:
        await harness.clock.advance(30)
        assert [said.ping for said in announcer.of("film")] == [True, False]


async def test_a_stop_in_the_middle_of_a_claim_still_submits_what_it_claimed(
    start: Start, monkeypatch, api
):
    async with start() as harness:
        task_id = await harness.ask()
        real, committed = harness.store.tx, asyncio.Event()

        async def slow(fn, *args, **kwargs):
            result = await real(fn, *args, **kwargs)
            if isinstance(result, Claim):
                await committed.wait()
            return result

        monkeypatch.setattr(harness.store, "tx", slow)
        await harness.clock.advance(5)
        assert await harness.state(task_id) is State.SUBMITTING
        closing = asyncio.create_task(harness.engine.close())
        await settle()
        assert not closing.done()
        committed.set()
        await closing
    async with start() as harness:
        assert api.submitted == [task_id]
        assert await harness.state(task_id) is State.RUNNING
