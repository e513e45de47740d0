"""Videos that wait for a moderator: held, approved, cheaper, denied, and who is trusted."""

import pytest

from bot.errors import Reason, Refusal
from bot.ui.items import Verb
from bot.video.values.videos import State
from tests.cogs.harness import Harness, dealt_with, shown
from tests.cogs.steps import FOX, answered, ask, asked, buttons, moderate, put, settle_posts

TRUST = "Approve theirs from now on"


async def test_a_held_video_is_denied_from_the_queue_with_a_reason(harness: Harness) -> None:
    await asked(harness)
    desk = await moderate(harness, "queue", {})
    sam = harness.discord.actor("sam")
    await (await sam.press(desk, label="Hold")).responded()
    (desk,) = [each for each in sam.messages("films") if each.id == desk.id]

    form = (await (await sam.press(desk, label="Deny")).responded()).modal
    assert form is not None
    await shown(await sam.submit(form, {"reason": "too many foxes"}))

    task = (await harness.film()).task
    assert (task.state, task.reason) == (State.CANCELLED, Reason.DENIED)
    (desk,) = [each for each in sam.messages("films") if each.id == desk.id]
    assert "Live queue" in desk.text


async def test_a_held_film_is_approved_from_the_moderators_channel(strict: Harness) -> None:
    reply = await shown(await ask(strict))
    card = await settle_posts(strict)
    assert "moderator" in reply.text
    assert list(card.buttons) == ["Approve", "Approve cheaper", "Deny", TRUST]
    assert not card.pinged

    await (await strict.discord.actor("sam").press(card, label="Approve")).responded()

    assert (await strict.film()).task.state is State.QUEUED
    now = next(each for each in strict.discord.messages("mods") if each.id == card.id)
    assert "Approved by" in now.text
    assert not now.buttons


async def test_a_held_film_is_approved_cheaper_and_the_reply_shows_the_new_price(
    strict: Harness,
) -> None:
    await shown(await ask(strict, sound="on"))
    before = (await strict.film()).task.price
    card = await settle_posts(strict)
    sam = strict.discord.actor("sam")

    ways = await shown(await sam.press(card, label="Approve cheaper"))
    assert all("credits" in label for label in ways.buttons)
    await (await sam.press(ways, label=next(iter(ways.buttons)))).responded()

    film = await strict.film()
    assert film.task.state is State.QUEUED
    assert film.task.price < before
    assert film.request.spec.prompt == FOX["prompt"]
    details = await shown(
        await strict.discord.actor("maya").command("films", "videos show", {"id": film.task.id})
    )
    assert "A moderator approved 720p instead of 1080p." in details.text


async def test_a_denial_says_why_to_the_requester_alone(strict: Harness) -> None:
    await shown(await ask(strict))
    card = await settle_posts(strict)
    sam = strict.discord.actor("sam")

    form = (await (await sam.press(card, label="Deny")).responded()).modal
    assert form is not None
    await (await sam.submit(form, {"reason": "too many foxes"})).responded()

    film = await strict.film()
    assert (film.task.state, film.task.reason) == (State.CANCELLED, Reason.DENIED)
    drawn = await buttons(strict, Verb.WHY, task_id=film.task.id)
    reason = await shown(await strict.discord.actor("maya").press(drawn, label="why"))
    other = await shown(await strict.discord.actor("leo").press(drawn, label="why"))
    assert "too many foxes" in reason.text
    assert "too many foxes" not in other.text


async def test_quota_links_to_what_waits_for_a_moderator_and_cancels_it(strict: Harness) -> None:
    maya = strict.discord.actor("maya")
    reply = await asked(strict)

    quota = await shown(await maya.command("films", "quota"))

    assert "Waits for a moderator: [a fox in the snow](https://discord.com/channels/" in quota.text
    assert str(reply.id) in quota.text
    cancelled = await shown(await maya.press(quota, label="Cancel"))
    assert "Cancelled" in cancelled.text


async def test_a_trusted_members_next_video_needs_no_approval_until_that_is_undone(
    strict: Harness,
) -> None:
    sam = strict.discord.actor("sam")
    await shown(await ask(strict))
    card = await settle_posts(strict)

    await (await sam.press(card, label=TRUST)).responded()
    await dealt_with()
    assert (await strict.film()).task.state is State.QUEUED
    await shown(await ask(strict))
    assert [each.task.state for each in await strict.films()] == [State.QUEUED, State.QUEUED]
    trail = await strict.store.tx(
        lambda books: books.audit(strict.discord.world.guild("Film club").id, limit=9)
    )
    assert any("approval.trusted" in each.details for each in trail)

    told = [each for each in sam.messages("mods") if "no longer wait" in each.text][-1]
    undo = told.buttons["Undo"]["custom_id"]
    await (await sam.press(told, label="Undo")).responded()
    await shown(await ask(strict))
    assert (await strict.films())[0].task.state is State.HELD
    again = await answered(await sam.press(told, custom_id=undo, forced=True))
    assert "changed again" in again.text
    (now,) = [each for each in sam.messages("mods") if each.id == told.id]
    assert "need approval again" in now.text


async def test_nobody_trusts_themselves(strict: Harness) -> None:
    await shown(await ask(strict))
    task_id = (await strict.film()).task.id
    maya = strict.discord.world.user("maya").id
    where = (strict.discord.world.guild("Film club").id, maya)

    with pytest.raises(Refusal, match="held_is_yours"):
        await strict.bot.front.services.settings.trust(where, task_id, is_administrator=False)

    assert (await strict.film()).task.state is State.HELD


async def test_approve_cheaper_offers_the_longest_below_the_threshold_first(
    strict: Harness,
) -> None:
    await put(strict, "approval.above", 100)
    await shown(await ask(strict, sound="on", duration=15))
    card = await settle_posts(strict)
    sam = strict.discord.actor("sam")

    ways = await shown(await sam.press(card, label="Approve cheaper"))
    first = next(iter(ways.buttons))
    await (await sam.press(ways, label=first)).responded()

    assert first.startswith("15 s · 720p · no sound · 81 credits")
    film = await strict.film()
    assert (film.task.state, film.request.spec.duration) == (State.QUEUED, 15)
