"""What moderators do from a member's card and a report, and what a forger may not."""

from typing import Any

import pytest

from bot.errors import Refusal
from bot.playground.guild import Message, NotPossible
from bot.ui.items import Verb
from bot.video.moderation.acts import purge_and_block
from bot.video.values.videos import State
from tests.cogs.harness import Harness, shown
from tests.cogs.steps import answered, ask, asked, buttons, finished, put, settle_posts

PURGE, THEIRS = "Remove everywhere", "Videos by this member"


async def record(harness: Harness, who: str = "maya") -> Message:
    """What Sam reads about a member."""
    member = {"member": str(harness.discord.world.user(who).id)}
    return await shown(await harness.discord.actor("sam").command("films", "moderate user", member))


async def sent(harness: Harness, card: Message, label: str, fields: dict[str, Any]) -> Message:
    """The answer to a form that Sam opened with a button and filled in."""
    sam = harness.discord.actor("sam")
    form = (await (await sam.press(card, label=label)).responded()).modal
    assert form is not None
    return await answered(await sam.submit(form, fields))


def now(harness: Harness, card: Message) -> Message:
    """A private card as it is now."""
    seen = harness.discord.actor("sam").messages("films")
    return next(each for each in seen if each.id == card.id)


async def test_a_member_is_blocked_and_unblocked_from_the_card(harness: Harness) -> None:
    fields = {"length": ["day"], "reason": "spam"}
    card = await record(harness)
    done = await sent(harness, card, "Block", fields)
    assert "is blocked until" in done.text
    assert "spam" in (await shown(await ask(harness))).text

    assert "Block" not in now(harness, card).buttons
    assert "**Blocked**" in now(harness, card).text
    ended = await answered(
        await harness.discord.actor("sam").press(now(harness, card), label="Unblock")
    )
    assert "is unblocked" in ended.text
    assert "Block" in now(harness, card).buttons
    await asked(harness)


@pytest.mark.parametrize(
    ("name", "why"), [("olga", "owner"), ("sam", "yourself"), ("video", "Bots")]
)
async def test_who_cannot_be_blocked_gets_no_form(harness: Harness, name: str, why: str) -> None:
    card = await record(harness, name)
    refused = await shown(await harness.discord.actor("sam").press(card, label="Block"))
    assert why in refused.text


async def test_a_limit_an_extra_and_a_reset_come_from_the_card_with_undo(harness: Harness) -> None:
    card = await record(harness)
    limit = {"amount": "none", "measure": ["films"], "window": ["day"]}
    done = await sent(harness, card, "Limit", limit)
    assert "Undo" in done.buttons
    assert "0 of 0 videos used" in now(harness, card).text
    assert (await shown(await ask(harness))).only_for is not None
    assert await harness.films() == []

    given = await sent(
        harness, card, "Extra", {"amount": "2", "measure": ["films"], "reason": "a contest"}
    )
    assert "2 videos extra" in given.text
    await asked(harness)
    sam = harness.discord.actor("sam")
    reset = await answered(await sam.press(now(harness, card), label="Reset"))
    assert list(reset.buttons) == ["Undo"]


@pytest.mark.parametrize("amount", ["many", "0", "unlimited", "-1"])
async def test_an_extra_that_is_no_number_is_refused_and_given_back(
    harness: Harness, amount: str
) -> None:
    fields = {"amount": amount, "measure": ["films"], "reason": "a contest"}
    refused = await sent(harness, await record(harness), "Extra", fields)
    assert "whole number" in refused.text or "a number" in refused.text
    assert "a contest" in refused.text


async def test_a_member_is_trusted_from_the_card_and_no_longer(harness: Harness) -> None:
    await put(harness, "approval.above", 0)
    sam = harness.discord.actor("sam")

    card = await record(harness)
    told = await answered(await sam.press(card, label="Trust"))
    assert "no longer wait for approval" in told.text
    await shown(await ask(harness))
    assert (await harness.film()).task.state is State.QUEUED
    assert "**Trusted**" in now(harness, card).text

    ended = await answered(await sam.press(now(harness, card), label="Stop trusting"))
    assert "need approval again" in ended.text
    await shown(await ask(harness))
    assert [each.task.state for each in await harness.films()] == [State.HELD, State.QUEUED]


async def test_nobody_trusts_themselves(harness: Harness) -> None:
    sam = harness.discord.actor("sam")
    refused = await shown(await sam.press(await record(harness, "sam"), label="Trust"))
    assert "can't exempt yourself from approval" in refused.text


async def test_a_refused_form_opens_again_with_what_was_typed_and_chosen(harness: Harness) -> None:
    fields = {"amount": "many", "measure": ["credits"], "reason": "a contest"}
    refused = await sent(harness, await record(harness), "Extra", fields)
    sam = harness.discord.actor("sam")

    form = (await (await sam.press(refused, label="Open the form again")).responded()).modal

    assert form is not None
    filled = str(form.components)
    assert "'value': 'a contest'" in filled
    assert "'value': 'many'" in filled
    given = await shown(await sam.submit(form, {"amount": "2"}))
    assert "2 credits extra" in given.text


async def test_a_report_removes_the_video_and_blocks_its_requester(harness: Harness) -> None:
    await put(harness, "moderators_channel", harness.discord.world.channel("mods").id)
    film = await finished(harness)
    leo, sam = harness.discord.actor("leo"), harness.discord.actor("sam")
    panel = await shown(await leo.press(film, label="More"))
    form = (await (await leo.press(panel, label="Report")).responded()).modal
    assert form is not None
    await shown(await leo.submit(form, {"reason": "ugly"}))
    card = await settle_posts(harness)

    done = await sent(harness, card, "Remove and block", {"length": ["week"], "reason": "ugly"})

    assert "is blocked until" in done.text
    assert done.text.startswith("Removed")
    assert (await harness.film()).task.deleted_by == sam.user.id
    assert "blocked" in (await shown(await ask(harness))).text
    assert "Removed everywhere" in (await settle_posts(harness)).text


async def test_a_moderator_of_another_server_removes_and_blocks_nobody(harness: Harness) -> None:
    await finished(harness)
    card = await harness.film()
    act = {"length": None, "reason": "", "server": "Elsewhere"}
    with pytest.raises(Refusal, match="unknown_film"):
        await harness.videos.moderate(purge_and_block, (999, 1), card.task.id, **act)
    assert (await harness.film()).task.deleted_by is None
    assert await harness.store.tx(lambda books: books.block(999, card.task.user_id)) is None


async def test_members_cannot_forge_the_moderators_buttons_and_forms(harness: Harness) -> None:
    await asked(harness)
    task_id = (await harness.film()).task.id
    leo = harness.discord.actor("leo")
    maya = str(harness.discord.world.user("maya").id)
    acts = (Verb.BLOCK, Verb.UNBLOCK, Verb.LIMIT_PERSON, Verb.EXTRA, Verb.RESET)
    for verb in (*acts, Verb.TRUST_PERSON, Verb.DISTRUST_PERSON):
        drawn = await buttons(harness, verb, task_id=maya)
        assert "You need" in (await shown(await leo.press(drawn, label=verb.value))).text
    drawn = await buttons(harness, Verb.PURGE_BLOCK, task_id=task_id)
    refused = await shown(await leo.press(drawn, label=Verb.PURGE_BLOCK.value))
    assert "You need" in refused.text
    assert (await harness.film()).task.state is State.QUEUED


async def test_a_message_menu_removes_the_video_everywhere(harness: Harness) -> None:
    film = await finished(harness)
    sam, leo = harness.discord.actor("sam"), harness.discord.actor("leo")
    with pytest.raises(NotPossible):
        await leo.menu("films", film, PURGE)

    form = (await (await sam.menu("films", film, PURGE)).responded()).modal
    assert form is not None
    maya, films = (harness.discord.world.user("maya").id, harness.discord.world.channel("films").id)
    assert f"Remove 1 video of <@{maya}> everywhere?" in str(form.components)
    assert f"This deletes 1 message in <#{films}>" in str(form.components)
    assert "Removed" in (await shown(await sam.submit(form, {}))).text
    assert (await harness.film()).task.deleted_by == sam.user.id


async def test_a_message_without_a_video_is_told_from_one(harness: Harness) -> None:
    sam = harness.discord.actor("sam")
    words = sam.say("films", "v1:again:abcdefghij0123456789")
    told = await shown(await sam.menu("films", words, PURGE))
    assert "has no video" in told.text


async def test_a_members_menu_lists_their_videos(harness: Harness) -> None:
    await finished(harness)
    maya = str(harness.discord.world.user("maya").id)
    for who, seen in (("sam", True), ("leo", True)):
        found = await shown(await harness.discord.actor(who).menu("films", maya, THEIRS))
        assert found.only_for == harness.discord.world.user(who).id
        assert ("a fox in the snow" in found.text) is seen


async def test_a_moderator_sees_remove_instead_of_again_in_anothers_details(
    harness: Harness,
) -> None:
    await finished(harness)
    task_id = (await harness.film()).task.id
    sam = harness.discord.actor("sam")
    details = await shown(await sam.command("films", "videos show", {"id": task_id}))
    assert "Remove everywhere" in details.buttons
    assert "Again" not in details.buttons
    form = (await (await sam.press(details, label="Remove everywhere")).responded()).modal
    assert form is not None
    assert "Removed" in (await shown(await sam.submit(form, {}))).text
    own = await shown(await harness.discord.actor("maya").command("films", "videos list"))
    assert "Remove everywhere" not in own.buttons
    leo = harness.discord.actor("leo")
    assert (
        "Remove everywhere"
        not in (await shown(await leo.command("films", "videos show", {"id": task_id}))).buttons
    )
