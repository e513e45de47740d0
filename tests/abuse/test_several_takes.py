"""Several takes of one request, by people who would have more than they may."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import Refusal
from bot.ui.items import Verb
from bot.video.doors.settings import change
from bot.video.moderation import acts, approval, queue
from bot.video.moderation.cheaper import ways
from bot.video.values.posts import CARDS
from bot.video.values.prices import CREDIT, PRICES
from bot.video.values.specs import check
from bot.video.values.videos import VideoSpec
from tests.cogs.harness import Harness as Local
from tests.cogs.harness import dealt_with, shown
from tests.cogs.steps import buttons
from tests.video.harness import SERVER, Harness, Start
from tests.video.life.takes import come_late, in_doubt, states, takes

MODS, SAM = 99, 500
WHERE = (SERVER, SAM)
FOX: dict[str, Any] = {"prompt": "a fox", "takes": 3}


async def held(harness: Harness, **spec: Any) -> str:
    """A request that waits for moderators, because of its price."""
    await harness.videos.moderate(change, WHERE, "moderators_channel", MODS)
    await harness.videos.moderate(change, WHERE, "approval.above", 60)
    task_id = await harness.ask(**spec)
    await harness.clock.advance(10)
    return task_id


async def test_three_takes_below_the_threshold_do_not_slip_past_it(middle: Harness) -> None:
    asked = await held(middle, takes=3)

    assert await states(middle, asked) == ["held"] * 3
    assert len([each for each in middle.announcer.said if each.post.kind in CARDS]) == 1
    desk = await middle.store.tx(queue.page_of, SERVER, 0)
    assert [(each.task_id, each.takes, each.price) for each in desk.rows] == [
        (asked, 3, 81 * CREDIT)
    ]


async def test_one_approval_lets_all_takes_go(middle: Harness) -> None:
    asked = await held(middle, takes=3)
    await middle.videos.moderate(approval.approve, WHERE, asked)
    await middle.clock.advance(10)

    assert await states(middle, asked) == ["running"] * 3
    with pytest.raises(Refusal):
        await middle.videos.moderate(approval.approve, WHERE, (await takes(middle, asked))[2].id)


async def test_one_denial_ends_all_takes_and_is_told_once(middle: Harness) -> None:
    asked = await held(middle, takes=3)
    await middle.videos.moderate(approval.deny, WHERE, asked, "no foxes")
    await middle.clock.advance(10)

    assert await states(middle, asked) == ["cancelled"] * 3
    assert {each.error_message for each in await takes(middle, asked)} == {"no foxes"}
    assert len(middle.announcer.of("notice")) == 2  # the card, and the end
    assert await middle.used() == 0


async def test_all_takes_expire_together(middle: Harness) -> None:
    asked = await held(middle, takes=3)
    await middle.clock.advance_in_steps(timedelta(hours=25).total_seconds())

    assert await states(middle, asked) == ["cancelled"] * 3
    assert await middle.used() == 0


async def test_a_cheaper_approval_is_cheaper_for_all_takes_or_refused(middle: Harness) -> None:
    asked = await held(middle, takes=3)
    spec = (await middle.videos.card(asked)).request.spec
    shorter = next(each for each in ways(spec) if each.duration == 3)
    with pytest.raises(Refusal):
        await middle.videos.moderate(
            approval.approve_cheaper, WHERE, asked, shorter, price=81 * CREDIT
        )
    price = PRICES.price(shorter)
    await middle.videos.moderate(approval.approve_cheaper, WHERE, asked, shorter, price=price)
    await middle.clock.advance(10)

    assert [each.price * 3 for each in await takes(middle, asked)] == [price] * 3
    assert await middle.used() == price
    assert await middle.books_are_right()
    assert len({each.request_id for each in await takes(middle, asked)}) == 1


async def test_takes_that_have_begun_are_not_made_cheaper(start: Start) -> None:
    async with start(slots=1) as harness:
        asked = await harness.ask(takes=3)
        await harness.clock.advance(5)
        await harness.videos.moderate(approval.hold, WHERE, asked)
        assert await states(harness, asked) == ["running", "held", "held"]
        second = (await takes(harness, asked))[1].id
        spec = (await harness.videos.card(second)).request.spec
        shorter = next(each for each in ways(spec) if each.duration == 3)
        with pytest.raises(Refusal) as refused:
            await harness.videos.moderate(
                approval.approve_cheaper, WHERE, second, shorter, price=PRICES.price(shorter)
            )
        assert refused.value.reason == "takes_begun"
        assert await states(harness, asked) == ["running", "held", "held"]


async def test_a_purge_of_one_take_lets_none_of_them_appear(start: Start) -> None:
    async with start(slots=1) as harness:
        asked = await harness.ask(takes=3)
        await harness.clock.advance(5)
        last = (await takes(harness, asked))[2].id
        await harness.videos.moderate(acts.purge, WHERE, last)
        harness.api.finish(1)
        await harness.clock.advance(120)

        assert await states(harness, asked) == ["completed", "cancelled", "cancelled"]
        assert not harness.announcer.of("film")
        assert await harness.store.tx(lambda books: books.survey().owed) == []


async def test_a_late_video_does_not_ping_a_second_time(start: Start) -> None:
    async with start(callbacks=True) as harness:
        asked = await in_doubt(harness)
        harness.api.finish(2)
        await harness.clock.advance_in_steps(3 * 3600)
        assert sorted(await states(harness, asked)) == ["completed", "lost"]
        await come_late(harness, asked)

        assert [each.ping for each in harness.announcer.of("film")] == [True, False]


async def test_one_command_heard_twice_is_one_request(harness: Local) -> None:
    sent = await harness.discord.actor("maya").command("films", "video", FOX)
    await shown(sent)
    sent.replay()
    await harness.discord.actor("leo").command("films", "quota")
    await dealt_with()

    assert len(await harness.films()) == 3
    assert len({each.request.id for each in await harness.films()}) == 1


@pytest.mark.parametrize("number", [0, -1, 5, 4_000_000, True])
def test_a_forged_number_of_takes_is_refused(number: int) -> None:
    with pytest.raises(Refusal):
        check(VideoSpec(prompt="a fox", takes=number))


async def test_a_crowd_that_votes_is_counted_once_each(middle: Harness) -> None:
    asked = await middle.ask(takes=2)
    await middle.clock.advance(5)
    middle.api.finish(1)
    middle.api.finish(2)
    await middle.clock.advance(60)
    first, second = [each.id for each in await takes(middle, asked)]

    await asyncio.gather(*(middle.videos.vote(first, by=each) for each in range(1000, 1060)))
    await asyncio.gather(*(middle.videos.vote(second, by=each) for each in range(1000, 1020)))
    card = await middle.videos.card(asked)
    assert await middle.videos.votes(card) == {first: 40, second: 20}


async def test_nobody_votes_for_a_take_that_is_not_there(middle: Harness) -> None:
    asked = await middle.ask(takes=2)
    with pytest.raises(Refusal):
        await middle.videos.vote(asked, by=1000)


async def test_a_forged_vote_before_the_end_is_refused_in_private(harness: Local) -> None:
    await shown(await harness.discord.actor("maya").command("films", "video", FOX))
    task_id = (await harness.films())[0].task.id
    forged = await buttons(harness, Verb.VOTE, task_id=task_id)
    said = await shown(await harness.discord.actor("leo").press(forged, label="vote"))

    assert said.only_for is not None
