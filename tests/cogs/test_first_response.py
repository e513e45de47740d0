"""Nothing is paid for before the first response is known to have arrived."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.playground.guild import Cut, LocalDiscord, Unanswered
from bot.playground.guild.interactions import ResponseKind
from bot.video.values.asker import Asker
from bot.video.values.posts import PostKind
from bot.video.values.videos import State
from tests.cogs.harness import Harness, local_bot, shown

CALLBACK = "POST /interactions/*/callback"
FOX = {"prompt": "a fox in the snow"}


async def is_answered(harness: Harness) -> bool:
    card = await harness.film()
    posts = await harness.store.tx(lambda books: books.posts(card.task.id))
    (reply,) = [post for post in posts if post.kind is PostKind.REPLY]
    return reply.message_id is not None


@pytest.mark.parametrize(
    "trouble",
    [
        {"cut": Cut.BEFORE},
        {"cut": Cut.AFTER},
        {"status": 500},
        {"status": 429, "via": False, "retry_after": 0.1},
        {"status": 400, "code": 40060},
    ],
    ids=["cut before", "cut after", "500", "429 without Via", "40060 by an earlier try"],
)
async def test_a_response_in_doubt_is_made_sure_of(
    harness: Harness, trouble: dict[str, object]
) -> None:
    if trouble.get("code") == 40060:
        harness.discord.faults.add(CALLBACK, cut=Cut.AFTER)
    else:
        harness.discord.faults.add(CALLBACK, **trouble)

    message = await shown(await harness.discord.actor("maya").command("films", "video", FOX))
    await harness.told()

    assert await is_answered(harness)
    assert [one.id for one in harness.discord.actor("leo").messages("films")] == [message.id]


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (401, 50027), (400, 200000)])
async def test_a_response_that_did_not_arrive_leaves_nothing(
    harness: Harness, status: int, code: int
) -> None:
    harness.discord.faults.add(CALLBACK, times=None, status=status, code=code)

    sent = await harness.discord.actor("maya").command("films", "video", FOX)
    await harness.told()

    card = await harness.film()
    asker = Asker(user_id=card.request.user_id, channel_id=card.request.channel_id)
    room = await harness.videos.room(card.request.server_id, asker)
    assert sent.response is None
    assert card.task.state is State.CANCELLED
    assert (room.used, room.active) == (0, 0)


async def test_an_order_that_was_kept_too_late_to_be_answered_is_told_so(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.ui.orders.WINDOW", timedelta(0))  # over by then

    told = await shown(await harness.discord.actor("maya").command("films", "video", FOX))

    assert "too busy to answer in time" in told.text
    assert (await harness.film()).task.state is State.CANCELLED
    assert [one for one in caplog.records if one.levelname == "ERROR"] == []


async def test_a_response_that_cannot_even_be_looked_for_stays_unpaid(harness: Harness) -> None:
    harness.discord.faults.add(CALLBACK, times=None, cut=Cut.BEFORE)
    harness.discord.faults.add("GET /webhooks/*", times=None, cut=Cut.BEFORE)

    with pytest.raises(Unanswered):
        await (await harness.discord.actor("maya").command("films", "video", FOX)).responded()

    assert (await harness.film()).task.ready_at is None
    assert not await is_answered(harness)


class Shifted(SystemClock):
    """The bot's clock, which the test sets."""

    shift = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.shift

    def monotonic(self) -> float:
        return super().monotonic() + self.shift.total_seconds()


async def test_what_could_not_be_answered_in_time_is_acknowledged_and_gets_its_card(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    clock = Shifted()
    async with local_bot(tmp_path, discord=discord, clock=clock) as harness:
        maya = discord.actor("maya")
        await shown(await maya.command("films", "video", FOX))
        clock.shift = timedelta(seconds=2.7)  # the next one seems to have been under way so long

        late = await maya.command("films", "video", FOX)
        card = await shown(late)

        assert late.response is ResponseKind.DEFERRED
        assert (card.only_for, "Waiting" in card.text) == (None, True)
        assert len(await harness.films()) == 2
