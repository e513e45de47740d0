"""The moderators' commands and buttons, used by a member, a moderator and a forger."""

import re

import pytest
from msgspec.structs import replace

from bot.playground.guild import Message, NotPossible
from bot.ui.items import Verb
from bot.video.values.posts import PostKind
from bot.video.values.videos import State
from tests.cogs.harness import Harness, shown
from tests.cogs.steps import (
    ask,
    asked,
    buttons,
    finished,
    moderate,
    person,
    put,
    settle_posts,
)


async def test_members_are_not_offered_the_commands_and_forged_buttons_are_refused(
    harness: Harness,
) -> None:
    leo = harness.discord.actor("leo")
    for name in ("moderate queue", "rules list"):
        with pytest.raises(NotPossible):
            await leo.command("films", name)
    await asked(harness)
    task_id = (await harness.film()).task.id
    verbs = (
        Verb.APPROVE, Verb.CHEAPER, Verb.DENY, Verb.TRUST, Verb.DISMISS, Verb.PURGE, Verb.PURGE_YES,
        Verb.HOLD, Verb.RELEASE, Verb.FIRST, Verb.STOP,
    )  # fmt: skip
    drawn = await buttons(harness, *verbs, task_id=task_id)
    for verb in verbs:
        refused = await shown(await leo.press(drawn, label=verb.value))
        assert "Moderate" in refused.text
        assert refused.only_for == leo.user.id
    assert (await harness.film()).task.state is State.QUEUED


async def test_a_block_is_said_audited_and_undone(harness: Harness) -> None:
    done = await moderate(
        harness, "block", {"member": person(harness, "maya"), "duration": "day", "reason": "spam"}
    )
    assert done.only_for is not None

    refused = await shown(await ask(harness))
    assert "spam" in refused.text
    assert refused.only_for is not None
    assert await harness.films() == []

    looked = await moderate(harness, "user", {"member": person(harness, "maya")})
    assert "Blocked" in looked.text
    quota = await shown(await harness.discord.actor("maya").command("films", "quota"))
    assert "blocked from making videos in this server" in quota.text
    assert "Enough for" not in quota.text
    await moderate(harness, "unblock", {"member": person(harness, "maya")})
    await shown(await ask(harness))
    assert len(await harness.films()) == 1


@pytest.mark.parametrize(
    ("name", "why"), [("olga", "owner"), ("sam", "yourself"), ("video", "Bots")]
)
async def test_who_cannot_be_blocked_is_said_in_words(
    harness: Harness, name: str, why: str
) -> None:
    told = await moderate(harness, "block", {"member": person(harness, name)})

    assert why in told.text
    assert told.only_for is not None
    assert await harness.store.tx(lambda books: books.audit(1, limit=9)) == []


async def test_an_owner_moderates_without_any_role(harness: Harness) -> None:
    await asked(harness)
    desk = await moderate(harness, "queue", {}, who="olga")
    await (await harness.discord.actor("olga").press(desk, label="Cancel")).responded()

    assert (await harness.film()).task.state is State.CANCELLED
    blocked = await moderate(harness, "block", {"member": person(harness, "maya")}, who="olga")
    assert "is blocked" in blocked.text


async def test_the_queue_shows_holds_releases_and_stops(harness: Harness) -> None:
    await asked(harness)
    task_id = (await harness.film()).task.id
    sam = harness.discord.actor("sam")

    desk = await moderate(harness, "queue", {})
    assert desk.only_for == sam.user.id
    assert "a fox in the snow" in desk.text
    assert task_id not in desk.text
    await (await sam.press(desk, label="Hold")).responded()
    assert (await harness.film()).task.state is State.HELD
    (held,) = [each for each in sam.messages("films") if each.id == desk.id]
    assert list(held.buttons)[:2] == ["Approve", "Deny"]
    assert f"5 s · <#{desk.channel_id}>" in held.text
    await (await sam.press(desk, label="Approve")).responded()
    assert (await harness.film()).task.state is State.QUEUED
    await (await sam.press(desk, label="Move to front")).responded()
    assert (await harness.film()).task.first_at is not None
    await (await sam.press(desk, label="Cancel")).responded()
    assert (await harness.film()).task.state is State.CANCELLED

    (now,) = [each for each in sam.messages("films") if each.id == desk.id]
    assert "a fox in the snow" not in now.text
    row = await harness.store.tx(lambda books: books.post(f"desk.{desk.id}"))
    assert row.token


async def test_the_queue_stands_in_the_moderators_channel(strict: Harness) -> None:
    await asked(strict)
    sam = strict.discord.actor("sam")
    desk = await moderate(strict, "queue", {})

    await shown(await sam.press(desk, label="Pin live queue to moderators' channel"))
    await settle_posts(strict)

    (standing,) = [each for each in strict.discord.messages("mods") if "Refresh" in each.buttons]
    assert "Pin live queue to moderators' channel" not in standing.buttons


async def test_what_moderators_see_speaks_the_language_that_the_server_set(strict: Harness) -> None:
    await put(strict, "language", "es-ES")
    await shown(await ask(strict))
    assert list((await settle_posts(strict)).buttons) == [
        "Aprobar", "Aprobar más barato", "Rechazar", "Aprobar los suyos desde ahora",
    ]  # fmt: skip
    sam = strict.discord.actor("sam")
    desk = await moderate(strict, "queue", {})
    await shown(await sam.press(desk, label="Pin live queue to moderators' channel"))
    await settle_posts(strict)

    (queue,) = [each for each in strict.discord.messages("mods") if "Actualizar" in each.buttons]
    await (await sam.press(queue, label="Actualizar")).responded()
    (queue,) = [each for each in strict.discord.messages("mods") if each.id == queue.id]
    assert "Actualizar" in queue.buttons
    assert "Refresh" in desk.buttons


async def test_a_report_reaches_the_moderators_who_remove_the_film(harness: Harness) -> None:
    await put(harness, "moderators_channel", harness.discord.world.channel("mods").id)
    film = await finished(harness)
    leo, sam = harness.discord.actor("leo"), harness.discord.actor("sam")

    panel = await shown(await leo.press(film, label="More"))
    form = (await (await leo.press(panel, label="Report")).responded()).modal
    assert form is not None
    assert (await shown(await leo.submit(form, {"reason": "@everyone ugly"}))).only_for is not None
    card = await settle_posts(harness)
    assert "ugly" in card.text
    assert not card.pinged

    question = (await (await sam.press(card, label="Remove everywhere")).responded()).modal
    assert question is not None
    told = await shown(await sam.submit(question, {"reason": "ugly *indeed*"}))
    assert told.only_for == sam.user.id

    post = await harness.store.tx(lambda books: books.post(f"{card_task(card)}.film"))
    await harness.announcer.remove(post)
    assert film not in harness.discord.messages("films")
    assert (await harness.film()).task.deleted_by == sam.user.id
    dealt_with = (await settle_posts(harness)).text
    films = harness.discord.world.channel("films").id
    assert f"Removed everywhere by <@{sam.user.id}>. It was in <#{films}>." in dealt_with
    assert "a fox in the snow" in dealt_with
    assert "Reason: ugly" in dealt_with
    audit = (await shown(await sam.command("mods", "moderate audit"))).text
    assert "everywhere: ugly" in audit
    assert re.search(r"reported video .*>: @\S*everyone ugly", audit)


async def test_who_asked_for_a_removed_video_reads_the_reason_and_nobody_else(
    harness: Harness,
) -> None:
    await finished(harness)
    sam, maya = harness.discord.actor("sam"), harness.discord.actor("maya")
    task_id = (await harness.film()).task.id
    sent = await (await sam.command("mods", "moderate purge", {"video": task_id})).responded()
    assert sent.modal is not None
    await shown(await sam.submit(sent.modal, {"reason": "too loud"}))
    reply = await settle_posts(harness, {PostKind.REPLY})

    assert "A moderator removed the video" in reply.text
    assert "too loud" not in reply.text
    assert "too loud" in (await shown(await maya.press(reply, label="Why?"))).text
    refused = await shown(await harness.discord.actor("leo").press(reply, label="Why?"))
    assert "too loud" not in refused.text


def card_task(card: Message) -> str:
    (custom_id,) = [
        str(one["custom_id"]) for one in card.buttons.values() if ":purge:" in str(one["custom_id"])
    ]
    return custom_id.rpartition(":")[2]


async def test_without_a_channel_for_reports_people_are_told_so(harness: Harness) -> None:
    film = await finished(harness)
    leo = harness.discord.actor("leo")

    panel = await shown(await leo.press(film, label="More"))
    told = await shown(await leo.press(panel, label="Report"))  # before anything is written

    assert "no channel for reports" in told.text
    assert not told.buttons


async def test_a_card_whose_sending_was_cut_off_is_found_and_taken_for_no_other(
    strict: Harness,
) -> None:
    await shown(await ask(strict))
    card = await settle_posts(strict)
    task_id = (await strict.film()).task.id
    post = await strict.store.tx(lambda books: books.post(f"{task_id}.approval"))
    lost = replace(post, nonce="another", message_id=None)

    found = await strict.announcer.find(lost)
    report = await strict.announcer.find(replace(lost, kind=PostKind.REPORT))
    queue = await strict.announcer.find(replace(lost, kind=PostKind.QUEUE, task_id=None))

    assert found is not None
    assert found.message_id == card.id
    assert report is None
    assert queue is None
