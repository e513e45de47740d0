"""A request for several takes: one card, one message with the videos, each paid once."""

import pytest

from bot.errors import ApiError, Cause, Certainty, Fate, PostError, Refusal
from bot.video.moderation import approval
from bot.video.values.prices import CREDIT
from bot.video.values.videos import RemoteStatus, State, VideoTask
from tests.video.harness import PERSON, SERVER, Harness, Start, limits

BAD_WORDS = ApiError(Cause.REJECTED, sent=Certainty.NO, code="invalid_request", status=400)


async def takes(harness: Harness, task_id: str) -> list[VideoTask]:
    def read(books) -> list[VideoTask]:
        return list(books.takes_of(books.task(task_id).request_id))

    return await harness.store.tx(read)


async def states(harness: Harness, task_id: str) -> list[str]:
    return [str(each.state) for each in await takes(harness, task_id)]


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


async def left_over(harness: Harness) -> list[str]:
    owed = await harness.store.tx(lambda books: books.owed())
    return [each.post_id for each in owed]


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


def told(harness: Harness) -> list[object]:
    """The news that there is no video."""
    return [each for each in harness.announcer.of("notice") if each.card is not None]


async def in_doubt(harness: Harness) -> str:
    """Two takes: the first is in doubt at the API, the second is being made."""
    harness.api.script = [ApiError(Cause.UNAVAILABLE, sent=Certainty.MAYBE)]
    asked = await harness.ask(takes=2)
    for _ in range(300):
        await harness.clock.advance(60)
        if len(harness.api.tasks) == 2:
            break
    assert sorted(await states(harness, asked)) == ["running", "unconfirmed"]
    return asked


async def come_late(harness: Harness, asked: str) -> str:
    """The doubtful take's callback arrives, and its video; returns its id."""
    late = next(
        each
        for each in await takes(harness, asked)
        if each.state in (State.UNCONFIRMED, State.LOST)
    )
    harness.api.finish(1)
    await harness.engine.called_back(late.id, "task-unified-1")
    await harness.clock.advance(120)
    return late.id


async def test_a_take_in_doubt_does_not_hold_the_others_back(start: Start) -> None:
    async with start(callbacks=True) as harness:
        asked = await in_doubt(harness)
        harness.api.finish(2)
        await harness.clock.advance(120)
        (film,) = harness.announcer.of("film")
        assert film.ping
        assert film.post.task_id in [
            each.id for each in await takes(harness, asked) if each.state is State.COMPLETED
        ]

        late = await come_late(harness, asked)
        first, second = harness.announcer.of("film")
        assert (second.post.task_id, second.ping) == (late, False)
        assert first.ping
        assert await states(harness, asked) == ["completed"] * 2
        assert not await left_over(harness)
        assert await harness.books_are_right()


async def test_a_take_that_hangs_does_not_hold_the_others_back(harness: Harness) -> None:
    asked = await harness.ask(takes=3)
    await harness.clock.advance(5)
    harness.api.finish(1)
    harness.api.finish(2)
    await harness.clock.advance(600)
    assert not harness.announcer.of("film")

    for _ in range(30):
        await harness.clock.advance(60)
    (film,) = harness.announcer.of("film")
    assert len(film.clips) == 2
    assert await states(harness, asked) == ["completed", "completed", "running"]

    harness.api.finish(3)
    await harness.clock.advance(1200)
    assert [(len(each.clips), each.ping) for each in harness.announcer.of("film")] == [
        (2, True),
        (1, False),
    ]
    assert not await left_over(harness)


async def test_no_end_is_told_while_a_doubtful_take_may_still_come(start: Start) -> None:
    async with start(callbacks=True) as harness:
        asked = await in_doubt(harness)
        harness.api.say(2, status=RemoteStatus.FAILED, progress=50)
        await harness.clock.advance(120)
        assert sorted(await states(harness, asked)) == ["failed", "unconfirmed"]
        assert not told(harness)

        await come_late(harness, asked)
        assert [each.ping for each in harness.announcer.of("film")] == [True]
        assert not told(harness)


async def test_a_doubtful_take_that_is_lost_after_the_others_is_not_told_again(
    start: Start,
) -> None:
    async with start(callbacks=True) as harness:
        asked = await in_doubt(harness)
        harness.api.finish(2)
        await harness.clock.advance(3 * 3600)
        assert sorted(await states(harness, asked)) == ["completed", "lost"]
        assert len(harness.announcer.of("film")) == 1
        assert not told(harness)
        assert not await left_over(harness)


async def test_a_take_that_a_moderator_holds_does_not_hold_the_others_back(start: Start) -> None:
    async with start(slots=1) as harness:
        asked = await harness.ask(takes=3)
        await harness.clock.advance(5)
        await harness.videos.moderate(approval.hold, (SERVER, 500), asked)
        harness.api.finish(1)
        await harness.clock.advance(120)
        assert await states(harness, asked) == ["completed", "held", "held"]
        assert len(harness.announcer.of("film")) == 1

        await harness.videos.moderate(approval.approve, (SERVER, 500), asked)
        for number in (2, 3):
            await harness.clock.advance(60)
            harness.api.finish(number)
        await harness.clock.advance(120)
        assert [(len(each.clips), each.ping) for each in harness.announcer.of("film")] == [
            (1, True),
            (2, False),
        ]


async def test_two_messages_of_one_request_that_are_owed_at_once_ping_once(start: Start) -> None:
    async with start(callbacks=True) as harness:
        asked = await in_doubt(harness)
        harness.announcer.script["film"] = [PostError(Fate.LATER, retry_after=600)] * 2
        harness.api.finish(2)
        await harness.clock.advance(60)
        await come_late(harness, asked)
        await harness.clock.advance(3600)
        assert sum(each.ping for each in harness.announcer.of("film")) <= 1
        assert not await left_over(harness)


async def test_a_video_that_comes_late_gets_a_message_of_its_own(start: Start) -> None:
    lost = ApiError(Cause.UNAVAILABLE, sent=Certainty.MAYBE)
    async with start(callbacks=True) as harness:
        harness.api.script = [lost]
        asked = await harness.ask(takes=2)
        await harness.clock.advance(60)
        while "queued" in await states(harness, asked):
            await harness.clock.advance(60)
        await harness.clock.advance(3 * 3600)
        harness.api.finish(2)
        await harness.clock.advance(600)
        assert sorted(await states(harness, asked)) == ["completed", "lost"]
        assert len(harness.announcer.of("film")) == 1

        late = next(each for each in await takes(harness, asked) if each.state is State.LOST)
        harness.api.finish(1)
        await harness.engine.called_back(late.id, "task-unified-1")
        await harness.clock.advance(60)
        assert len(harness.announcer.of("film")) == 2
        assert harness.announcer.of("film")[1].post.task_id == late.id
        assert not await left_over(harness)
