"""What people do with a film: cancel, be left alone, again, edit, delete, ask why; and who may."""

from bot.app import App
from bot.playground.guild import Cut
from bot.video.ports.books import Search
from bot.video.values.cards import Card
from tests.story.stage import PROMPT, Stage, with_film


async def cards(app: App) -> list[Card]:
    """Every film that was asked for, newest first."""
    return await app.services.studio.films(Search(limit=100))


async def test_cancel_within_the_undo_seconds_costs_nothing(stage: Stage) -> None:
    async with stage.bot():
        sent = await stage.video()
        await stage.press("maya", sent.message, "Cancel")
        reply = await stage.reads(sent, "Cancelled. You weren't charged.")
        assert stage.clock is not None
        stage.clock.pass_by(minutes=1)
        await stage.quiet()
        quota = await stage.asks("maya", "quota")

    assert not reply.buttons
    assert stage.api.requests == []
    assert "0 of 1,000 credits used" in quota


async def test_a_moderator_cancels_and_another_member_cannot(stage: Stage) -> None:
    async with stage.bot():
        sent = await stage.video()
        refused = await stage.told("leo", sent.message, "Cancel")
        await stage.press("sam", sent.message, "Cancel")
        await stage.reads(sent, "Cancelled by a moderator.")

    assert refused.only_for == stage.discord.world.user("leo").id
    assert "Only the person who asked" in refused.text
    assert stage.api.requests == []


async def test_too_late_to_cancel_says_so_and_the_button_stops_the_telling(stage: Stage) -> None:
    stage.api.faults.stick_next()
    stage.discord.faults.add("PATCH *", times=None, cut=Cut.BEFORE)
    async with stage.bot():
        sent = await stage.video()
        await stage.until(lambda: stage.api.tasks)
        too_late = await stage.told("maya", sent.message, "Cancel")
        stage.discord.faults.clear()
        await stage.until(lambda: sent.message and "Don't ping me" in sent.message.buttons)
        await stage.press("maya", sent.message, "Don't ping me")
        await stage.reads(sent, "You won't be pinged.")
        next(iter(stage.api.tasks.values())).unstick.set()
        film = await stage.film()

    assert too_late.only_for == stage.discord.world.user("maya").id
    assert "has no way to cancel" in too_late.text
    assert film.pinged == frozenset()
    assert stage.pings("maya") == 0


async def test_notify_me_takes_the_silence_back(stage: Stage) -> None:
    stage.api.faults.stick_next()
    async with stage.bot():
        sent = await stage.video()
        await stage.until(lambda: sent.message and "Don't ping me" in sent.message.buttons)
        refused = await stage.told("leo", sent.message, "Don't ping me")
        await stage.press("maya", sent.message, "Don't ping me")
        await stage.until(
            lambda: sent.message and "Ping me when it's ready" in sent.message.buttons
        )
        await stage.press("maya", sent.message, "Ping me when it's ready")
        await stage.until(lambda: sent.message and "Don't ping me" in sent.message.buttons)
        next(iter(stage.api.tasks.values())).unstick.set()
        await stage.film()

    assert "Only the person who asked" in refused.text
    assert stage.pings("maya") == 1


async def test_again_is_paid_by_who_presses_and_credits_without_a_ping(stage: Stage) -> None:
    async with stage.bot():
        await stage.video(duration=3)
        film = await stage.film()
        again = await stage.press("leo", film, "Again")
        assert again.message is not None
        card = again.message
        second = await stage.film(2)
        quotas = await stage.asks("maya", "quota"), await stage.asks("leo", "quota")

    maya, leo = (stage.discord.world.user(name).id for name in ("maya", "leo"))
    assert f"By <@{leo}>, after <@{maya}>'s video" in card.text
    assert "Cancel" in card.buttons
    assert f"after <@{maya}>'s video" in second.text
    assert second.pinged == {leo}
    assert stage.pings("maya") == 1
    first, repeated = (request.body for request in stage.api.requests)
    assert first == repeated
    assert all("17 of 1,000 credits used" in quota for quota in quotas)


async def test_edit_opens_a_filled_form_and_makes_another_film(stage: Stage) -> None:
    async with stage.bot():
        await stage.video(negative_prompt="rain", duration=3)
        film = await stage.film()
        form = (await stage.press("leo", film, "Edit")).modal
        assert form is not None
        sent = await stage.discord.actor("leo").submit(form, {"prompt": "a wolf"})
        await sent.responded()
        await stage.film(2)

    assert [part["component"]["value"] for part in form.components] == [PROMPT, "rain"]
    body = stage.api.requests[1].body
    assert isinstance(body, dict)
    assert (body["prompt"], body["negative_prompt"], body["duration"]) == ("a wolf", "rain", 3)


async def test_delete_asks_once_says_that_money_is_not_returned_and_is_kept(stage: Stage) -> None:
    async with stage.bot() as app:
        sent = await stage.video()
        film = await stage.film()
        stranger = await stage.told("leo", film, "Delete")
        question = await stage.told("sam", film, "Delete")
        assert stage.films() == [film]
        await stage.press("sam", question, "Yes, delete it")
        await stage.until(lambda: not stage.films())
        await stage.reads(sent, "The video was deleted.")
        (card,) = await cards(app)
        quota = await stage.asks("maya", "quota")

    assert "Only the person who asked" in stranger.text
    assert question.only_for == stage.discord.world.user("sam").id
    assert "Its cost is not returned" in question.text
    assert card.task.deleted_by == stage.discord.world.user("sam").id
    assert "27 of 1,000 credits used" in quota


async def test_a_film_is_deleted_whose_arrival_is_not_known_yet(stage: Stage) -> None:
    stage.discord.faults.add(with_film, cut=Cut.AFTER)
    async with stage.bot() as app:
        sent = await stage.video()
        film = await stage.film()
        question = await stage.told("maya", film, "Delete")
        await stage.press("maya", question, "Yes, delete it")
        await stage.reads(sent, "The video was deleted.")
        await stage.until(lambda: not stage.films())
        await stage.quiet()
        (card,) = await cards(app)

    assert stage.films() == []
    assert card.task.deleted_by == stage.discord.world.user("maya").id


async def test_who_deletes_a_film_second_is_told_so_and_the_first_is_kept(stage: Stage) -> None:
    async with stage.bot() as app:
        await stage.video()
        film = await stage.film()
        questions = [await stage.told(who, film, "Delete") for who in ("sam", "maya")]
        await stage.press("sam", questions[0], "Yes, delete it")
        second = await stage.told("maya", questions[1], "Yes, delete it")
        (card,) = await cards(app)

    assert "already removed" in second.text
    assert card.task.deleted_by == stage.discord.world.user("sam").id


async def test_a_film_out_of_the_bots_reach_is_not_called_deleted(stage: Stage) -> None:
    async with stage.bot() as app:
        await stage.video()
        film = await stage.film()
        question = await stage.told("maya", film, "Delete")
        gone = stage.discord.faults.add("GET /channels/*/messages/*", status=403, code=50001)
        told = await stage.told("maya", question, "Yes, delete it")
        (card,) = await cards(app)

    assert gone
    assert "Deleted" not in told.text
    assert card.task.deleted_by is None


async def test_a_failure_is_neutral_in_public_and_explained_to_the_requester(stage: Stage) -> None:
    stage.api.faults.fail_next(code="resource_exhausted")
    async with stage.bot():
        sent = await stage.video()
        reply = await stage.reads(sent, "This video could not be made.")
        stranger = await stage.told("leo", reply, "Why?")
        why = await stage.told("maya", reply, "Why?")
        quota = await stage.asks("maya", "quota")
        await stage.press("maya", why, "Again")
        await stage.film()

    assert "overloaded" not in reply.text
    assert "Only the person who asked" in stranger.text
    assert why.only_for == stage.discord.world.user("maya").id
    assert "overloaded" in why.text
    assert "normally returned" in why.text
    assert "0 of 1,000 credits used" in quota


async def test_presses_and_open_forms_outlive_the_program(stage: Stage) -> None:
    async with stage.bot():
        await stage.video()
        film = await stage.film()
        form = (await stage.press("leo", film, "Edit")).modal
        assert form is not None

    async with stage.bot() as app:
        sent = await stage.discord.actor("leo").submit(form, {"prompt": "a wolf"})
        await sent.responded()
        question = await stage.told("maya", film, "Delete")
        await stage.film(2)
        await stage.press("maya", question, "Yes, delete it")
        await stage.until(lambda: film.id not in {each.id for each in stage.films()})
        waiting = app.bot._connection._view_store

    assert [request.body["prompt"] for request in stage.api.requests] == [PROMPT, "a wolf"]
    assert (waiting._views, waiting._modals, waiting._synced_message_views) == ({}, {}, {})
