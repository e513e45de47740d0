"""Many rules at once: typed, from a file, from AutoMod; and rules tried on the latest prompts."""

import dataclasses
from typing import Any

import pytest

from bot.errors import Refusal
from bot.playground.guild import Message, NotPossible, Permission
from bot.playground.guild.demo import BOT, MODERATORS
from bot.playground.guild.world import WordRule
from bot.ui.items import Verb
from bot.video.values.moderation import PromptRule
from tests.cogs.harness import Harness, dealt_with, shown
from tests.cogs.steps import ask, buttons


async def kept(harness: Harness) -> list[PromptRule]:
    guild = harness.discord.world.guild("Film club").id
    return list(await harness.store.tx(lambda books: books.rules(guild)))


async def add(harness: Harness, name: str, word: str, **values: Any) -> None:
    sam = harness.discord.actor("sam")
    await shown(await sam.command("films", "rules add", {"name": name, "word": word, **values}))


async def words(harness: Harness, text: str, **values: Any) -> Message:
    """What sam is shown before anything is added."""
    sam = harness.discord.actor("sam")
    opened = await (await sam.command("films", "rules words", values)).responded()
    assert opened.modal is not None
    return await shown(await sam.submit(opened.modal, {"words": text}))


async def later(
    harness: Harness, command: str, values: dict[str, Any], who: str = "sam"
) -> Message:
    """The answer of a command that takes its time."""
    actor = harness.discord.actor(who)
    await (await actor.command("films", command, values)).responded()
    await dealt_with()
    return actor.messages("films")[-1]


async def upload(harness: Harness, name: str, content: bytes, **values: Any) -> Message:
    return await later(harness, "rules upload", {"file": (name, content), **values})


async def yes(harness: Harness, card: Message) -> Message:
    """Sam presses Add, and reads the card as it is then."""
    sam = harness.discord.actor("sam")
    (label,) = [each for each in card.buttons if each.startswith("Add")]
    await (await sam.press(card, label=label)).responded()
    await dealt_with()
    return next(each for each in sam.messages("films") if each.id == card.id)


async def test_words_are_shown_first_then_added_together_and_taken_back_together(
    harness: Harness,
) -> None:
    await add(harness, "no wolves", "wol*")

    card = await words(harness, "war\n\n  blood  bath \nWÓL*\n***\nwar", action="hold")

    assert card.only_for is not None
    assert "2 new rules: Hold" in card.text
    assert "war, blood bath" in card.text
    assert "1 is there already**\nWÓL" in card.text
    assert "1 is twice in the list**\nwar" in card.text
    assert "1 can't be added" in card.text
    assert len(await kept(harness)) == 1
    done = await yes(harness, card)
    assert "Added 2 rules." in done.text
    assert {rule.pattern: str(rule.action) for rule in await kept(harness)} == {
        "wol*": "refuse", "war": "hold", "blood bath": "hold",
    }  # fmt: skip
    sam = harness.discord.actor("sam")
    audit = await shown(await sam.command("films", "moderate audit", {"act": "rules"}))
    assert "added 2 rules from a list: war, blood bath" in audit.text
    undone = await sam.press(done, label="Undo")
    again = await sam.press(done, label="Undo")
    for sent in (undone, again):
        await sent.responded()
    await dealt_with()
    assert "Removed 2 rules again." in undone.said()[-1].text
    assert [rule.name for rule in await kept(harness)] == ["no wolves"]
    assert "changed again" in again.said()[-1].text
    (now,) = [each for each in sam.messages("films") if each.id == done.id]
    assert not now.buttons


async def test_a_list_says_how_many_of_the_latest_prompts_it_would_have_met(
    harness: Harness,
) -> None:
    for prompt in ("a fox in the snow", "a wolf", "a fox again"):
        await shown(await ask(harness, prompt=prompt))

    card = await words(harness, "fox\nbear")

    assert "2 of the latest 3 prompts would match" in card.text


async def test_pressed_twice_it_is_added_once(harness: Harness) -> None:
    card = await words(harness, "war")
    sam = harness.discord.actor("sam")
    custom_id = next(iter(card.buttons.values()))["custom_id"]
    first, second = [await sam.press(card, custom_id=custom_id) for _ in range(2)]
    for sent in (first, second):
        await sent.responded()
    await dealt_with()

    assert [rule.pattern for rule in await kept(harness)] == ["war"]


async def test_rules_that_changed_since_the_card_are_not_added_twice(harness: Harness) -> None:
    card = await words(harness, "war\nblood")
    await add(harness, "mine", "war")

    done = await yes(harness, card)

    assert "Added 1 rule." in done.text
    assert sorted(rule.pattern for rule in await kept(harness)) == ["blood", "war"]


async def test_a_list_longer_than_there_is_room_for_says_what_is_left_out(
    harness: Harness,
) -> None:
    card = await words(harness, "\n".join(f"w{number}" for number in range(300)))

    assert "250 new rules" in card.text
    assert "50 can't be added" in card.text
    done = await yes(harness, card)
    assert "Added 250 rules." in done.text
    sam = harness.discord.actor("sam")
    listed = await shown(await sam.command("films", "rules list"))
    (file,) = listed.attachments
    assert len(file.path.read_text("utf-8").splitlines()) == 251
    refused = await shown(await ask(harness, prompt="a w17 fox"))
    assert "w17" in refused.text


async def test_a_list_that_is_not_taken_is_not_lost(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def in_a_rush(*_: object) -> None:
        raise Refusal("too_late")

    with monkeypatch.context() as patched:
        patched.setattr("bot.video.moderation.screening.Screening.compute", in_a_rush)
        told = await words(harness, "war\nblood", action="hold")

    assert "too busy" in told.text
    sam = harness.discord.actor("sam")
    form = (await (await sam.press(told, label="Open the form again")).responded()).modal
    assert form is not None
    card = await shown(await sam.submit(form, {}))
    assert "2 new rules: Hold" in card.text


async def test_a_file_of_lines_or_a_table_becomes_rules(harness: Harness) -> None:
    lines = await upload(harness, "list.txt", "\ufeffwar\r\nblöod\r\n".encode())
    await yes(harness, lines)
    table = await upload(
        harness, "list.CSV", b'gore,hold\n"a, b",log\nfox(es)?,refuse,pattern\nplain\n'
    )
    await yes(harness, table)

    found = {rule.pattern: (str(rule.action), rule.is_pattern) for rule in await kept(harness)}
    assert found == {
        "war": ("refuse", False), "blöod": ("refuse", False), "gore": ("hold", False),
        "a, b": ("log", False), "fox(es)?": ("refuse", True), "plain": ("refuse", False),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("list.exe", b"war", ".txt"),
        ("list.txt", b"\xff\xfe\x00w", "UTF-8"),
        ("list.txt", b"war\x00", "UTF-8"),
        ("list.txt", b"\n \n", "no words"),
        ("list.txt", b"x" * 100_001, "too large"),
        ("list.csv", b'"' + b"x" * 60_000 + b"\r" + b"y" * 39_000, ""),
    ],
)
async def test_a_file_that_is_no_list_is_refused_in_words(
    harness: Harness, name: str, content: bytes, said: str
) -> None:
    told = await upload(harness, name, content)

    assert said in told.text
    assert told.text
    assert await kept(harness) == []


async def test_what_was_written_to_look_like_a_formula_is_added_as_it_was(
    harness: Harness,
) -> None:
    await yes(harness, await words(harness, "=war\n-blood\n@everyone"))

    assert {rule.pattern for rule in await kept(harness)} == {"=war", "-blood", "@everyone"}


@pytest.fixture
def automod(harness: Harness) -> Harness:
    """A server whose AutoMod has lists, which the bot may read."""
    guild = harness.discord.world.guild("Film club")
    rules = (
        WordRule(id=1, name="Slurs", keywords=("badword", "bad*", "*worse*", "a*b", "so what?")),
        WordRule(id=2, name="Cats", keywords=("*cat*", "dog"), allowed=("education",)),
        WordRule(id=3, name="Old", keywords=("old",), enabled=False),
        WordRule(id=4, name="Discord's", presets=(1, 3)),
        WordRule(id=5, name="Links", patterns=("https?://evil", "(?=x)"), exempt_roles=(5,)),
    )
    members = {**guild.members, BOT: frozenset({MODERATORS})}
    harness.discord.world.guilds[guild.id] = dataclasses.replace(
        guild, automod=rules, members=members
    )
    return harness


async def test_automods_words_become_rules_and_what_does_not_says_why(automod: Harness) -> None:
    card = await later(automod, "rules automod", {})

    assert "5 new rules" in card.text
    for why in (
        "a\\*b", "means something else here", "education", "no exceptions", "switched off",
        "Discord's own word lists", "(?=x)", "Rules here are for everyone",
    ):  # fmt: skip
        assert why in card.text
    await yes(automod, card)
    assert {rule.pattern for rule in await kept(automod)} == {
        "badword", "bad*", "*worse*", "dog", "https?://evil",
    }  # fmt: skip
    sam = automod.discord.actor("sam")
    audit = await shown(await sam.command("films", "moderate audit", {"act": "rules"}))
    assert "added 5 rules from AutoMod" in audit.text


async def test_a_bot_without_the_right_says_so(harness: Harness) -> None:
    told = await later(harness, "rules automod", {})

    assert "that needs Manage Server" in told.text


async def test_a_server_without_lists_says_so(automod: Harness) -> None:
    guild = automod.discord.world.guild("Film club")
    automod.discord.world.guilds[guild.id] = dataclasses.replace(guild, automod=())

    assert "has no word lists" in (await later(automod, "rules automod", {})).text


async def test_rules_are_tried_on_the_latest_prompts(harness: Harness) -> None:
    for prompt in ("a wolf runs", "a fox", "two wolves at war"):
        await shown(await ask(harness, prompt=prompt))
    await add(harness, "no wolves", "wol*", action="log")
    await add(harness, "no war", "war", action="log")
    sam = harness.discord.actor("sam")

    both = await shown(await sam.command("films", "rules test", {}))
    one = await shown(await sam.command("films", "rules test", {"rule": "no war"}))
    none = await shown(await sam.command("films", "rules test", {"rule": "no such"}))

    assert both.only_for is not None
    assert "2 of the latest 3 prompts would match" in both.text
    assert "**no wolves**: 2 prompts" in both.text
    assert "two wolves at war" in both.text
    assert "a fox" not in both.text
    assert "1 of the latest 3 prompts would match" in one.text
    assert "no rule" in none.text


async def test_words_of_channels_that_one_does_not_see_are_counted_only(harness: Harness) -> None:
    olga, sam = harness.discord.actor("olga"), harness.discord.actor("sam")
    await shown(await olga.command("general", "video", {"prompt": "a secret wolf"}))
    await shown(await ask(harness, prompt="a wolf for all"))
    await add(harness, "no wolves", "wolf", action="log")
    harness.discord.places.deny("general", "sam", Permission.VIEW_CHANNEL)

    told = await shown(await sam.command("films", "rules test", {}))

    assert "2 of the latest 2 prompts would match" in told.text
    assert "a wolf for all" in told.text
    assert "1 more in channels that you don't see." in told.text
    assert "secret" not in told.text


async def test_members_get_none_of_it_by_a_forged_press(harness: Harness) -> None:
    leo = harness.discord.actor("leo")
    for name in ("rules words", "rules automod", "rules upload", "rules test"):
        with pytest.raises(NotPossible):
            await leo.command("films", name)
    drawn = await buttons(harness, Verb.RULES_ADD, task_id="added")

    told = await shown(await leo.press(drawn, label=Verb.RULES_ADD.value))

    assert "Moderate Members" in told.text
