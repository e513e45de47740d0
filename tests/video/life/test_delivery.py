"""Rung by rung, a video reaches people, whatever Discord says."""

import asyncio

import pytest

from bot.errors import Fate, FilmError, PostError, Reason
from bot.video.doors.inbox import take_hint
from bot.video.moderation import acts
from bot.video.outbox.film_post import file_of
from bot.video.values.posts import PostKind, Rung
from bot.video.values.videos import RemoteStatus, State
from tests.video.harness import Harness, Start

UNKNOWN = PostError(Fate.UNKNOWN)
LATER = PostError(Fate.LATER, retry_after=3)


def refused(code: int) -> PostError:
    return PostError(Fate.REFUSED, code=code)


async def finished_film(harness: Harness, **script) -> str:
    task_id = await harness.ask()
    await harness.clock.advance(10)
    harness.announcer.script = script
    harness.api.finish()
    await harness.clock.advance(90)
    return task_id


async def film_post(harness: Harness, task_id):
    return await harness.store.tx(lambda books: books.find_post(task_id, PostKind.FILM))


async def test_an_unknown_outcome_that_arrived_is_found(harness: Harness):
    task_id = await finished_film(harness, film=[UNKNOWN])
    assert len(harness.announcer.of("film")) == 1
    assert await harness.posts(task_id) == {"reply": "there", "film": "there"}


async def test_an_unknown_outcome_that_did_not_arrive_is_repeated_without_a_ping(harness: Harness):
    harness.announcer.takes_unknown = False
    await finished_film(harness, film=[UNKNOWN])
    assert [said.ping for said in harness.announcer.of("film")] == [False]


async def test_after_a_doubt_no_later_try_pings(harness: Harness):
    harness.announcer.takes_unknown = False
    await finished_film(harness, film=[UNKNOWN, LATER, LATER])
    assert [said.ping for said in harness.announcer.of("film")] == [False]


async def test_what_did_not_happen_is_tried_again_with_its_ping(harness: Harness):
    await finished_film(harness, film=[LATER, LATER])
    assert [said.ping for said in harness.announcer.of("film")] == [True]


@pytest.mark.parametrize("code", [10003, 50001, 50013, 50083, 200000])
async def test_a_closed_channel_leads_to_the_parent_then_to_a_direct_message(
    harness: Harness, code
):
    task_id = await finished_film(harness, film=[refused(code), refused(code)])
    assert [said.post.rung for said in harness.announcer.of("film")] == [Rung.DM]
    assert (await film_post(harness, task_id)).state == "there"


async def test_with_no_place_left_the_film_waits_in_the_inbox_and_the_reply_says_so(
    harness: Harness,
):
    task_id = await finished_film(harness, film=[refused(50001), refused(50001), refused(50007)])
    assert await harness.posts(task_id) == {"reply": "there", "film": "inbox"}
    assert harness.announcer.of("show")[-1].card.film.state == "inbox"
    inbox = await harness.store.tx(lambda books: books.inbox(101))
    assert [post.task_id for post in inbox] == [task_id]


@pytest.mark.parametrize("code", [413, 40005])
async def test_a_file_that_discord_refuses_is_linked_in_the_same_place(harness: Harness, code):
    await finished_film(harness, film=[refused(code)])
    [said] = harness.announcer.of("film")
    assert (said.film, said.post.rung) == (None, Rung.CHANNEL)


async def test_a_film_over_the_limit_is_not_uploaded(harness: Harness):
    harness.films.size = 11 * 1024 * 1024
    await finished_film(harness)
    assert [said.film for said in harness.announcer.of("film")] == [None]
    assert harness.films.open == 0


async def test_a_film_that_cannot_be_fetched_is_linked(harness: Harness):
    harness.films.script = [FilmError("not_an_mp4", is_final=True)]
    await finished_film(harness)
    assert [said.film for said in harness.announcer.of("film")] == [None]


async def test_a_film_that_could_not_be_fetched_says_so_wherever_it_is_sent_next(harness: Harness):
    harness.films.script = [FilmError("not_an_mp4", is_final=True)] * 4
    await finished_film(harness, film=[LATER, refused(50001), refused(50001)])
    [said] = harness.announcer.of("film")
    assert (said.film, said.post.rung) == (None, Rung.DM)
    assert file_of(said.post).is_unfetched


async def test_a_film_that_can_be_fetched_after_an_outage_is_uploaded(harness: Harness):
    harness.films.script = [FilmError("cut", is_final=False)] * 6
    await finished_film(harness, film=[LATER, LATER])
    [said] = harness.announcer.of("film")
    assert said.film is not None
    assert not file_of(said.post).is_unfetched


async def test_a_film_that_is_fetched_no_further_than_its_size_is_too_large(harness: Harness):
    harness.films.script = [FilmError("too_large", is_final=True)]
    await finished_film(harness)
    [said] = harness.announcer.of("film")
    assert said.film is None
    assert not file_of(said.post).is_unfetched


async def test_a_film_that_cannot_be_fetched_yet_is_tried_again(harness: Harness):
    harness.films.script = [FilmError("timed_out", is_final=False)]
    await finished_film(harness)
    [said] = harness.announcer.of("film")
    assert said.film is not None


async def test_a_dead_token_is_replaced_by_the_bots_own(harness: Harness):
    await finished_film(harness, show=[refused(50027)])
    assert harness.announcer.of("show")[-1].post.rung is Rung.MESSAGE


async def test_after_minute_fourteen_the_token_is_not_used(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(14 * 60 + 1)
    harness.announcer.said.clear()
    harness.api.finish()
    await harness.clock.advance(120)
    assert {said.post.rung for said in harness.announcer.of("show")} == {Rung.MESSAGE}
    assert await harness.posts(task_id) == {"reply": "there", "film": "there"}


async def test_a_deleted_reply_of_a_failed_film_is_replaced_by_the_truth(harness: Harness):
    task_id = await harness.ask()
    await harness.clock.advance(10)
    harness.api.say(status=RemoteStatus.FAILED, reason=Reason.TROUBLE)
    harness.announcer.script = {"show": [refused(10008)]}
    await harness.clock.advance(90)
    assert await harness.state(task_id) is State.FAILED
    assert [said.post.kind for said in harness.announcer.of("notice")] == [PostKind.OUTCOME]


async def test_a_deleted_reply_does_not_keep_the_film_back(harness: Harness):
    task_id = await finished_film(harness, show=[refused(10008)])
    assert await harness.posts(task_id) == {"reply": "gone", "film": "there"}
    assert harness.announcer.of("notice") == []


async def test_a_token_is_forgotten_when_it_is_of_no_use_any_more(harness: Harness):
    task_id = await finished_film(harness)
    reply = await harness.store.tx(lambda books: books.find_post(task_id, PostKind.REPLY))
    assert reply.token == ""


async def test_the_kept_copy_of_a_film_in_the_inbox_is_purged_also_after_its_hint(harness: Harness):
    harness.announcer.limit = 10
    task_id = await finished_film(harness, film=[refused(50001), refused(50001), refused(50007)])
    assert await harness.store.tx(take_hint, 101)
    assert not await harness.store.tx(take_hint, 101)
    await harness.videos.moderate(acts.purge, (1, 900), task_id)
    await harness.clock.advance(10)
    assert harness.films.forgotten == [f"https://bot.example/films/{task_id}.mp4"]


async def test_films_that_are_slow_to_fetch_hold_up_no_other_message(start: Start, films, api):
    never = asyncio.Event()

    async def fetch(url, *, task_id):
        await never.wait()

    films.fetch = fetch
    async with start(slots=None) as harness:
        for _ in range(20):
            await harness.ask()
        failing = await harness.ask()
        await harness.clock.advance(10)
        last = api.submitted.index(failing) + 1
        for number in set(range(1, 22)) - {last}:
            api.finish(number)
        await harness.clock.advance(60)
        api.say(last, status=RemoteStatus.FAILED)
        await harness.clock.advance(90)

        shown = [said.card.task.state for said in harness.announcer.of("show")]
        assert await harness.state(failing) is State.FAILED
        assert shown[-1] is State.FAILED
        assert await harness.posts(failing) == {"reply": "there", "outcome": "there"}
