"""Rung by rung: a film reaches people, whatever Discord says."""

import asyncio

import pytest

from bot.errors import Fate, FilmError, PostError
from bot.video.doors.inbox import take_hint
from bot.video.moderation import acts
from bot.video.outbox.film_post import is_unfetched
from bot.video.values.posts import PostKind, Rung
from bot.video.values.videos import RemoteStatus, State

UNKNOWN = PostError(Fate.UNKNOWN)
LATER = PostError(Fate.LATER, retry_after=3)


def refused(code: int) -> PostError:
    return PostError(Fate.REFUSED, code=code)


async def finished_film(desk, **script) -> str:
    task_id = await desk.ask()
    await desk.clock.advance(10)
    desk.announcer.script = script
    desk.api.finish()
    await desk.clock.advance(90)
    return task_id


async def film_post(desk, task_id):
    return await desk.store.tx(lambda books: books.find_post(task_id, PostKind.FILM))


async def test_an_unknown_outcome_that_arrived_is_found(desk):
    task_id = await finished_film(desk, film=[UNKNOWN])
    assert len(desk.announcer.of("film")) == 1
    assert await desk.posts(task_id) == {"reply": "there", "film": "there"}


async def test_an_unknown_outcome_that_did_not_arrive_is_repeated_without_a_ping(desk):
    desk.announcer.takes_unknown = False
    await finished_film(desk, film=[UNKNOWN])
    assert [said.ping for said in desk.announcer.of("film")] == [False]


async def test_after_a_doubt_no_later_try_pings(desk):
    desk.announcer.takes_unknown = False
    await finished_film(desk, film=[UNKNOWN, LATER, LATER])
    assert [said.ping for said in desk.announcer.of("film")] == [False]


async def test_what_did_not_happen_is_tried_again_with_its_ping(desk):
    await finished_film(desk, film=[LATER, LATER])
    assert [said.ping for said in desk.announcer.of("film")] == [True]


@pytest.mark.parametrize("code", [10003, 50001, 50013, 50083, 200000])
async def test_a_closed_channel_leads_to_the_parent_then_to_a_direct_message(desk, code):
    task_id = await finished_film(desk, film=[refused(code), refused(code)])
    assert [said.post.rung for said in desk.announcer.of("film")] == [Rung.DM]
    assert (await film_post(desk, task_id)).state == "there"


async def test_with_no_place_left_the_film_waits_in_the_inbox_and_the_reply_says_so(desk):
    task_id = await finished_film(desk, film=[refused(50001), refused(50001), refused(50007)])
    assert await desk.posts(task_id) == {"reply": "there", "film": "inbox"}
    assert desk.announcer.of("show")[-1].card.film.state == "inbox"
    inbox = await desk.store.tx(lambda books: books.inbox(101))
    assert [post.task_id for post in inbox] == [task_id]


@pytest.mark.parametrize("code", [413, 40005])
async def test_a_file_that_discord_refuses_is_linked_in_the_same_place(desk, code):
    await finished_film(desk, film=[refused(code)])
    [said] = desk.announcer.of("film")
    assert (said.film, said.post.rung) == (None, Rung.CHANNEL)


async def test_a_film_over_the_limit_is_not_uploaded(desk):
    desk.films.size = 11 * 1024 * 1024
    await finished_film(desk)
    assert [said.film for said in desk.announcer.of("film")] == [None]
    assert desk.films.open == 0


async def test_a_film_that_cannot_be_fetched_is_linked(desk):
    desk.films.script = [FilmError("not_an_mp4", is_final=True)]
    await finished_film(desk)
    assert [said.film for said in desk.announcer.of("film")] == [None]


async def test_a_film_that_could_not_be_fetched_says_so_wherever_it_is_sent_next(desk):
    desk.films.script = [FilmError("not_an_mp4", is_final=True)] * 4
    await finished_film(desk, film=[LATER, refused(50001), refused(50001)])
    [said] = desk.announcer.of("film")
    assert (said.film, said.post.rung) == (None, Rung.DM)
    assert is_unfetched(said.post)


async def test_a_film_that_can_be_fetched_after_an_outage_is_uploaded(desk):
    desk.films.script = [FilmError("cut", is_final=False)] * 6
    await finished_film(desk, film=[LATER, LATER])
    [said] = desk.announcer.of("film")
    assert said.film is not None
    assert not is_unfetched(said.post)


async def test_a_film_that_is_fetched_no_further_than_its_size_is_too_large(desk):
    desk.films.script = [FilmError("too_large", is_final=True)]
    await finished_film(desk)
    [said] = desk.announcer.of("film")
    assert said.film is None
    assert not is_unfetched(said.post)


async def test_a_film_that_cannot_be_fetched_yet_is_tried_again(desk):
    desk.films.script = [FilmError("timed_out", is_final=False)]
    await finished_film(desk)
    [said] = desk.announcer.of("film")
    assert said.film is not None


async def test_a_dead_token_is_replaced_by_the_bots_own(desk):
    await finished_film(desk, show=[refused(50027)])
    assert desk.announcer.of("show")[-1].post.rung is Rung.MESSAGE


async def test_after_minute_fourteen_the_token_is_not_used(desk):
    task_id = await desk.ask()
    await desk.clock.advance(14 * 60 + 1)
    desk.announcer.said.clear()
    desk.api.finish()
    await desk.clock.advance(120)
    assert {said.post.rung for said in desk.announcer.of("show")} == {Rung.MESSAGE}
    assert await desk.posts(task_id) == {"reply": "there", "film": "there"}


async def test_a_deleted_reply_of_a_failed_film_is_replaced_by_the_truth(desk):
    task_id = await desk.ask()
    await desk.clock.advance(10)
    desk.api.say(status=RemoteStatus.FAILED, error_code="service_error")
    desk.announcer.script = {"show": [refused(10008)]}
    await desk.clock.advance(90)
    assert await desk.state(task_id) is State.FAILED
    assert [said.post.subject for said in desk.announcer.of("notice")] == ["outcome"]


async def test_a_deleted_reply_does_not_keep_the_film_back(desk):
    task_id = await finished_film(desk, show=[refused(10008)])
    assert await desk.posts(task_id) == {"reply": "gone", "film": "there"}
    assert desk.announcer.of("notice") == []


async def test_a_token_is_forgotten_when_it_is_of_no_use_any_more(desk):
    task_id = await finished_film(desk)
    reply = await desk.store.tx(lambda books: books.find_post(task_id, PostKind.REPLY))
    assert reply.token == ""


async def test_the_kept_copy_of_a_film_in_the_inbox_is_purged_also_after_its_hint(desk):
    desk.announcer.limit = 10
    task_id = await finished_film(desk, film=[refused(50001), refused(50001), refused(50007)])
    assert await desk.store.tx(take_hint, 101)
    assert not await desk.store.tx(take_hint, 101)
    await desk.studio.moderate(acts.purge, (1, 900), task_id)
    await desk.clock.advance(10)
    assert desk.films.forgotten == [f"https://bot.example/films/{task_id}.mp4"]


async def test_films_that_are_slow_to_fetch_hold_up_no_other_message(start, films, api):
    never = asyncio.Event()

    async def fetch(url, *, task_id):
        await never.wait()

    films.fetch = fetch
    async with start(slots=None) as desk:
        for _ in range(20):
            await desk.ask()
        failing = await desk.ask()
        await desk.clock.advance(10)
        last = api.submitted.index(failing) + 1
        for number in set(range(1, 22)) - {last}:
            api.finish(number)
        await desk.clock.advance(60)
        api.say(last, status=RemoteStatus.FAILED)
        await desk.clock.advance(90)

        shown = [said.card.task.state for said in desk.announcer.of("show")]
        assert await desk.state(failing) is State.FAILED
        assert shown[-1] is State.FAILED
        assert await desk.posts(failing) == {"reply": "there"}
