"""A request for several takes: one card, one message with the videos, each paid once."""

import pytest

from bot.errors import ApiError, Cause, Certainty, Fate, PostError, Refusal
from bot.video.values.prices import CREDIT
from tests.video.harness import PERSON, Harness, Start, limits
from tests.video.life.takes import left_over, states, takes

BAD_WORDS = ApiError(Cause.REJECTED, sent=Certainty.NO, code="invalid_request", status=400)


async def test_three_takes_are_three_paid_videos_in_one_message(harness: Harness) -> None:
    asked = await harness.ask(takes=3)
    await harness.clock.advance(5)
    for number in (1, 2, 3):
        harness.api.finish(number)
        await harness.clock.advance(60)

    assert len(harness.api.submitted) == 3
    assert await states(harness, asked) == ["completed"] * 3
    assert len(harness.announcer.of("film")) == 1
    shown = harness.announcer.of("film")[0]
    assert shown.ping
    assert [each.post.task_id for each in shown.clips] == [
        each.id for each in await takes(harness, asked)
    ]
    assert await harness.used() == 3 * 27 * CREDIT
    assert await harness.books_are_right()
    assert harness.films.open == 0


async def test_every_take_is_known_by_the_message_that_it_is_in(harness: Harness) -> None:
    asked = await harness.ask(takes=2)
    await harness.clock.advance(5)
    harness.api.finish(1)
    harness.api.finish(2)
    await harness.clock.advance(60)

    cards = [await harness.videos.card(each.id) for each in await takes(harness, asked)]
    assert all(each.is_posted for each in cards)
    assert len({each.film.message_id for each in cards}) == 1


async def test_the_message_waits_for_the_last_take(harness: Harness) -> None:
    await harness.ask(takes=2)
    await harness.clock.advance(5)
    harness.api.finish(1)
    await harness.clock.advance(300)
    assert not harness.announcer.of("film")

    harness.api.finish(2)
    await harness.clock.advance(300)
    assert len(harness.announcer.of("film")) == 1


async def test_a_take_that_fails_gives_back_its_own_share(harness: Harness) -> None:
    harness.api.script = [BAD_WORDS]
    asked = await harness.ask(takes=3)
    await harness.clock.advance(5)
    harness.api.finish(1)
    harness.api.finish(2)
    await harness.clock.advance(120)

    assert sorted(await states(harness, asked)) == ["completed", "completed", "failed"]
    assert len(harness.announcer.of("film")[0].clips) == 2
    assert not harness.announcer.of("notice")
    assert await harness.used() == 2 * 27 * CREDIT


async def test_without_any_video_the_person_is_told_once(harness: Harness) -> None:
    harness.api.script = [BAD_WORDS, BAD_WORDS]
    await harness.ask(takes=2)
    await harness.clock.advance(60)

    assert len(harness.announcer.of("notice")) == 1
    assert not harness.announcer.of("film")
    assert await harness.used() == 0


async def test_a_request_is_accepted_whole_or_not_at_all(start: Start) -> None:
    async with start(limits=limits(daily=100)) as harness:
        with pytest.raises(Refusal) as refused:
            await harness.accept(takes=4)

        assert refused.value.offer.takes == 3
        assert await harness.used() == 0
        await harness.accept(takes=3)
        assert await harness.used() == 3 * 27 * CREDIT


async def test_four_takes_do_not_slip_past_the_limit_on_videos_at_once(start: Start) -> None:
    async with start(limits=limits(at_once=2)) as harness:
        with pytest.raises(Refusal) as refused:
            await harness.accept(takes=3)

        assert refused.value.reason == "takes_at_once"
        assert refused.value.offer.takes == 2
        await harness.accept(takes=2)
        with pytest.raises(Refusal):
            await harness.accept()


async def test_the_operators_cap_counts_all_takes(start: Start) -> None:
    async with start(limits=limits(bot_daily=100)) as harness:
        with pytest.raises(Refusal):
            await harness.accept(takes=4)
        await harness.accept(takes=3)
        with pytest.raises(Refusal):
            await harness.accept()


async def test_cancel_ends_all_that_have_not_begun(start: Start) -> None:
    async with start(slots=1) as harness:
        asked = await harness.ask(takes=3)
        await harness.clock.advance(5)
        await harness.videos.cancel(asked, by=PERSON, may_moderate=False)
        await harness.clock.advance(5)
        assert await states(harness, asked) == ["running", "cancelled", "cancelled"]

        harness.api.finish(1)
        await harness.clock.advance(60)
        assert len(harness.announcer.of("film")) == 1
        assert len(harness.api.submitted) == 1
        assert await harness.used() == 27 * CREDIT


async def test_a_request_that_was_never_answered_pays_for_no_take(harness: Harness) -> None:
    card = await harness.accept(takes=3)
    await harness.videos.withdraw(card.task.id)
    await harness.clock.advance(60)

    assert not harness.api.submitted
    assert await states(harness, card.task.id) == ["cancelled"] * 3
    assert await harness.used() == 0


async def test_a_deleted_gallery_takes_every_video_with_it(harness: Harness) -> None:
    asked = await harness.ask(takes=2)
    await harness.clock.advance(5)
    harness.api.finish(1)
    harness.api.finish(2)
    await harness.clock.advance(60)

    last = (await takes(harness, asked))[1]
    await harness.videos.delete(last.id, by=PERSON, may_moderate=False)
    await harness.clock.advance(10)

    assert not await left_over(harness)
    assert {each.deleted_by for each in await takes(harness, asked)} == {PERSON}
    assert harness.announcer.of("remove")


async def test_where_no_channel_takes_the_message_all_videos_wait_in_the_inbox(
    harness: Harness,
) -> None:
    refused = PostError(Fate.REFUSED, code=50001)
    harness.announcer.script["film"] = [refused] * 3
    asked = await harness.ask(takes=2)
    await harness.clock.advance(5)
    harness.api.finish(1)
    harness.api.finish(2)
    await harness.clock.advance(120)

    found = await harness.store.tx(lambda books: books.inbox(PERSON))
    assert {each.task_id for each in found} == {each.id for each in await takes(harness, asked)}
