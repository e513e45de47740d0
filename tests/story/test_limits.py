"""What the bot refuses: over a limit, in a strange server, without permissions, with bad input."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.playground.guild import Limit, Message, Permission
from tests.cogs.harness import shown
from tests.story.harness import PROMPT, Harness

CROWD = 200
ROOM = 5  # films
PRICE = 27  # credits, of a film with no options set


@pytest.fixture(autouse=True)
def roomy(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    """Private answers to a crowd come at once."""
    monkeypatch.setattr("bot.ui.follow_ups.MOST", CROWD)
    limits = harness.discord.state.limits
    limits.limits = replace(limits.limits, follow_ups=Limit(count=CROWD, seconds=1.0))


async def rush(harness: Harness, people: list[str]) -> list[Message]:
    """Two hundred commands at once; the answers."""
    assert harness.clock is not None

    async def ask(number: int) -> Message:
        actor = harness.discord.actor(people[number % len(people)])
        sent = await actor.command("films", "video", {"prompt": f"{PROMPT} {number}"})
        return await shown(await sent.responded(within=30))

    with harness.clock.held():
        return await asyncio.gather(*(ask(number) for number in range(CROWD)))


@pytest.mark.parametrize("database", ["sqlite_url", "pg_url"])
async def test_of_two_hundred_commands_at_once_as_many_are_taken_as_fit(
    harness: Harness, request: pytest.FixtureRequest, database: str
) -> None:
    if database == "pg_url":
        harness.settings["DATABASE_URL"] = request.getfixturevalue(database)
    limits = {"DEFAULT_DAILY_CREDITS": str(ROOM * PRICE), "DEFAULT_AT_ONCE": "unlimited"}
    async with harness.bot(**limits) as app:
        answers = await rush(harness, ["maya"])
        quota = await harness.asks("maya", "quota")
        assert await app.store.tx(lambda books: books.discrepancies()) == []

    refused = [answer for answer in answers if answer.only_for is not None]
    assert len(answers) - len(refused) == ROOM
    assert [answer.text for answer in refused if "make it from <t:" not in answer.text] == []
    assert len(harness.discord.requests.matching("GET */members/*")) == 1
    assert "135 of 135 credits used" in quota


async def test_a_crowd_never_gets_past_what_the_operator_allows_a_day(harness: Harness) -> None:
    limits = {"MAX_CREDITS_PER_DAY": str(ROOM * PRICE + 26), "DEFAULT_AT_ONCE": "unlimited"}
    async with harness.bot(**limits):
        answers = await rush(harness, ["maya", "leo", "sam", "olga"])

    refused = [answer for answer in answers if answer.only_for is not None]
    assert len(answers) - len(refused) == ROOM
    said = "daily limit has 26 credits left. "
    opens = ("There is room for it from", "Other videos are waiting for the rest; more opens")
    said = tuple(said + each for each in opens)
    assert [each.text for each in refused if not any(say in each.text for say in said)] == []


async def test_only_so_many_films_at_once(harness: Harness) -> None:
    harness.api.faults.stick_next(times=None)
    async with harness.bot(DEFAULT_AT_ONCE="2"):
        first, second, third = [await harness.video() for _ in range(3)]
        assert third.message is not None
        refusal = third.message
        await harness.press("maya", second.message, "Cancel")
        fourth = await harness.video()

    assert first.message is not None
    assert refusal.only_for is not None
    assert "2 videos in progress" in refusal.text
    assert fourth.message is not None
    assert fourth.message.only_for is None


async def test_a_strange_server_is_told_in_private_how_it_is_admitted(harness: Harness) -> None:
    async with harness.bot(SERVERS="4711"):
        sent = await harness.video()

    assert sent.message is not None
    assert sent.message.only_for is not None
    assert str(harness.discord.world.guild("Film club").id) in sent.message.text
    assert "`SERVERS`" in sent.message.text


async def test_a_server_without_the_owner_is_strange(harness: Harness) -> None:
    harness.discord.world.change_guild("Film club", owner_id=harness.discord.world.user("sam").id)
    harness.discord.world.leave("Film club", "olga")
    async with harness.bot():
        sent = await harness.video()

    assert sent.message is not None
    assert "doesn't make videos in this server yet" in sent.message.text


async def test_missing_permissions_are_named_before_anything_is_promised(harness: Harness) -> None:
    bot = harness.discord.state.bot_id
    harness.discord.world.deny("films", bot, Permission.ATTACH_FILES | Permission.SEND_MESSAGES)
    async with harness.bot():
        sent = await harness.video()
        quota = await harness.asks("maya", "quota")

    assert sent.message is not None
    assert sent.message.only_for is not None
    assert "Attach Files" in sent.message.text
    assert "Send Messages" in sent.message.text
    assert "View Channel" not in sent.message.text
    assert "0 of 1,000 credits used" in quota


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no prompt": ({"prompt": ""}, ""),
    "blank prompt": ({"prompt": " \n\t "}, "Describe the video in `prompt`"),
    "only control characters": ({"prompt": "\x01\x1b"}, "Describe the video in `prompt`"),
    "long prompt": ({"prompt": "x" * 2501}, ""),
    "lone surrogate": ({"prompt": "a \ud83d fox"}, "cannot be read"),
    "null": ({"prompt": "a \x00 fox"}, "cannot be read"),
    "long negative prompt": ({"negative_prompt": "x" * 2501}, ""),
    "too short": ({"duration": 2}, ""),
    "too long": ({"duration": 16}, ""),
    "negative": ({"duration": -5}, ""),
    "huge": ({"duration": 2**53}, ""),
    "a word for a number": ({"duration": "long"}, ""),
    "half a second": ({"duration": 5.5}, ""),
    "strange ratio": ({"aspect_ratio": "4:3"}, ""),
    "strange quality": ({"quality": "8k"}, ""),
    "strange sound": ({"sound": "loud"}, ""),
    "strange shots": ({"shots": "many"}, ""),
    "strange model": ({"model": "kling-v4"}, ""),
    "a number for a choice": ({"aspect_ratio": 1}, ""),
}


async def test_bad_input_forced_through_is_refused_in_private_and_leaves_nothing(
    harness: Harness,
) -> None:
    answers: dict[str, Message | None] = {}
    async with harness.bot() as app:
        maya = harness.discord.actor("maya")
        for kind, (values, _) in BAD.items():
            options = {"prompt": PROMPT, **values}
            sent = await maya.command("films", "video", options, forced=True)
            answers[kind] = (await sent.responded()).message
        quota = await harness.asks("maya", "quota")
        remaining = await app.store.tx(lambda books: len(books.survey(most=1000).near))

    public = [kind for kind, one in answers.items() if one is None or one.only_for is None]
    unclear = {
        kind: one.text
        for kind, one in answers.items()
        if one is None or not one.text or "went wrong" in one.text or BAD[kind][1] not in one.text
    }
    assert public == []
    assert unclear == {}
    assert "0 of 1,000 credits used" in quota
    assert remaining == 0
    assert harness.api.requests == []


WORDS: dict[str, dict[str, Any]] = {
    "videos list": {"words": "a"},
    "videos show": {"id": "a"},
    "storyboard": {"title": "a"},
    "moderate block": {"member": "leo", "for": "1h", "reason": "a"},
    "rules add": {"name": "a", "word": "a"},
    "rules test": {"prompt": "a"},
    "limits grant": {"member": "leo", "amount": "5", "reason": "a"},
}


@pytest.mark.parametrize("database", ["sqlite_url", "pg_url"])
@pytest.mark.parametrize("letter", ["\ud83d", "\x00"], ids=["half a letter", "null"])
async def test_what_cannot_be_kept_is_refused_in_every_command(
    harness: Harness, request: pytest.FixtureRequest, database: str, letter: str
) -> None:
    if database == "pg_url":
        harness.settings["DATABASE_URL"] = request.getfixturevalue(database)
    answers = {}
    async with harness.bot():
        for command, options in WORDS.items():
            values = {name: each.replace("a", f"a {letter}") for name, each in options.items()}
            sent = await harness.discord.actor("sam").command("films", command, values, forced=True)
            answers[command] = (await shown(sent)).text

    assert {
        command: text for command, text in answers.items() if "cannot be read" not in text
    } == {}


async def test_what_no_option_means_is_taken_as_not_said(harness: Harness) -> None:
    async with harness.bot():
        maya = harness.discord.actor("maya")
        options = {"prompt": PROMPT, "watermark": "yes", "budget": "unlimited"}
        await (await maya.command("films", "video", options, forced=True)).responded()
        await harness.until(lambda: harness.api.requests)

    body = harness.api.requests[0].body
    assert isinstance(body, dict)
    assert "model_params" not in body
    assert "budget" not in body


async def test_what_people_write_pings_nobody_and_breaks_nothing(harness: Harness) -> None:
    leo = harness.discord.world.user("leo").id
    club = harness.discord.world.guild("Film club")
    everyone, role = club.roles
    named = (everyone, replace(role, mentionable=True))
    harness.discord.world.change_guild(club.id, roles=named)
    mentions = f"<@{leo}> <@&{role.id}> @everyone"
    nasty = f"**b** {mentions} [free](https://evil.example) ||x|| ```y``` # head\n> q"
    async with harness.bot():
        sent = await harness.video(prompt=nasty, negative_prompt=nasty)
        assert sent.message is not None
        card = sent.message.text
        film = await harness.film()

    for text in (card, film.text):
        assert f"<@{leo}>" not in text
        assert "[free](" not in text
        assert "**b**" not in text
        assert "```" not in text
        assert "\n# head" not in text
    assert (harness.pings("leo"), harness.pings("sam")) == (0, 0)
    assert not film.everyone
    body = harness.api.requests[0].body
    assert isinstance(body, dict)
    assert body["prompt"] == nasty
