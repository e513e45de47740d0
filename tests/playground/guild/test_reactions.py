"""Reactions, pins, bulk deletes and member searches."""

from typing import Any
from urllib.parse import quote

import pytest

from bot.playground.guild import EventKind, LocalDiscord, Message, NotPossible, Permission
from tests.playground.guild.conftest import HandClock
from tests.playground.guild.raw_bot import Bot

FOX = "\N{FOX FACE}"
HEART = "\N{HEAVY BLACK HEART}\ufe0f"


def path_of(message: Message) -> str:
    return f"/channels/{message.channel_id}/messages/{message.id}"


def reactions(message: Message, emoji: str = FOX, whose: str = "") -> str:
    return f"{path_of(message)}/reactions/{quote(emoji)}{whose}"


def moderating(local: LocalDiscord) -> None:
    local.world.join("Film club", "video", local.world.guild("Film club").roles[1].id)


async def test_reactions_are_counted_once_a_person_and_taken_away(
    bot: Bot, local: LocalDiscord
) -> None:
    said = local.actor("leo").say("films", "hello")
    local.actor("maya").react(said, FOX)
    for emoji in (FOX, FOX, HEART):
        assert (await bot.ask("PUT", reactions(said, emoji, "/@me"))).status == 204
    fox, heart = (await bot.ask("GET", path_of(said))).body["reactions"]
    assert (fox["count"], fox["me"], heart["emoji"]["name"]) == (2, True, HEART)
    who = (await bot.ask("GET", reactions(said))).body
    assert {one["username"] for one in who} == {"maya", "video"}
    assert (await bot.ask("DELETE", reactions(said, FOX, "/@me"))).status == 204
    local.actor("maya").unreact(said, FOX)
    left = (await bot.ask("GET", path_of(said))).body["reactions"]
    assert [one["emoji"]["name"] for one in left] == [HEART]


@pytest.mark.parametrize("emoji", ["fox", "x:5", "1", FOX + " " + FOX, FOX * 20])
async def test_what_is_no_emoji_is_unknown(bot: Bot, local: LocalDiscord, emoji: str) -> None:
    said = local.actor("leo").say("films", "hello")
    assert (await bot.ask("PUT", reactions(said, emoji, "/@me"))).verdict == (400, 10014)


async def test_the_first_of_an_emoji_needs_the_right_to_react(
    bot: Bot, local: LocalDiscord
) -> None:
    said = local.actor("leo").say("films", "hello")
    local.places.deny("films", "video", Permission.ADD_REACTIONS)
    assert (await bot.ask("PUT", reactions(said, FOX, "/@me"))).verdict == (403, 50013)
    local.actor("leo").react(said, FOX)
    assert (await bot.ask("PUT", reactions(said, FOX, "/@me"))).status == 204


async def test_others_reactions_are_taken_by_who_manages_messages(
    bot: Bot, local: LocalDiscord
) -> None:
    said = local.actor("leo").say("films", "hello")
    local.actor("leo").react(said, FOX)
    leo = f"/{local.world.user('leo').id}"
    everything = f"{path_of(said)}/reactions"
    for path in (reactions(said, FOX, leo), reactions(said), everything):
        assert (await bot.ask("DELETE", path)).verdict == (403, 50013)
    moderating(local)
    for path in (reactions(said, FOX, leo), reactions(said), everything):
        local.actor("leo").react(said, FOX)
        assert (await bot.ask("DELETE", path)).status == 204
        assert "reactions" not in (await bot.ask("GET", path_of(said))).body


async def test_a_message_bears_twenty_different_emoji(bot: Bot, local: LocalDiscord) -> None:
    said = local.actor("leo").say("films", "hello")
    for number in range(20):
        local.actor("leo").react(said, chr(ord(FOX) + number))
    assert (await bot.ask("PUT", reactions(said, HEART, "/@me"))).verdict == (400, 30010)
    with pytest.raises(NotPossible):
        local.actor("maya").react(said, HEART)


@pytest.mark.parametrize("route", ["messages/pins", "pins"])
async def test_a_pin_is_set_shown_told_and_taken(bot: Bot, local: LocalDiscord, route: str) -> None:
    said = local.actor("leo").say("films", "hello")
    one = f"/channels/{said.channel_id}/{route}/{said.id}"
    assert (await bot.ask("PUT", one)).verdict == (403, 50013)
    moderating(local)
    assert (await bot.ask("PUT", one)).status == 204
    assert (await bot.ask("PUT", one)).status == 204
    told = local.messages("films")[1:]
    assert [(each.kind, each.reply_to) for each in told] == [(6, said.id)]
    new = (await bot.ask("GET", f"/channels/{said.channel_id}/messages/pins")).body
    old = (await bot.ask("GET", f"/channels/{said.channel_id}/pins")).body
    assert [each["message"]["id"] for each in new["items"]] == [str(said.id)]
    assert [(each["id"], each["pinned"]) for each in old] == [(str(said.id), True)]
    assert (await bot.ask("DELETE", one)).status == 204
    assert (await bot.ask("GET", f"/channels/{said.channel_id}/pins")).body == []


async def test_pins_are_read_in_pages_by_their_time(
    bot: Bot, local: LocalDiscord, clock: HandClock
) -> None:
    moderating(local)
    for number in range(3):
        said = (await bot.post("films", {"content": f"{number}"})).body
        path = f"/channels/{said['channel_id']}/messages/pins"
        await bot.ask("PUT", f"{path}/{said['id']}")
        clock.pass_by(seconds=1)
    first = (await bot.ask("GET", f"{path}?limit=2")).body
    assert [one["message"]["content"] for one in first["items"]] == ["2", "1"]
    assert first["has_more"]
    before = quote(first["items"][-1]["pinned_at"])
    rest = (await bot.ask("GET", f"{path}?limit=2&before={before}")).body
    assert [one["message"]["content"] for one in rest["items"]] == ["0"]
    assert (await bot.ask("GET", f"{path}?before=yesterday")).verdict == (400, 50035)


async def test_many_messages_are_deleted_at_once(
    bot: Bot, local: LocalDiscord, clock: HandClock
) -> None:
    said = [local.actor("leo").say("films", f"{number}") for number in range(3)]
    path = f"/channels/{said[0].channel_id}/messages/bulk-delete"
    two = {"messages": [str(one.id) for one in said[:2]]}
    assert (await bot.ask("POST", path, two)).verdict == (403, 50013)
    moderating(local)
    with local.events.listen() as stream:
        assert (await bot.ask("POST", path, two)).status == 204
        event = await anext(stream)
    assert (event.kind, event.body["ids"]) == (EventKind.CLEARED, two["messages"])
    assert [one.text for one in local.messages("films")] == ["2"]
    clock.pass_by(days=15)
    new = local.actor("leo").say("films", "new")
    mixed = {"messages": [str(said[2].id), str(new.id)]}
    assert (await bot.ask("POST", path, mixed)).verdict == (400, 50034)
    assert len(local.messages("films")) == 2


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ({}, (400, 50035)),
        ({"messages": "5"}, (400, 50035)),
        ({"messages": ["x", "y"]}, (400, 50035)),
        ({"messages": ["5"]}, (400, 50016)),
        ({"messages": ["5", "5"]}, (400, 50016)),
        ({"messages": [str(n) for n in range(101)]}, (400, 50016)),
    ],
)
async def test_a_list_to_delete_has_two_to_a_hundred_ids(
    bot: Bot, local: LocalDiscord, body: Any, verdict: tuple[int, int]
) -> None:
    moderating(local)
    films = local.world.channel("films").id
    path = f"/channels/{films}/messages/bulk-delete"
    assert (await bot.ask("POST", path, body)).verdict == verdict


async def test_members_are_listed_with_the_intent_and_found_by_name(
    bot: Bot, local: LocalDiscord
) -> None:
    here = f"/guilds/{local.world.guild('Film club').id}/members"
    assert (await bot.ask("GET", here)).verdict == (403, 50001)
    found = (await bot.ask("GET", f"{here}/search?query=MA&limit=5")).body
    assert [one["user"]["username"] for one in found] == ["maya"]
    assert (await bot.ask("GET", f"{here}/search")).verdict == (400, 50035)


@pytest.mark.parametrize("limit", ["0", "101", "x", "-1", "1.5", ""])
async def test_a_page_of_history_has_one_to_a_hundred(
    bot: Bot, local: LocalDiscord, limit: str
) -> None:
    films = local.world.channel("films").id
    reply = await bot.ask("GET", f"/channels/{films}/messages?limit={limit}")
    assert reply.verdict == (400, 50035)


async def test_the_bot_has_no_conversation_with_itself(bot: Bot, local: LocalDiscord) -> None:
    body = {"recipient_id": str(local.state.bot_id)}
    assert (await bot.ask("POST", "/users/@me/channels", body)).verdict == (400, 50007)
