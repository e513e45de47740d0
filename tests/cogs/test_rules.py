"""Prompt rules, for the moderator who sets them and the members they stop."""

from bot.video.values.moderation import RuleAction
from bot.video.values.videos import State
from tests.cogs.harness import Harness, dealt_with, shown
from tests.cogs.steps import ask, finished, put, settle_posts


async def test_rules_are_added_tried_and_refuse_every_way_in(harness: Harness) -> None:
    sam, leo = harness.discord.actor("sam"), harness.discord.actor("leo")
    film = await finished(harness)
    await shown(await sam.command("films", "rules add", {"name": "no wolves", "word": "wol*"}))

    tried = await shown(await sam.command("films", "rules test", {"text": "two WOL\u200bVES"}))
    assert "no wolves" in tried.text
    refused = await shown(await ask(harness, prompt="a wolf"))
    assert "no wolves" in refused.text
    assert refused.only_for is not None
    form = (await (await leo.press(film, label="Edit")).responded()).modal
    assert form is not None
    edited = await shown(await leo.submit(form, {"negative_prompt": "wolves"}))
    assert "no wolves" in edited.text
    assert len(await harness.films()) == 1

    listed = await shown(await sam.command("films", "rules list"))
    assert "wol" in listed.text
    await shown(await sam.command("films", "rules remove", {"name": "no wolves"}))
    await shown(await ask(harness, prompt="a wolf"))
    assert len(await harness.films()) == 2


async def test_one_added_rule_is_undone_and_names_are_suggested_exact_first(
    harness: Harness,
) -> None:
    sam = harness.discord.actor("sam")
    for name in ("a warship", "war", "warm"):
        added = await shown(await sam.command("films", "rules add", {"name": name, "word": name}))
    typed = {"name": "WAR"}
    offered = await sam.autocomplete("films", "rules remove", typed, focused="name")
    assert [each["value"] for each in offered] == ["war", "warm", "a warship"]

    await shown(await sam.press(added, label="Undo"))

    offered = await sam.autocomplete("films", "rules remove", typed, focused="name")
    assert [each["value"] for each in offered] == ["war", "a warship"]


async def test_a_removed_rule_comes_back_once_with_undo(harness: Harness) -> None:
    sam = harness.discord.actor("sam")
    hold = {"name": "war", "pattern": "wa+r", "action": RuleAction.HOLD.value}
    await shown(await sam.command("films", "rules add", hold))
    removed = await shown(await sam.command("films", "rules remove", {"name": "war"}))
    guild = harness.discord.world.guild("Film club").id
    assert await harness.store.tx(lambda books: books.rules(guild)) == []

    undo = removed.buttons["Undo"]["custom_id"]
    for _ in range(2):
        await (await sam.press(removed, custom_id=undo, forced=True)).responded()
        await dealt_with()

    (rule,) = await harness.store.tx(lambda books: books.rules(guild))
    assert (rule.name, rule.pattern, rule.is_pattern, rule.action) == (
        "war",
        "wa+r",
        True,
        RuleAction.HOLD,
    )
    here = {each.id: each for each in sam.messages("films")}
    assert here[removed.id].buttons == {}
    assert "Removed rule" in here[removed.id].text


async def test_a_bad_pattern_is_refused_in_words(harness: Harness) -> None:
    sam = harness.discord.actor("sam")

    for values in ({"name": "x", "pattern": "(?=a)"}, {"name": "x"}):
        told = await shown(await sam.command("films", "rules add", values))
        assert told.only_for is not None
        assert "pattern" in told.text
    guild = harness.discord.world.guild("Film club").id
    assert await harness.store.tx(lambda books: books.rules(guild)) == []


async def test_a_refused_rule_opens_as_a_form_with_all_that_was_typed(harness: Harness) -> None:
    sam = harness.discord.actor("sam")
    bad = {"name": "x", "pattern": "(?=a)b", "action": RuleAction.HOLD.value}
    told = await shown(await sam.command("films", "rules add", bad))
    form = (await (await sam.press(told, label="Open the form again")).responded()).modal
    assert form is not None
    assert "'value': 'x'" in str(form.components)
    assert "'value': '(?=a)b'" in str(form.components)

    again = await shown(await sam.submit(form, {"watched": "(?=b)"}))
    form = (await (await sam.press(again, label="Open the form again")).responded()).modal
    assert form is not None
    await shown(await sam.submit(form, {"watched": "a+b"}))

    guild = harness.discord.world.guild("Film club").id
    (rule,) = await harness.store.tx(lambda books: books.rules(guild))
    assert (rule.name, rule.pattern, rule.is_pattern, str(rule.action)) == (
        "x",
        "a+b",
        True,
        "hold",
    )


async def test_a_rule_that_holds_shows_the_moderators_its_words(harness: Harness) -> None:
    await put(harness, "moderators_channel", harness.discord.world.channel("mods").id)
    sam = harness.discord.actor("sam")
    values = {"name": "war", "word": "war", "action": RuleAction.HOLD.value}
    await shown(await sam.command("films", "rules add", values))

    await shown(await ask(harness, prompt="a W\u0336AR of foxes"))

    card = await settle_posts(harness)
    assert (await harness.film()).task.state is State.HELD
    assert "war" in card.text
