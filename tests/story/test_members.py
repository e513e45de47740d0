"""What a member relies on, on the real program: no lost text, no waiting in the dark, a way in."""

from typing import Any

from bot.playground.guild import Message, Modal
from tests.cogs.harness import shown
from tests.story.harness import Harness

FOX = "a fox in the snow"


def fields(modal: Modal | None) -> dict[str, dict[str, Any]]:
    """The fields of a form by name."""
    assert modal is not None
    parts = [part["component"] for part in modal.components if part.get("component")]
    return {part["custom_id"]: part for part in parts}


def chosen(modal: Modal | None, name: str) -> str:
    options = fields(modal)[name]["options"]
    return next(each["value"] for each in options if each.get("default"))


async def needs_approval(harness: Harness) -> None:
    """From now on, videos over 30 credits wait for a moderator in #mods."""
    olga, mods = harness.discord.actor("olga"), harness.discord.world.channel("mods").id
    panel = await shown(await olga.command("mods", "settings", {"page": "general"}))
    await (await olga.choose(panel, "v1:set:moderators_channel", [str(mods)])).responded()
    panel = await shown(await olga.command("mods", "settings", {"page": "money"}))
    pressed = await olga.press(panel, custom_id="v1:set:approval.above")
    form = (await pressed.responded()).modal
    (name,) = fields(form)
    assert form is not None
    await (await olga.submit(form, {name: "30"})).responded()


async def held_card(harness: Harness) -> Message:
    """The newest card that asks moderators to decide."""

    def cards() -> list[Message]:
        found = harness.discord.messages("mods")
        return [each for each in found if "Approve" in each.buttons and each.only_for is None]

    await harness.until(cards)
    return cards()[-1]


async def test_what_was_refused_is_made_later_without_typing_it_again(harness: Harness) -> None:
    options = {"duration": 8, "quality": "1080p", "negative_prompt": "people"}
    async with harness.bot(DEFAULT_AT_ONCE="1"):
        await harness.video()
        refused = await harness.video(prompt="a lighthouse in a storm", **options)
        await harness.film()
        form = (await harness.press("maya", refused.message, "Open the form again")).modal
        texts = {name: fields(form)[name]["value"] for name in ("prompt", "negative_prompt")}
        picked = [chosen(form, name) for name in ("duration", "look")]
        assert form is not None
        await harness.agrees("maya", form)
        await harness.film(2)

    assert refused.message is not None
    assert refused.message.only_for is not None
    assert texts == {"prompt": "a lighthouse in a storm", "negative_prompt": "people"}
    assert picked == ["8", "1080p.off"]
    body = harness.api.requests[-1].body
    assert (body["prompt"], body["duration"], body["quality"]) == (texts["prompt"], 8, "1080p")


async def test_shots_of_another_length_are_made_by_one_press(harness: Harness) -> None:
    async with harness.bot():
        sent = await harness.video(shots="customize", duration=5)
        assert sent.modal is not None
        shots = {"shots": "5 a fox wakes\n3 it runs"}
        refused = await shown(await harness.discord.actor("maya").submit(sent.modal, shots))
        offers = [each for each in refused.buttons if each.startswith("Make it 8 s")]
        await harness.press("maya", refused, offers[0])
        await harness.film()

    assert "44 credits" in offers[0]
    assert harness.api.requests[0].body["duration"] == 8


async def test_an_example_of_help_becomes_a_filled_form_and_a_video(harness: Harness) -> None:
    async with harness.bot():
        maya = harness.discord.actor("maya")
        card = await shown(await maya.command("films", "help"))
        form = (await harness.press("maya", card, "Try it")).modal
        example = fields(form)["prompt"]["value"]
        asked = len(harness.api.requests)
        assert form is not None
        await harness.agrees("maya", form)
        await harness.film()

    assert card.only_for == maya.user.id
    assert example in card.text
    assert "Enough for" in card.text
    assert asked == 0
    assert harness.api.requests[0].body["prompt"] == example


async def test_a_preset_is_saved_offered_shared_and_used(harness: Harness) -> None:
    async with harness.bot():
        sam, maya = harness.discord.actor("sam"), harness.discord.actor("maya")
        kept = {"name": "Vertical", "aspect_ratio": "9:16", "duration": 8}
        await shown(await sam.command("films", "preset save", kept))
        await shown(await sam.command("films", "preset share", {"name": "Vertical"}))
        offered = await maya.autocomplete("films", "video", {"preset": "ver"}, focused="preset")
        typed = {"preset": "Vertical", "duration": "8"}
        (length,) = await maya.autocomplete("films", "video", typed, focused="duration")
        await harness.video(preset=offered[0]["value"])
        await harness.film()
        listed = await harness.asks("maya", "preset list")

    assert "44 credits" in length["name"]
    assert "Vertical 9:16" in listed
    body = harness.api.requests[0].body
    assert (body["aspect_ratio"], body["duration"]) == ("9:16", 8)


async def test_what_waits_for_a_moderator_leaves_room_for_others_and_is_not_forgotten(
    harness: Harness,
) -> None:
    async with harness.bot(DEFAULT_AT_ONCE="1"):
        await needs_approval(harness)
        held = await harness.video(duration=10)
        plain = await harness.video(prompt="a kite over the dunes")
        quota = await shown(await harness.discord.actor("maya").command("films", "quota"))
        await harness.press("sam", await held_card(harness), "Approve")
        await harness.film(2)

    assert held.message is not None
    assert plain.message is not None
    assert plain.message.only_for is None
    link = f"/{held.message.channel_id}/{held.message.id}"
    assert link in quota.text
    assert "Cancel" in quota.buttons


async def test_a_denial_mentions_once_says_why_and_gives_the_words_back(harness: Harness) -> None:
    async with harness.bot():
        await needs_approval(harness)
        held = await harness.video(duration=10)
        deny = await harness.asked("sam", await held_card(harness), "Deny")
        (name,) = fields(deny)
        sam = harness.discord.actor("sam")
        await (await sam.submit(deny, {name: "Foxes are for Friday"})).responded()
        await harness.until(lambda: harness.pings("maya") == 1)
        await harness.reads(held, "Cancelled · ")
        card = await harness.news("denied")
        why = await harness.told("maya", card, "Why?")
        form = (await harness.press("maya", card, "Edit")).modal
        await harness.quiet()

    assert harness.pings("maya") == 1
    assert "Foxes are for Friday" in why.text
    assert why.only_for == harness.discord.world.user("maya").id
    assert "Foxes" not in card.text
    assert FOX not in card.text
    assert fields(form)["prompt"]["value"] == FOX
    assert harness.api.requests == []


async def test_a_finished_video_is_calm_and_says_that_ai_made_it(harness: Harness) -> None:
    async with harness.bot():
        await harness.video()
        film = await harness.film()
        own = await harness.more("maya", film)
        others = await harness.more("leo", film)

    assert list(film.buttons) == ["Original file", "Again · 27 credits", "Edit", "More"]
    assert "-# Made with AI" in film.text
    (picture,) = [each["items"][0] for each in film.parts() if "items" in each]
    assert picture["description"].startswith("Made with AI")
    assert "Delete" in own.buttons
    assert "Report" not in own.buttons
    assert "Report" in others.buttons
    assert "Delete" not in others.buttons
