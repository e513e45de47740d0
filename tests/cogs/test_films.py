"""The buttons under videos: who may press them, what they do, and that they survive a restart."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.errors import Reason
from bot.playground.guild import LocalDiscord
from bot.ui.items import Verb
from bot.video.outbox import new_posts
from bot.video.values.posts import Rung
from bot.video.values.videos import State
from tests.cogs.harness import Harness, local_bot, shown
from tests.cogs.steps import FOX, asked, buttons, finished, move, running


async def test_again_by_another_person_is_theirs_and_credits_without_a_ping(
    harness: Harness,
) -> None:
    reply = await finished(harness)

    again = await shown(await harness.discord.actor("leo").press(reply, label="Again"))
    await harness.told()

    leo, maya = harness.discord.world.user("leo"), harness.discord.world.user("maya")
    newest, first = await harness.films()
    assert newest.task.user_id == leo.id
    assert newest.request.spec == first.request.spec
    assert newest.request.parent_id == first.task.id
    assert f"<@{maya.id}>" in again.text
    assert not again.pinged
    assert newest.task.ready_at is not None


async def test_edit_opens_with_the_words_of_the_film_and_makes_another(harness: Harness) -> None:
    reply = await finished(harness)
    leo = harness.discord.actor("leo")

    form = (await (await leo.press(reply, label="Edit")).responded()).modal
    assert form is not None
    assert form.components[0]["component"]["value"] == "a fox in the snow"
    await shown(await leo.submit(form, {"prompt": "a wolf", "negative_prompt": "snow"}))

    spec = (await harness.films())[0].request.spec
    assert (spec.prompt, spec.negative_prompt, spec.quality) == ("a wolf", "snow", "1080p")


async def test_edit_of_a_film_with_written_shots_opens_with_the_shots(harness: Harness) -> None:
    leo = harness.discord.actor("leo")
    options = {**FOX, "shots": "customize"}
    form = (await (await leo.command("films", "video", options)).responded()).modal
    assert form is not None
    await shown(await leo.submit(form, {"shots": "3 a fox wakes\nit runs"}))
    drawn = await buttons(harness, Verb.EDIT, task_id=(await harness.film()).task.id)

    again = (await (await leo.press(drawn, label="edit")).responded()).modal

    assert again is not None
    assert again.components[0]["component"]["value"] == "3 a fox wakes\n2 it runs"


async def test_a_form_sent_empty_is_refused_and_makes_nothing(harness: Harness) -> None:
    reply = await finished(harness)
    leo = harness.discord.actor("leo")
    form = (await (await leo.press(reply, label="Edit")).responded()).modal
    assert form is not None

    values = {"prompt": " ", "negative_prompt": "a long thought"}
    refused = await shown(await leo.submit(form, values, forced=True))

    assert refused.only_for is not None
    assert "a long thought" in refused.text
    assert len(await harness.films()) == 1


async def test_cancel_redraws_the_reply_and_costs_nothing(harness: Harness) -> None:
    reply = await asked(harness)

    await (await harness.discord.actor("maya").press(reply, label="Cancel")).responded()

    card = await harness.film()
    (now,) = harness.discord.messages("films")
    assert card.task.state is State.CANCELLED
    assert now.id == reply.id
    assert list(now.buttons) == ["Edit", "Again · 37 credits"]


async def test_only_the_requester_and_moderators_cancel(harness: Harness) -> None:
    reply = await asked(harness)

    refused = await shown(await harness.discord.actor("leo").press(reply, label="Cancel"))
    assert refused.id != reply.id
    assert refused.only_for is not None
    assert (await harness.film()).task.state is State.QUEUED

    await (await harness.discord.actor("sam").press(reply, label="Cancel")).responded()
    assert (await harness.film()).task.state is State.CANCELLED


async def test_cancel_after_submission_says_why_not(harness: Harness) -> None:
    reply = await asked(harness)
    await running(harness)

    refused = await shown(await harness.discord.actor("maya").press(reply, label="Cancel"))

    assert refused.only_for is not None
    assert "You can press Don't ping me." in refused.text
    assert (await harness.film()).task.state is State.RUNNING


async def test_a_moderator_who_cancels_too_late_is_told_of_no_button_that_is_not_theirs(
    harness: Harness,
) -> None:
    reply = await asked(harness)
    await running(harness)

    refused = await shown(await harness.discord.actor("sam").press(reply, label="Cancel"))

    assert "has no way to cancel" in refused.text
    assert "Don't ping me" not in refused.text


async def test_a_running_film_can_be_muted_and_unmuted_by_its_requester(harness: Harness) -> None:
    await asked(harness)
    await running(harness)
    maya = harness.discord.actor("maya")
    task_id = (await harness.film()).task.id

    drawn = await buttons(harness, Verb.QUIET, task_id=task_id)
    await (await maya.press(drawn, label="quiet")).responded()
    assert (await harness.film()).task.muted

    now = harness.discord.messages("films")[-1]
    (label,) = now.buttons
    await (await maya.press(now, label=label)).responded()
    assert not (await harness.film()).task.muted


async def test_the_reason_of_a_failure_is_for_the_requester_alone(harness: Harness) -> None:
    await asked(harness)
    await move(harness, State.FAILED, reason=Reason.POLICY)
    drawn = await buttons(harness, Verb.WHY, task_id=(await harness.film()).task.id)

    reason = await shown(await harness.discord.actor("maya").press(drawn, label="why"))
    other = await shown(await harness.discord.actor("leo").press(drawn, label="why"))

    assert reason.only_for is not None
    assert other.only_for is not None
    assert "rules" in reason.text
    assert "rules" not in other.text


async def test_delete_asks_once_and_keeps_who_did(harness: Harness) -> None:
    film = await finished(harness)
    sam = harness.discord.actor("sam")

    panel = await shown(await sam.press(film, label="More"))
    question = (await (await sam.press(panel, label="Delete")).responded()).modal
    assert question is not None
    assert (await harness.film()).task.deleted_by is None
    told = await shown(await sam.submit(question, {}))

    card = await harness.film()
    assert card.task.deleted_by == harness.discord.world.user("sam").id
    assert card.film is not None
    assert card.film.content.is_purged
    assert told.only_for == sam.user.id
    assert "Deleted" in told.text


async def test_the_yes_under_an_older_question_still_deletes(harness: Harness) -> None:
    await finished(harness)
    drawn = await buttons(harness, Verb.DELETE_YES, task_id=(await harness.film()).task.id)

    await (await harness.discord.actor("sam").press(drawn, label="delete-yes")).responded()

    assert (await harness.film()).task.deleted_by == harness.discord.world.user("sam").id


async def test_every_button_of_a_film_in_a_direct_message_works_there(harness: Harness) -> None:
    film = await finished(harness, Rung.DM)
    maya = harness.discord.actor("maya")

    labels = set(film.buttons) - {"Original file", "Delete"}
    answers = {label: await shown(await maya.press(film, label=label)) for label in labels}
    assert not any("only works in a server" in answer.text for answer in answers.values())
    question = (await (await maya.press(film, label="Delete")).responded()).modal
    assert question is not None
    assert "for everyone" not in str(question.components)
    done = await (await maya.submit(question, {})).responded()

    assert done.message is not None
    assert "Deleted" in done.message.text
    assert (await harness.film()).task.deleted_by == maya.user.id


@pytest.mark.parametrize("state", [State.FAILED, State.LOST])
async def test_every_button_of_the_truth_in_a_direct_message_works_there(
    harness: Harness, state: State
) -> None:
    await asked(harness)
    await move(harness, state, reason=Reason.TROUBLE)
    card, maya = await harness.film(), harness.discord.actor("maya")
    post = new_posts.outcome(card.request, card.task.id, now=harness.clock.now())
    await harness.announcer.send(replace(post, rung=Rung.DM), card, ping=False)
    pressable = [harness.discord.messages("@maya")[-1]]

    while pressable:
        drawn = pressable.pop()
        for label in drawn.buttons:
            answer = await shown(await maya.press(drawn, label=label))
            assert "only works in a server" not in answer.text
            pressable.append(answer)


async def test_a_stranger_cannot_delete_even_where_the_question_was_asked(harness: Harness) -> None:
    film = await finished(harness)
    leo = harness.discord.actor("leo")
    task_id = (await harness.film()).task.id
    drawn = await buttons(harness, Verb.DELETE_YES, task_id=task_id)

    panel = await shown(await leo.press(film, label="More"))
    assert "Delete" not in panel.buttons
    old = await buttons(harness, Verb.DELETE, task_id=task_id)
    assert (await shown(await leo.press(old, label="delete"))).only_for is not None
    assert (await shown(await leo.press(drawn, label="delete-yes"))).only_for is not None

    assert film in harness.discord.messages("films")


async def test_buttons_and_open_forms_work_after_a_restart(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    leo = discord.actor("leo")
    async with local_bot(tmp_path, discord=discord) as harness:
        film = await finished(harness)
        form = (await (await leo.press(film, label="Edit")).responded()).modal
    assert form is not None

    async with local_bot(tmp_path, discord=discord) as harness:
        await shown(await leo.submit(form, {"prompt": "a wolf"}))
        await shown(await leo.press(film, label="Again"))

        assert [card.request.spec.prompt for card in await harness.films()] == [
            "a fox in the snow",
            "a wolf",
            "a fox in the snow",
        ]
        store = harness.bot._connection._view_store
        assert (store._views, store._modals, store._synced_message_views) == ({}, {}, {})


async def test_a_button_of_an_unknown_film_says_so(harness: Harness) -> None:
    drawn = await buttons(harness, Verb.AGAIN, Verb.EDIT, Verb.WHY, task_id="z" * 20)

    for label in drawn.buttons:
        answer = await shown(await harness.discord.actor("leo").press(drawn, label=label))
        assert answer.only_for is not None
    assert await harness.films() == []
