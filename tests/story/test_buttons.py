"""A video's buttons: cancel, mute, again, edit, delete, ask why; and who may press them."""

from bot.app import App
from bot.playground.guild import Cut
from bot.video.ports.tasks import Search
from bot.video.values.cards import Card
from tests.story.harness import PROMPT, Harness, with_film


async def cards(app: App) -> list[Card]:
    """Every video that was ordered, newest first."""
    return await app.front.services.videos.films(Search(limit=100))


async def test_cancel_within_the_undo_seconds_costs_nothing(harness: Harness) -> None:
    async with harness.bot():
        sent = await harness.video()
        await harness.press("maya", sent.message, "Cancel")
        reply = await harness.reads(sent, "Cancelled. You weren't charged.")
        assert harness.clock is not None
        harness.clock.pass_by(minutes=1)
        await harness.quiet()
        quota = await harness.asks("maya", "quota")

    assert list(reply.buttons) == ["Edit", "Again · 27 credits"]
    assert harness.api.requests == []
    assert "0 of 1,000 credits used" in quota


async def test_a_moderator_cancels_and_another_member_cannot(harness: Harness) -> None:
    async with harness.bot():
        sent = await harness.video()
        refused = await harness.told("leo", sent.message, "Cancel")
        await harness.press("sam", sent.message, "Cancel")
        await harness.reads(sent, "Cancelled by a moderator.")

    assert refused.only_for == harness.discord.world.user("leo").id
    assert "Only the person who asked" in refused.text
    assert harness.api.requests == []


async def test_too_late_to_cancel_says_so_and_the_button_stops_the_telling(
    harness: Harness,
) -> None:
    harness.api.faults.stick_next()
    harness.discord.faults.add("PATCH *", times=None, cut=Cut.BEFORE)
    async with harness.bot():
        sent = await harness.video()
        await harness.until(lambda: harness.api.tasks)
        too_late = await harness.told("maya", sent.message, "Cancel")
        harness.discord.faults.clear()
        await harness.until(lambda: sent.message and "Don't ping me" in sent.message.buttons)
        await harness.press("maya", sent.message, "Don't ping me")
        await harness.reads(sent, "You won't be pinged.")
        next(iter(harness.api.tasks.values())).unstick.set()
        film = await harness.film()

    assert too_late.only_for == harness.discord.world.user("maya").id
    assert "has no way to cancel" in too_late.text
    assert film.pinged == frozenset()
    assert harness.pings("maya") == 0


async def test_notify_me_takes_the_silence_back(harness: Harness) -> None:
    harness.api.faults.stick_next()
    async with harness.bot():
        sent = await harness.video()
        await harness.until(lambda: sent.message and "Don't ping me" in sent.message.buttons)
        refused = await harness.told("leo", sent.message, "Don't ping me")
        await harness.press("maya", sent.message, "Don't ping me")
        await harness.until(
            lambda: sent.message and "Ping me when it's ready" in sent.message.buttons
        )
        await harness.press("maya", sent.message, "Ping me when it's ready")
        await harness.until(lambda: sent.message and "Don't ping me" in sent.message.buttons)
        next(iter(harness.api.tasks.values())).unstick.set()
        await harness.film()

    assert "Only the person who asked" in refused.text
    assert harness.pings("maya") == 1


async def test_again_is_paid_by_who_presses_and_credits_without_a_ping(harness: Harness) -> None:
    async with harness.bot():
        await harness.video(duration=3)
        film = await harness.film()
        again = await harness.press("leo", film, "Again")
        assert again.message is not None
        card = again.message
        second = await harness.film(2)
        quotas = await harness.asks("maya", "quota"), await harness.asks("leo", "quota")

    maya, leo = (harness.discord.world.user(name).id for name in ("maya", "leo"))
    assert f"By <@{leo}>, after <@{maya}>'s video" in card.text
    assert "Cancel" in card.buttons
    assert f"after <@{maya}>'s video" in second.text
    assert second.pinged == {leo}
    assert harness.pings("maya") == 1
    first, repeated = (request.body for request in harness.api.requests)
    assert first == repeated
    assert all("17 of 1,000 credits used" in quota for quota in quotas)


async def test_edit_opens_a_filled_form_and_makes_another_film(harness: Harness) -> None:
    async with harness.bot():
        await harness.video(negative_prompt="rain", duration=3)
        film = await harness.film()
        form = (await harness.press("leo", film, "Edit")).modal
        assert form is not None
        sent = await harness.discord.actor("leo").submit(form, {"prompt": "a wolf"})
        await sent.responded()
        await harness.film(2)

    assert [part["component"]["value"] for part in form.components[:2]] == [PROMPT, "rain"]
    body = harness.api.requests[1].body
    assert isinstance(body, dict)
    assert (body["prompt"], body["negative_prompt"], body["duration"]) == ("a wolf", "rain", 3)


async def test_delete_asks_once_says_that_money_is_not_returned_and_is_kept(
    harness: Harness,
) -> None:
    async with harness.bot() as app:
        sent = await harness.video()
        film = await harness.film()
        stranger = await harness.more("leo", film)
        question = await harness.asked("sam", await harness.more("sam", film), "Delete")
        assert harness.films() == [film]
        await harness.agrees("sam", question)
        await harness.until(lambda: not harness.films())
        await harness.reads(sent, "A moderator removed the video.")
        (card,) = await cards(app)
        quota = await harness.asks("maya", "quota")

    assert "Delete" not in stranger.buttons
    assert "Report" in stranger.buttons
    assert "which is not returned" in str(question.components)
    assert card.task.deleted_by == harness.discord.world.user("sam").id
    assert "27 of 1,000 credits used" in quota


async def test_a_film_is_deleted_whose_arrival_is_not_known_yet(harness: Harness) -> None:
    harness.discord.faults.add(with_film, cut=Cut.AFTER)
    async with harness.bot() as app:
        sent = await harness.video()
        film = await harness.film()
        question = await harness.asked("maya", await harness.more("maya", film), "Delete")
        await harness.agrees("maya", question)
        await harness.reads(sent, "The video was deleted.")
        await harness.until(lambda: not harness.films())
        await harness.quiet()
        (card,) = await cards(app)

    assert harness.films() == []
    assert card.task.deleted_by == harness.discord.world.user("maya").id


async def test_who_deletes_a_film_second_is_told_so_and_the_first_is_kept(harness: Harness) -> None:
    async with harness.bot() as app:
        await harness.video()
        film = await harness.film()
        questions = [
            await harness.asked(who, await harness.more(who, film), "Delete")
            for who in ("sam", "maya")
        ]
        await harness.agrees("sam", questions[0])
        second = (await harness.agrees("maya", questions[1])).message
        (card,) = await cards(app)

    assert second is not None
    assert "already removed" in second.text
    assert card.task.deleted_by == harness.discord.world.user("sam").id


async def test_a_film_out_of_the_bots_reach_is_not_called_deleted(harness: Harness) -> None:
    async with harness.bot() as app:
        await harness.video()
        film = await harness.film()
        question = await harness.asked("maya", await harness.more("maya", film), "Delete")
        gone = harness.discord.faults.add("GET /channels/*/messages/*", status=403, code=50001)
        told = (await harness.agrees("maya", question)).message
        (card,) = await cards(app)

    assert gone
    assert told is not None
    assert "Deleted" not in told.text
    assert card.task.deleted_by is None


async def test_a_failure_is_neutral_in_public_and_explained_to_the_requester(
    harness: Harness,
) -> None:
    harness.api.faults.fail_next(code="resource_exhausted")
    async with harness.bot():
        sent = await harness.video()
        await harness.reads(sent, "Could not be made · ")
        reply = await harness.news("This video could not be made.")
        stranger = await harness.told("leo", reply, "Why?")
        why = await harness.told("maya", reply, "Why?")
        quota = await harness.asks("maya", "quota")
        await harness.press("maya", why, "Again")
        await harness.film()

    assert "overloaded" not in reply.text
    assert "Only the person who asked" in stranger.text
    assert why.only_for == harness.discord.world.user("maya").id
    assert "overloaded" in why.text
    assert "normally returned" in why.text
    assert "0 of 1,000 credits used" in quota


async def test_presses_and_open_forms_outlive_the_program(harness: Harness) -> None:
    async with harness.bot():
        await harness.video()
        film = await harness.film()
        form = (await harness.press("leo", film, "Edit")).modal
        assert form is not None

    async with harness.bot() as app:
        sent = await harness.discord.actor("leo").submit(form, {"prompt": "a wolf"})
        await sent.responded()
        question = await harness.asked("maya", await harness.more("maya", film), "Delete")
        await harness.film(2)
        await harness.agrees("maya", question)
        await harness.until(lambda: film.id not in {each.id for each in harness.films()})
        waiting = app.bot._connection._view_store

    assert [request.body["prompt"] for request in harness.api.requests] == [PROMPT, "a wolf"]
    assert (waiting._views, waiting._modals, waiting._synced_message_views) == ({}, {}, {})
