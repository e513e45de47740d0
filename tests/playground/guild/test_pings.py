"""Whom the bot's message notifies: by its text, its allowed mentions, and roles."""

from dataclasses import replace
from typing import Any

import pytest

from bot.playground.guild import LocalDiscord
from tests.playground.guild.raw_bot import CARD, Bot

MIB = 1024 * 1024
EMBED = {"embeds": [{"title": "x"}]}


@pytest.mark.parametrize(
    ("allowed", "pinged"),
    [
        (None, {"maya", "leo"}),
        ({"parse": []}, set()),
        ({"parse": ["users"]}, {"maya", "leo"}),
        ({"parse": [], "users": ["{maya}"]}, {"maya"}),
        ({"users": ["{maya}"]}, {"maya"}),
    ],
)
async def test_who_is_pinged_follows_the_allowed_mentions(
    bot: Bot, local: LocalDiscord, allowed: Any, pinged: set[str]
) -> None:
    maya, leo = local.world.user("maya").id, local.world.user("leo").id
    body: dict[str, Any] = {"content": f"<@{maya}> and <@!{leo}>"}
    if allowed is not None:
        users = [one.format(maya=maya) for one in allowed.get("users", [])]
        body["allowed_mentions"] = {**allowed, **({"users": users} if users else {})}
    await bot.post("films", body)
    assert {local.world.user(ping.user_id).name for ping in local.state.pings} == pinged


@pytest.mark.parametrize(
    ("allowed", "mentionable", "reached"),
    [
        (None, True, True),
        (None, False, False),
        ({"parse": ["roles"]}, True, True),
        ({"parse": ["users", "everyone"]}, True, False),
        ({"parse": []}, True, False),
        ({"parse": [], "roles": ["{role}"]}, True, True),
        ({"roles": ["{role}"]}, False, False),
        ({"roles": ["5"]}, True, False),
    ],
)
async def test_a_role_is_pinged_where_the_allowed_mentions_and_the_role_let_it(
    bot: Bot, local: LocalDiscord, allowed: Any, mentionable: bool, reached: bool
) -> None:
    role = mentioned(local, mentionable=mentionable)
    body: dict[str, Any] = {**CARD, "components": [{"type": 10, "content": f"<@&{role}>"}]}
    if allowed is not None:
        roles = [one.format(role=role) for one in allowed.get("roles", [])]
        body["allowed_mentions"] = {**allowed, **({"roles": roles} if roles else {})}
    posted = (await bot.post("films", body)).body
    assert posted["mention_roles"] == ([str(role)] if reached else [])
    assert [ping.user_id for ping in local.state.pings] == (
        [local.world.user("sam").id] if reached else []
    )


async def test_who_may_ping_everyone_pings_any_role(bot: Bot, local: LocalDiscord) -> None:
    role = mentioned(local, mentionable=False)
    local.actor("leo").say("films", f"<@&{role}>")
    assert local.state.pings == []
    local.actor("olga").say("films", f"<@&{role}>")
    assert [ping.user_id for ping in local.state.pings] == [local.world.user("sam").id]


async def test_an_edit_does_not_ping_a_role_again_and_nobody_pings_twice(
    bot: Bot, local: LocalDiscord
) -> None:
    role, sam = mentioned(local, mentionable=True), local.world.user("sam").id
    posted = (await bot.post("films", {"content": f"<@&{role}> <@{sam}>"})).body
    await bot.edit(posted, {"content": f"<@&{role}>"})
    assert [ping.user_id for ping in local.state.pings] == [sam]


def mentioned(local: LocalDiscord, *, mentionable: bool) -> int:
    """The moderators' role, as sam holds it."""
    everyone, moderators = local.world.guild("Film club").roles
    roles = (everyone, replace(moderators, mentionable=mentionable))
    local.world.change_guild("Film club", roles=roles)
    return moderators.id


async def test_a_card_pings_too_and_an_edit_pings_only_who_is_new(
    bot: Bot, local: LocalDiscord
) -> None:
    maya, leo = local.world.user("maya").id, local.world.user("leo").id
    card = {**CARD, "components": [{"type": 10, "content": f"<@{maya}>"}]}
    posted = (await bot.post("films", card)).body
    both = {"components": [{"type": 10, "content": f"<@{maya}> <@{leo}>"}]}
    await bot.edit(posted, both)
    assert [ping.user_id for ping in local.state.pings] == [maya, leo]


async def test_everyone_is_reached_only_with_the_right_to(bot: Bot, local: LocalDiscord) -> None:
    await bot.post("films", {"content": "@everyone"})
    assert not local.messages("films")[-1].everyone
    local.world.join("Film club", "video", local.world.guild("Film club").roles[1].id)
    await bot.post("films", {"content": "@everyone"})
    assert local.messages("films")[-1].everyone


@pytest.mark.parametrize(
    ("allowed", "pinged"),
    [(None, ["maya"]), ({"parse": []}, []), ({"parse": [], "replied_user": True}, ["maya"])],
)
async def test_a_reply_pings_whom_it_answers_unless_told_not_to(
    bot: Bot, local: LocalDiscord, allowed: Any, pinged: list[str]
) -> None:
    said = local.actor("maya").say("films", "hello")
    body: dict[str, Any] = {"content": "yes", "message_reference": {"message_id": str(said.id)}}
    await bot.post("films", body if allowed is None else {**body, "allowed_mentions": allowed})
    assert [local.world.user(ping.user_id).name for ping in local.state.pings] == pinged
