"""Approving or denying several held videos at once."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.playground.guild import Message, NotPossible
from bot.playground.guild.interactions import Modal
from bot.ui.items import Verb
from bot.video.values.videos import State
from tests.cogs.harness import Harness, shown
from tests.cogs.steps import ask, buttons, put

APPROVE, DENY = "Approve several…", "Deny several…"


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


async def form_of(harness: Harness, label: str) -> Modal:
    pressed = await harness.discord.actor("sam").press(await queue(harness), label=label)
    form = (await pressed.responded()).modal
    assert form is not None
    return form


async def submit(harness: Harness, form: Modal, **values: Any) -> Message:
    return await shown(await harness.discord.actor("sam").submit(form, values))


async def test_several_are_approved_at_once_and_the_others_still_wait(waiting: Harness) -> None:
    newest, _, oldest = [each.task.id for each in await waiting.films()]
    told = await submit(waiting, await form_of(waiting, APPROVE), videos=[newest, oldest])

    assert "Approved 2 videos." in told.text
    assert await states(waiting) == [State.QUEUED, State.HELD, State.QUEUED]
    assert APPROVE not in (await queue(waiting)).buttons


async def test_all_that_wait_are_approved_with_two_presses_and_none_denied(
    waiting: Harness,
) -> None:
    asked = str((await form_of(waiting, APPROVE)).components)
    assert "3 are waiting, 109 credits" in asked
    assert "'Leo · 5 s · 37 credits ($0.53)'" in asked
    with pytest.raises(NotPossible):
        await submit(waiting, await form_of(waiting, DENY), reason="not here")

    told = await submit(waiting, await form_of(waiting, APPROVE))

    assert "Approved 3 videos." in told.text
    assert await states(waiting) == [State.QUEUED] * 3


async def test_up_to_25_are_decided_at_once(waiting: Harness) -> None:
    (first, *_) = await waiting.films()
    for number in range(30):
        at = first.task.created_at - timedelta(hours=1)
        task = replace(first.task, id=f"{number:020}", created_at=at)
        await waiting.store.tx(lambda books, task=task: books.add_task(task, seconds=1))
    form = await form_of(waiting, DENY)
    ids = [f"{number:020}" for number in range(25)]

    told = await submit(waiting, form, reason="no", videos=ids)

    assert "Denied 25 videos." in told.text


async def test_one_that_was_decided_meanwhile_does_not_stop_the_others(waiting: Harness) -> None:
    ids = [each.task.id for each in await waiting.films()]
    form, world = await form_of(waiting, APPROVE), waiting.discord.world
    where = (world.guild("Film club").id, world.user("sam").id)
    moderation = waiting.bot.front.services.moderation
    await moderation.approve(where, ids[0], is_administrator=False)

    told = await submit(waiting, form)

    assert "Approved 2 videos." in told.text
    assert "“a fox in the snow”: " in told.text
    assert await states(waiting) == [State.QUEUED] * 3


async def test_several_are_denied_with_one_reason(waiting: Harness) -> None:
    ids = [each.task.id for each in await waiting.films()]
    told = await submit(waiting, await form_of(waiting, DENY), reason="not here", videos=ids)

    assert "Denied 3 videos." in told.text
    assert await states(waiting) == [State.CANCELLED] * 3
    assert {each.task.error_message for each in await waiting.films()} == {"not here"}


async def test_a_member_decides_nothing(waiting: Harness) -> None:
    for verb in (Verb.APPROVE_MANY, Verb.DENY_MANY):
        drawn = await buttons(waiting, verb, task_id="0")
        told = await shown(await waiting.discord.actor("leo").press(drawn, label=verb.value))
        assert "Moderate" in told.text

    assert await states(waiting) == [State.HELD] * 3
