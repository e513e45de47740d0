"""An end without a video is told once, to whoever asked, and to nobody who knows already."""

from datetime import timedelta

import pytest

from bot.errors import Fate, PostError, Reason
from bot.video.moderation import acts, approval
from bot.video.values.posts import PostKind, Rung
from bot.video.values.videos import RemoteStatus, State
from tests.fakes import Said
from tests.video.harness import CHANNEL, PERSON, SERVER, Harness, Start

SAM = 500
WHERE = (SERVER, SAM)
UNKNOWN = PostError(Fate.UNKNOWN)
LATER = PostError(Fate.LATER, retry_after=3600)


def told(middle: Harness) -> list[Said]:
    """The messages about an end, besides the card's own edits."""
    return [said for said in middle.announcer.of("notice") if said.post.kind is PostKind.OUTCOME]


async def failing(middle: Harness) -> str:
    """A video that the service is about to fail."""
    task_id = await middle.ask()
    await middle.clock.advance(10)
    middle.api.say(status=RemoteStatus.FAILED, reason=Reason.TROUBLE)
    return task_id


async def held(middle: Harness) -> str:
    task_id = await middle.ask()
    await middle.videos.moderate(approval.hold, WHERE, task_id)
    return task_id


async def test_a_failed_video_pings_its_person_once_with_a_link_to_the_card(middle: Harness):
    task_id = await failing(middle)
    await middle.clock.advance(300)

    (said,) = told(middle)
    assert (said.ping, said.post.user_id, said.post.channel_id) == (True, PERSON, CHANNEL)
    assert said.card is not None
    assert said.card.reply is not None
    assert said.card.reply.message_id == 500
    assert await middle.posts(task_id) == {"reply": "there", "outcome": "there"}


async def test_a_reply_leaves_the_words_to_the_message_that_pings(middle: Harness):
    await failing(middle)
    await middle.clock.advance(300)

    assert len(told(middle)) == 1
    shown = middle.announcer.of("show")[-1].card
    assert shown is not None
    assert shown.is_told


async def test_a_reply_does_not_wait_for_a_message_that_is_put_off(middle: Harness):
    await failing(middle)
    middle.announcer.script = {"notice": [LATER]}
    await middle.clock.advance(300)

    early = middle.announcer.of("show")[-1].card
    assert early is not None
    assert early.task.state is State.FAILED
    assert not early.is_told
    await middle.clock.advance(3700)
    late = middle.announcer.of("show")[-1].card
    assert late is not None
    assert late.is_told


async def test_who_wants_no_ping_gets_no_message_either(middle: Harness):
    task_id = await failing(middle)
    await middle.videos.mute(task_id, by=PERSON, muted=True)
    await middle.clock.advance(300)

    assert await middle.state(task_id) is State.FAILED
    assert told(middle) == []


async def test_an_end_that_may_have_been_told_is_not_pinged_again(middle: Harness):
    await failing(middle)
    middle.announcer.takes_unknown = False
    middle.announcer.script = {"notice": [UNKNOWN]}
    await middle.clock.advance(300)

    assert [said.ping for said in told(middle)] == [False]


async def test_a_crash_before_an_end_is_told_tells_it_once(start: Start):
    async with start() as before:
        await failing(before)
        before.announcer.script = {"notice": [LATER]}
        await before.clock.advance(60)
        assert told(before) == []
    async with start() as after:
        await after.clock.advance(3700)
        await after.clock.advance(60)
        assert [said.ping for said in told(after)] == [True]
    async with start() as again:
        await again.clock.advance(60)
        assert len(told(again)) == 1


async def test_a_denial_and_a_day_without_a_decision_are_told(middle: Harness):
    denied = await held(middle)
    await middle.videos.moderate(approval.deny, WHERE, denied, "no wolves here")
    await middle.clock.advance(10)
    waiting = await held(middle)
    await middle.clock.advance_in_steps(25 * 3600)

    assert [said.post.task_id for said in told(middle)] == [denied, waiting]
    assert [said.ping for said in told(middle)] == [True, True]


async def test_a_video_that_is_lost_is_told(middle: Harness):
    task_id = await middle.ask()
    await middle.clock.advance(10)
    middle.api.say(status=RemoteStatus.PROCESSING, progress=50)
    await middle.clock.jump(25 * 3600)
    await middle.clock.advance(60)

    assert await middle.state(task_id) is State.LOST
    assert [said.ping for said in told(middle)] == [True]


async def test_a_moderator_s_cancel_is_told_and_ones_own_is_not(middle: Harness):
    own, theirs = await middle.ask(), await middle.ask()
    moderators_own = await middle.ask(user=SAM)
    await middle.videos.cancel(own, by=PERSON, may_moderate=False)
    await middle.videos.moderate(acts.cancel, WHERE, moderators_own)
    await middle.videos.moderate(acts.cancel, WHERE, theirs)
    await middle.clock.advance(60)

    assert [said.post.task_id for said in told(middle)] == [theirs]


async def test_a_loss_is_not_told_any_more_once_its_video_is_there(middle: Harness):
    task_id = await middle.ask()
    await middle.clock.advance(10)
    middle.api.say(status=RemoteStatus.PROCESSING, progress=50)
    middle.announcer.script = {"notice": [PostError(Fate.LATER)] * 9}  # and so is the operator's
    await middle.clock.jump(25 * 3600)
    await middle.clock.advance(5)
    assert await middle.state(task_id) is State.LOST
    middle.api.finish()
    await middle.clock.jump(timedelta(hours=2).total_seconds())
    await middle.clock.advance(600)

    assert await middle.state(task_id) is State.COMPLETED
    assert told(middle) == []
    assert len(middle.announcer.of("film")) == 1


async def test_an_end_goes_to_a_direct_message_where_the_channel_is_closed(middle: Harness):
    await failing(middle)
    closed = PostError(Fate.REFUSED, code=50001)
    middle.announcer.script = {"notice": [closed, closed]}
    await middle.clock.advance(300)

    assert [(said.post.rung, said.ping) for said in told(middle)] == [(Rung.DM, True)]


@pytest.mark.parametrize("by", [PERSON, SAM])
async def test_nothing_is_told_of_a_video_that_was_deleted_while_it_was_made(
    middle: Harness, by: int
):
    task_id = await failing(middle)
    await middle.videos.delete(task_id, by=by, may_moderate=True)
    await middle.clock.advance(300)

    assert await middle.state(task_id) is State.FAILED
    assert told(middle) == []
