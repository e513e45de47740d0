"""`/limits` for moderators, and what members see: `/quota`, refusals, smaller videos."""

from pathlib import Path

import pytest

from bot.playground.guild import LocalDiscord, Message
from bot.playground.guild.rules.options import NotPossible
from bot.video.limits.effective import Limits
from bot.video.values.prices import CREDIT
from tests.cogs.harness import Harness, local_bot, shown
from tests.cogs.steps import answered, finished


async def limits(harness: Harness, command: str, **values: object) -> Message:
    """What olga, a moderator, is told."""
    return await shown(
        await harness.discord.actor("olga").command("films", f"limits {command}", values)
    )


async def video(harness: Harness, name: str = "maya", **values: object) -> Message:
    given = {"prompt": "a fox in the snow", **values}
    return await shown(await harness.discord.actor(name).command("films", "video", given))


def member(harness: Harness, name: str) -> str:
    return str(harness.discord.actor(name).user.id)


async def test_an_amount_alone_means_everyone_films_a_day_and_says_the_worst_case(
    harness: Harness,
) -> None:
    answer = await limits(harness, "set", amount="3")

    assert answer.only_for is not None
    assert "everyone**: 3 videos a day" in answer.text
    assert "At most 486 credits ($7.15) a person a day." in answer.text
    assert list(answer.buttons) == ["Undo"]


async def test_the_answer_says_what_the_limit_holds_instead_of(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    own = Limits(daily=100 * CREDIT, at_once=2, bot_daily=None)
    async with local_bot(tmp_path, discord=discord, limits=own) as harness:
        films = await limits(harness, "set", amount="3")
        at_once = await limits(harness, "set", amount="1", measure="at_once")
        again = await limits(harness, "set", amount="5")
        week = await limits(harness, "set", amount="9", window="week")
        alone = await limits(harness, "set", amount="4", who=member(harness, "maya"))

        shown = (await limits(harness, "show")).text
        await limits(harness, "clear", measure="films")
        later = (await limits(harness, "show")).text

    assert "100 credits a day (bot default)" not in shown
    assert "100 credits a day (bot default)" in later
    assert "Replaces the bot's default of 100 credits a day per person." in films.text
    assert "bot's default of 2 videos at a time per person" in at_once.text
    assert "Before: 3 videos a day." in again.text
    assert "instead" not in week.text
    assert "instead" not in alone.text


async def test_a_limit_holds_at_once_and_undo_takes_it_back(harness: Harness) -> None:
    answer = await limits(harness, "set", amount="1")
    await video(harness)

    refused = await video(harness)
    assert refused.only_for is not None
    assert "You've made 1 of 1 video in the last 24 hours." in refused.text

    await (await harness.discord.actor("olga").press(answer, label="Undo")).responded()
    assert (await video(harness)).only_for is None


async def test_undo_is_refused_when_the_limit_was_changed_meanwhile(harness: Harness) -> None:
    first = await limits(harness, "set", amount="1")
    await limits(harness, "set", amount="2")

    olga = harness.discord.actor("olga")
    told = await answered(await olga.press(first, label="Undo"))

    assert "changed again in the meantime" in told.text
    (now,) = [each for each in olga.messages("films") if each.id == first.id]
    assert not now.buttons
    assert "1 video a day" in now.text
    assert "2 videos a day" in (await limits(harness, "show")).text


async def test_a_member_is_not_offered_limits_and_a_forged_undo_is_refused(
    harness: Harness,
) -> None:
    answer = await limits(harness, "set", amount="1")
    maya, custom_id = harness.discord.actor("maya"), answer.buttons["Undo"]["custom_id"]

    with pytest.raises(NotPossible):
        await maya.command("films", "limits set", {"amount": "9"})
    told = await shown(await maya.press(answer, custom_id=custom_id, forced=True))

    assert "You need Moderate Members" in told.text
    assert "1 video a day" in (await limits(harness, "show")).text


async def test_a_refusal_offers_the_film_that_is_missed_least_and_makes_it_once(
    harness: Harness,
) -> None:
    await limits(harness, "set", amount="50", measure="credits")
    maya = harness.discord.actor("maya")

    refused = await video(harness, duration=15, quality="1080p")
    label, form = refused.buttons
    assert form == "Open the form again"
    assert label == "Make it 9 s, 720p, no sound: 49 credits"

    made = await shown(await maya.press(refused, label=label))
    assert made.only_for is None
    assert f"By <@{maya.user.id}>" in made.text  # Discord names nobody who pressed a button
    card = await harness.film()
    assert (card.request.spec.duration, card.request.spec.prompt) == (9, "a fox in the snow")

    again = await shown(await maya.press(refused, label=label))
    assert "already used" in again.text
    assert len(await harness.films()) == 1


@pytest.mark.parametrize("shots", [None, "customize"])
async def test_a_refused_form_offers_a_smaller_film_beside_the_way_back(
    harness: Harness, shots: str | None
) -> None:
    maya = harness.discord.actor("maya")
    if shots:
        await limits(harness, "set", amount="30", measure="credits")
        given = {"prompt": "a fox", "quality": "1080p", "shots": shots}
        opened = await maya.command("films", "video", given)
        values = {"shots": "a fox wakes"}
    else:
        film = await finished(harness)
        opened, values = await maya.press(film, label="Edit"), {"prompt": "two foxes"}
        await limits(harness, "set", amount="70", measure="credits")
    form = (await opened.responded()).modal
    assert form is not None

    refused = await shown(await maya.submit(form, values))

    offer, rewrite = refused.buttons
    assert offer.startswith("Make it")
    assert rewrite == "Open the form again"
    made = await shown(await maya.press(refused, label=offer))
    assert made.only_for is None


async def test_an_offer_is_for_its_person_alone(harness: Harness) -> None:
    await limits(harness, "set", amount="20", measure="credits")
    refused = await video(harness)
    offer, _ = refused.buttons.values()  # and the form again

    told = await shown(
        await harness.discord.actor("leo").press(refused, custom_id=offer["custom_id"], forced=True)
    )

    assert told.only_for is not None
    assert await harness.films() == []


async def test_the_audit_keeps_who_set_gave_reset_and_took_back(harness: Harness) -> None:
    maya = member(harness, "maya")
    answer = await limits(harness, "set", amount="unlimited", who=maya, measure="seconds")
    await limits(harness, "grant", member=maya, amount=2, reason="won a contest")
    await limits(harness, "reset", member=maya)
    await (await harness.discord.actor("olga").press(answer, label="Undo")).responded()

    server_id = harness.discord.actor("olga").state.world.channel("films").guild_id
    entries = await harness.store.tx(lambda books: books.audit(server_id or 0, limit=9))

    assert {entry.action for entry in entries} == {
        "limit_set", "limit_granted", "limit_reset", "limit_undone",
    }  # fmt: skip
    assert {entry.actor_id for entry in entries} == {harness.discord.actor("olga").user.id}


async def test_a_grant_lets_one_more_film_in_and_a_reset_starts_anew(harness: Harness) -> None:
    maya = member(harness, "maya")
    await limits(harness, "set", amount="1")
    await video(harness)
    await limits(harness, "grant", member=maya, amount=1, reason="won a contest")

    quota = await shown(await harness.discord.actor("maya").command("films", "quota"))
    assert "1 of 1 videos used, 0 left" in quota.text
    assert "1 video (won a contest)" in quota.text

    assert (await video(harness)).only_for is None
    assert (await video(harness)).only_for is not None
    await limits(harness, "reset", member=maya)
    assert (await video(harness)).only_for is None


async def test_explain_says_what_is_used_and_which_limit_decides(harness: Harness) -> None:
    sam = harness.discord.actor("sam")
    await limits(harness, "set", amount="1")
    await limits(harness, "set", amount="4", who="Moderators")
    await video(harness, "sam")

    told = await limits(harness, "explain", member=str(sam.user.id))

    assert "1 of 4 videos used, 3 left" in told.text
    assert "(<@&" in told.text


async def test_an_amount_that_is_none_is_refused_in_words(harness: Harness) -> None:
    told = await limits(harness, "set", amount="many")

    assert "An amount is a number" in told.text


async def test_clear_brings_the_operators_own_back(tmp_path: Path, discord: LocalDiscord) -> None:
    own = Limits(daily=30 * CREDIT, at_once=None, bot_daily=None)
    async with local_bot(tmp_path, discord=discord, limits=own) as harness:
        await limits(harness, "set", amount="5")
        assert (await video(harness, duration=15)).only_for is None

        answer = await limits(harness, "clear")
        assert "5 videos a day" in answer.text
        refused = await video(harness, duration=15)

        assert "your limit here is 30 a day" in refused.text
