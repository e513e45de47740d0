"""A form's custom id can be forged by anyone: what it confirms is checked again when it is sent."""

from dataclasses import replace

import pytest

from bot.ui.items import CustomId, Verb
from tests.abuse.forged import a_form
from tests.cogs.harness import Harness, shown
from tests.cogs.steps import finished


async def confirmed(harness: Harness, who: str, verb: Verb, subject: str) -> str:
    """What a person reads after they sent a form that the bot never opened for them."""
    actor = harness.discord.actor(who)
    form = replace(a_form(str(CustomId(verb, subject)), ()), user_id=actor.user.id)
    answer = await shown(await actor.submit(form, {}, forced=True))
    assert answer.only_for == actor.user.id
    return answer.text


@pytest.mark.parametrize("verb", [Verb.DELETE_YES, Verb.PURGE_YES])
async def test_a_strangers_forged_form_removes_no_video(harness: Harness, verb: Verb) -> None:
    film = await finished(harness)
    task_id = (await harness.film()).task.id

    told = await confirmed(harness, "leo", verb, task_id)

    assert "Deleted" not in told
    assert "Removed" not in told
    assert (await harness.film()).task.deleted_by is None
    assert film in harness.discord.messages("films")


async def test_a_moderators_form_from_a_command_removes_it(harness: Harness) -> None:
    await finished(harness)
    task_id = (await harness.film()).task.id
    sam = harness.discord.actor("sam")
    asked = (
        await (await sam.command("films", "moderate purge", {"video": task_id})).responded()
    ).modal
    assert asked is not None
    assert "everywhere" in str(asked.components)

    assert "Removed" in (await shown(await sam.submit(asked, {}))).text
    assert (await harness.film()).task.deleted_by == sam.user.id
