"""Answers to interactions: once, in time, of a fitting kind; and what the token allows later."""

import asyncio
from typing import Any

import pytest

from bot.playground.guild import LocalDiscord, Permission, ResponseKind, Sent
from bot.playground.page.sight import Sight
from tests.playground.guild.conftest import HandClock
from tests.playground.guild.raw_bot import CARD, COMMAND, Bot

EPHEMERAL = 1 << 6
BUTTON = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}


async def test_an_answer_after_three_seconds_finds_no_interaction(
    bot: Bot, clock: HandClock
) -> None:
    sent = await bot.used()
    clock.pass_by(seconds=3.1)
    assert (await bot.respond(sent, 4, {"content": "late"})).verdict == (404, 10062)


async def test_an_answer_within_three_seconds_is_taken(bot: Bot, clock: HandClock) -> None:
    sent = await bot.used()
    clock.pass_by(seconds=2.9)
    answer = await bot.respond(sent, 4, {"content": "in time"})
    assert answer.body["resource"]["message"]["content"] == "in time"
    assert answer.body["interaction"]["response_message_id"] == str(sent.interaction.original_id)


async def test_a_second_answer_is_refused(bot: Bot) -> None:
    sent = await bot.used()
    await bot.respond(sent, 5)
    assert (await bot.respond(sent, 4, {"content": "again"})).verdict == (400, 40060)


async def test_an_unknown_interaction_is_not_found(bot: Bot) -> None:
    body = {"type": 4, "data": {"content": "x"}}
    assert (await bot.ask("POST", "/interactions/1/nothing/callback", body)).verdict == (404, 10062)


async def test_a_refused_answer_leaves_the_interaction_open(bot: Bot) -> None:
    sent = await bot.used()
    assert (await bot.respond(sent, 4, {"content": "x" * 2001})).verdict == (400, 50035)
    assert (await bot.respond(sent, 4, {"content": "x"})).status == 200


@pytest.mark.parametrize("kind", [1, 6, 7, 8, 99])
async def test_a_command_is_not_answered_with_what_belongs_elsewhere(bot: Bot, kind: int) -> None:
    sent = await bot.used()
    answer = await bot.respond(sent, kind, {"content": "x"})
    assert answer.verdict == (400, 50035)
    assert answer.body["errors"]["type"]["_errors"]


async def test_the_token_works_for_fifteen_minutes(bot: Bot, clock: HandClock) -> None:
    sent = await bot.used()
    await bot.respond(sent, 4, {"content": "start"})
    clock.pass_by(minutes=14, seconds=59)
    assert (await bot.original(sent, "PATCH", {"content": "end"})).body["content"] == "end"
    clock.pass_by(seconds=1)
    for method in ("GET", "PATCH", "DELETE"):
        body = {"content": "x"} if method == "PATCH" else None
        assert (await bot.original(sent, method, body)).verdict == (401, 50027)
    assert (await bot.by_token(sent, "POST", "", {"content": "x"})).verdict == (401, 50027)


async def test_after_fifteen_minutes_a_public_reply_is_edited_by_its_id(
    bot: Bot, clock: HandClock
) -> None:
    sent = await bot.used()
    shown = (await bot.respond(sent, 4, {"content": "start"})).body["resource"]["message"]
    clock.pass_by(minutes=16)
    assert (await bot.edit(shown, {"content": "end"})).status == 200


async def test_a_private_reply_is_out_of_reach_for_the_bots_token(bot: Bot) -> None:
    sent = await bot.used()
    shown = await bot.respond(sent, 4, {"content": "secret", "flags": EPHEMERAL})
    message = shown.body["resource"]["message"]
    path = f"/channels/{message['channel_id']}/messages"
    assert (await bot.edit(message, {"content": "x"})).verdict == (404, 10008)
    assert (await bot.ask("GET", f"{path}/{message['id']}")).verdict == (404, 10008)
    assert (await bot.ask("DELETE", f"{path}/{message['id']}")).verdict == (404, 10008)
    assert (await bot.ask("GET", path)).body == []
    assert (await bot.original(sent, "GET")).body["content"] == "secret"


async def test_what_answers_a_private_message_shows_nobody_else_that_it_does(
    bot: Bot, local: LocalDiscord
) -> None:
    sent, maya = await bot.used(), local.actor("maya")
    secret = {"content": "secret", "flags": EPHEMERAL, "components": [BUTTON]}
    await bot.respond(sent, 4, secret)
    assert sent.message
    pressed = await maya.press(sent.message, label="Go")

    told = await bot.respond(pressed, 4, {"content": "public"})

    assert told.body["resource"]["message"]["referenced_message"] is None
    for actor, is_seen in ((maya, True), (local.actor("leo"), False)):
        public = Sight(actor).snapshot()["messages"][-1]
        assert public["content"] == "public"
        assert ("message_reference" in public) is is_seen


async def test_before_the_first_answer_there_is_nothing_to_edit(bot: Bot) -> None:
    sent = await bot.used()
    assert (await bot.original(sent, "PATCH", {"content": "x"})).verdict == (404, 10015)


async def test_a_deleted_reply_is_unknown(bot: Bot, local: LocalDiscord) -> None:
    sent = await bot.used()
    await bot.respond(sent, 4, {"content": "x"})
    assert sent.message
    local.actor("sam").delete(sent.message)
    assert (await bot.original(sent, "PATCH", {"content": "y"})).verdict == (404, 10008)


async def test_the_visibility_of_a_deferred_reply_is_fixed(bot: Bot, local: LocalDiscord) -> None:
    sent = await bot.used()
    await bot.respond(sent, 5, {"flags": EPHEMERAL, "content": "not shown"})
    assert sent.message
    assert (sent.message.loading, sent.message.text) == (True, "")
    await bot.original(sent, "PATCH", {"content": "done", "flags": 0})
    assert local.actor("leo").messages("films") == []
    assert local.actor("maya").messages("films")[0].text == "done"


async def test_a_deferred_reply_may_become_a_card(bot: Bot) -> None:
    sent = await bot.used()
    await bot.respond(sent, 5)
    await bot.original(sent, "PATCH", CARD)
    assert sent.message
    assert (sent.message.text, sent.message.loading) == ("a card", False)


async def test_a_command_opens_an_archived_thread_unless_it_is_locked(
    bot: Bot, local: LocalDiscord
) -> None:
    films = local.world.channel("films").id
    await bot.ask("POST", f"/channels/{films}/threads", {"name": "talk", "type": 11})
    local.archive("talk")
    sent = await bot.used(channel="talk")
    assert (await bot.respond(sent, 4, {"content": "x"})).verdict == (400, 50083)
    local.archive("talk", locked=False)
    assert (await bot.respond(sent, 4, {"content": "x"})).status == 200
    assert not local.world.channel("talk").archived


async def test_a_button_can_leave_its_message_alone(bot: Bot, local: LocalDiscord) -> None:
    sent = await bot.used()
    await bot.respond(sent, 4, {"content": "x", "components": [BUTTON]})
    assert sent.message
    pressed = await local.actor("leo").press(sent.message, label="Go")
    assert pressed.interaction.payload["message"]["id"] == str(sent.message.id)
    assert (await bot.respond(pressed, 6)).status == 200
    assert pressed.response is ResponseKind.DEFERRED_UPDATE
    assert (await bot.original(pressed, "PATCH", {"content": "y"})).body["id"] == str(
        sent.message.id
    )


async def test_a_form_does_not_follow_a_form(bot: Bot, local: LocalDiscord) -> None:
    field = {"type": 4, "custom_id": "a", "style": 1, "label": "A", "value": "b"}
    form = {"custom_id": "f", "title": "F", "components": [{"type": 1, "components": [field]}]}
    sent = await bot.used()
    await bot.respond(sent, 9, form)
    assert sent.modal
    submitted = await local.actor("maya").submit(sent.modal, {"a": "c"})
    rows = submitted.interaction.payload["data"]["components"]
    assert rows[0]["components"][0]["value"] == "c"
    assert (await bot.respond(submitted, 9, form)).verdict == (400, 50035)
    assert (await bot.respond(submitted, 4, {"content": "thanks"})).status == 200


async def test_more_than_25_choices_are_refused(bot: Bot, local: LocalDiscord) -> None:
    option = {"type": 4, "name": "duration", "description": "Seconds", "autocomplete": True}
    await bot.register({**COMMAND, "options": [option]})
    maya = local.actor("maya")
    with local.events.listen() as stream:
        typing = asyncio.create_task(maya.autocomplete("films", "video", {}, focused="duration"))
        event = await anext(stream)
        (one,) = local.state.interactions.values()
        sent = Sent(local.state, one)
        choice = {"name": "5 s", "value": 5}
        assert event.body["interaction"] == str(one.id)
        assert (await bot.respond(sent, 8, {"choices": [choice] * 26})).verdict == (400, 50035)
        assert (await bot.respond(sent, 8, {"choices": [choice]})).status == 200
        assert await typing == (choice,)


@pytest.mark.parametrize(
    ("kind", "choice"),
    [
        (4, {"name": "5 s", "value": "5"}),
        (4, {"name": "5 s", "value": 5.5}),
        (4, {"name": "5 s", "value": True}),
        (4, {"name": "5 s"}),
        (10, {"name": "5 s", "value": "5"}),
        (3, {"name": "5 s", "value": 5}),
        (3, {"name": "5 s", "value": ""}),
        (4, "5 s"),
    ],
)
async def test_a_choice_has_a_value_of_its_options_type(
    bot: Bot, local: LocalDiscord, kind: int, choice: Any
) -> None:
    option = {"type": kind, "name": "duration", "description": "x", "autocomplete": True}
    part = {"type": 1, "name": "now", "description": "x", "options": [option]}
    await bot.register({**COMMAND, "options": [part]})
    maya, right = local.actor("maya"), {3: "5", 4: 5, 10: 5.5}[kind]
    with local.events.listen() as stream:
        typing = asyncio.create_task(
            maya.autocomplete("films", "video now", {}, focused="duration")
        )
        await anext(stream)
        (one,) = local.state.interactions.values()
        sent = Sent(local.state, one)
        assert (await bot.respond(sent, 8, {"choices": [choice]})).verdict == (400, 50035)
        fitting = {"name": "5 s", "value": right}
        assert (await bot.respond(sent, 8, {"choices": [fitting]})).status == 200
        assert await typing == (fitting,)


async def test_an_interaction_carries_what_the_bot_may_do_there(
    bot: Bot, local: LocalDiscord
) -> None:
    local.world.deny("films", "video", Permission.ATTACH_FILES)
    local.world.change_guild("Film club", tier=2, locale="es-ES")
    payload = (await bot.used()).interaction.payload
    assert not int(payload["app_permissions"]) & Permission.ATTACH_FILES
    assert int(payload["app_permissions"]) & Permission.SEND_MESSAGES
    assert payload["attachment_size_limit"] == 50 * 1024 * 1024
    assert (payload["locale"], payload["guild_locale"]) == ("en-US", "es-ES")
    direct = (await bot.used(channel="@maya")).interaction.payload
    assert (direct["context"], "guild_id" in direct, direct["user"]["username"]) == (
        1,
        False,
        "maya",
    )


async def test_a_channel_takes_only_so_many_follow_ups_whatever_they_follow(bot: Bot) -> None:
    async def follow_up() -> int:
        sent = await bot.used()
        await bot.respond(sent, 4, {"content": "x"})
        return (await bot.by_token(sent, "POST", "", {"content": "y"})).status

    assert [await follow_up() for _ in range(30)] == [200] * 30
    assert await follow_up() == 429
