"""Approving or denying several held videos at once."""

from typing import Any

import pytest

from bot.playground.guild import Message
from bot.ui.items import Verb
from bot.video.values.videos import State
from tests.cogs.harness import Harness, dealt_with, shown
from tests.cogs.steps import ask, buttons, put

APPROVE, DENY = "v1:approve-many:0", "v1:deny-many:0"


@pytest.fixture
async def waiting(harness: Harness) -> Harness:
    """Three held videos: two of Maya's, one of Leo's."""
    await put(harness, "moderators_channel", harness.discord.world.channel("mods").id)
    await put(harness, "approval.above", 1)
    for who in ("maya", "leo", "maya"):
        await shown(await ask(harness, who))
    return harness


async def queue(harness: Harness) -> Message:
    return await shown(await harness.discord.actor("sam").command("films", "moderate queue", {}))


async def states(harness: Harness) -> list[State]:
    return [each.task.state for each in await harness.films()]


async def choose(harness: Harness, custom_id: str, ids: list[str]) -> Any:
    sent = await harness.discord.actor("sam").choose(await queue(harness), custom_id, ids)
    await sent.responded()
    await dealt_with()
    return sent


async def test_several_are_approved_at_once_and_the_others_still_wait(waiting: Harness) -> None:
    newest, _, oldest = [each.task.id for each in await waiting.films()]
    sent = await choose(waiting, APPROVE, [newest, oldest])

    assert "Approved 2 videos." in (await shown(sent)).text
    assert await states(waiting) == [State.QUEUED, State.HELD, State.QUEUED]
    assert "Approve several" not in str((await queue(waiting)).components)


async def test_one_that_was_decided_meanwhile_does_not_stop_the_others(waiting: Harness) -> None:
    ids = [each.task.id for each in await waiting.films()]
    desk, world = await queue(waiting), waiting.discord.world
    where = (world.guild("Film club").id, world.user("sam").id)
    moderation = waiting.bot.front.services.moderation
    await moderation.approve(where, ids[0], is_administrator=False)

    told = await shown(await waiting.discord.actor("sam").choose(desk, APPROVE, ids))

    assert "Approved 2 videos." in told.text
    assert f"`{ids[0]}`: " in told.text
    assert await states(waiting) == [State.QUEUED] * 3


async def test_several_are_denied_with_one_reason(waiting: Harness) -> None:
    ids = [each.task.id for each in await waiting.films()]
    form = (await (await choose(waiting, DENY, ids)).responded()).modal
    assert form is not None

    sam = waiting.discord.actor("sam")
    told = await shown(await sam.submit(form, {"reason": "not here"}))

    assert "Denied 3 videos." in told.text
    assert await states(waiting) == [State.CANCELLED] * 3
    assert {each.task.error_message for each in await waiting.films()} == {"not here"}


async def test_a_member_decides_nothing(waiting: Harness) -> None:
    for verb in (Verb.APPROVE_MANY, Verb.DENY_MANY):
        drawn = await buttons(waiting, verb, task_id="0")
        told = await shown(await waiting.discord.actor("leo").press(drawn, label=verb.value))
        assert "Moderate" in told.text

    assert await states(waiting) == [State.HELD] * 3
