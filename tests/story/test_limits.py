"""What the bot does not do: past a limit, in a strange server, without rights, with bad input."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.playground.guild import Message, Permission
from tests.local_bot import shown
from tests.story.stage import PROMPT, Stage

CROWD = 200
ROOM = 5  # films
PRICE = 27  # credits, of a film with no options set


async def rush(stage: Stage, people: list[str]) -> list[Message]:
    """Two hundred commands at once; the answers."""
    assert stage.clock is not None

    async def ask(number: int) -> Message:
        actor = stage.discord.actor(people[number % len(people)])
        sent = await actor.command("films", "video", {"prompt": f"{PROMPT} {number}"})
        message = (await sent.responded(within=30)).message
        assert message is not None
        return message

    with stage.clock.held():
        return await asyncio.gather(*(ask(number) for number in range(CROWD)))


@pytest.mark.parametrize("database", ["sqlite_url", "pg_url"])
async def test_of_two_hundred_commands_at_once_as_many_are_taken_as_fit(
    stage: Stage, request: pytest.FixtureRequest, database: str
) -> None:
    if database == "pg_url":
        stage.settings["DATABASE_URL"] = request.getfixturevalue(database)
    limits = {"DEFAULT_DAILY_CREDITS": str(ROOM * PRICE), "DEFAULT_AT_ONCE": "unlimited"}
    async with stage.bot(**limits) as app:
        answers = await rush(stage, ["maya"])
        quota = await stage.asks("maya", "quota")
        assert await app.services.store.tx(lambda books: books.discrepancies()) == []

    refused = [answer for answer in answers if answer.only_for is not None]
    assert len(answers) - len(refused) == ROOM
    assert [answer.text for answer in refused if "make it from <t:" not in answer.text] == []
    assert len(stage.discord.requests.matching("GET */members/*")) == 1
    assert "135 of 135 credits used" in quota


async def test_a_crowd_never_gets_past_what_the_operator_allows_a_day(stage: Stage) -> None:
    limits = {"MAX_CREDITS_PER_DAY": str(ROOM * PRICE + 26), "DEFAULT_AT_ONCE": "unlimited"}
    async with stage.bot(**limits):
        answers = await rush(stage, ["maya", "leo", "sam", "olga"])

    refused = [answer for answer in answers if answer.only_for is not None]
    assert len(answers) - len(refused) == ROOM
    said = "daily limit has 26 credits left. "
    opens = ("There is room for it from", "Other videos are waiting for the rest; more opens")
    said = tuple(said + each for each in opens)
    assert [each.text for each in refused if not any(say in each.text for say in said)] == []


async def test_only_so_many_films_at_once(stage: Stage) -> None:
    stage.api.faults.stick_next(times=None)
    async with stage.bot(DEFAULT_AT_ONCE="2"):
        first, second, third = [await stage.video() for _ in range(3)]
        assert third.message is not None
        refusal = third.message
        await stage.press("maya", second.message, "Cancel")
        fourth = await stage.video()

    assert first.message is not None
    assert refusal.only_for is not None
    assert "2 videos in progress" in refusal.text
    assert fourth.message is not None
    assert fourth.message.only_for is None


async def test_a_strange_server_is_told_in_private_how_it_is_admitted(stage: Stage) -> None:
    async with stage.bot(SERVERS="4711"):
        sent = await stage.video()

    assert sent.message is not None
    assert sent.message.only_for is not None
    assert str(stage.discord.world.guild("Film club").id) in sent.message.text
    assert "`SERVERS`" in sent.message.text


async def test_a_server_without_the_owner_is_strange(stage: Stage) -> None:
    stage.discord.world.change_guild("Film club", owner_id=stage.discord.world.user("sam").id)
    stage.discord.world.leave("Film club", "olga")
    async with stage.bot():
        sent = await stage.video()

    assert sent.message is not None
    assert "doesn't make videos in this server yet" in sent.message.text


async def test_missing_permissions_are_named_before_anything_is_promised(stage: Stage) -> None:
    bot = stage.discord.state.bot_id
    stage.discord.world.deny("films", bot, Permission.ATTACH_FILES | Permission.SEND_MESSAGES)
    async with stage.bot():
        sent = await stage.video()
        quota = await stage.asks("maya", "quota")

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
    stage: Stage,
) -> None:
    answers: dict[str, Message | None] = {}
    async with stage.bot() as app:
        maya = stage.discord.actor("maya")
        for kind, (values, _) in BAD.items():
            options = {"prompt": PROMPT, **values}
            sent = await maya.command("films", "video", options, forced=True)
            answers[kind] = (await sent.responded()).message
        quota = await stage.asks("maya", "quota")
        remaining = await app.services.store.tx(lambda books: books.queue_length())

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
    assert stage.api.requests == []


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
    stage: Stage, request: pytest.FixtureRequest, database: str, letter: str
) -> None:
    if database == "pg_url":
        stage.settings["DATABASE_URL"] = request.getfixturevalue(database)
    answers = {}
    async with stage.bot():
        for command, options in WORDS.items():
            values = {name: each.replace("a", f"a {letter}") for name, each in options.items()}
            sent = await stage.discord.actor("sam").command("films", command, values, forced=True)
            answers[command] = (await shown(sent)).text

    assert {
        command: text for command, text in answers.items() if "cannot be read" not in text
    } == {}


async def test_what_no_option_means_is_taken_as_not_said(stage: Stage) -> None:
    async with stage.bot():
        maya = stage.discord.actor("maya")
        options = {"prompt": PROMPT, "watermark": "yes", "budget": "unlimited"}
        await (await maya.command("films", "video", options, forced=True)).responded()
        await stage.until(lambda: stage.api.requests)

    body = stage.api.requests[0].body
    assert isinstance(body, dict)
    assert "model_params" not in body
    assert "budget" not in body


async def test_what_people_write_pings_nobody_and_breaks_nothing(stage: Stage) -> None:
    leo = stage.discord.world.user("leo").id
    club = stage.discord.world.guild("Film club")
    everyone, role = club.roles
    named = (everyone, replace(role, mentionable=True))
    stage.discord.world.change_guild(club.id, roles=named)
    mentions = f"<@{leo}> <@&{role.id}> @everyone"
    nasty = f"**b** {mentions} [free](https://evil.example) ||x|| ```y``` # head\n> q"
    async with stage.bot():
        sent = await stage.video(prompt=nasty, negative_prompt=nasty)
        assert sent.message is not None
        card = sent.message.text
        film = await stage.film()

    for text in (card, film.text):
        assert f"<@{leo}>" not in text
        assert "[free](" not in text
        assert "**b**" not in text
        assert "```" not in text
        assert "\n# head" not in text
    assert (stage.pings("leo"), stage.pings("sam")) == (0, 0)
    assert not film.everyone
    body = stage.api.requests[0].body
    assert isinstance(body, dict)
    assert body["prompt"] == nasty
