"""A server's places: who sees and fills threads, posts, and channels of every kind."""

from typing import Any

import pytest

from bot.playground.guild import ChannelKind, LocalDiscord, NotPossible, Permission
from tests.playground.guild.raw_bot import Bot

NEITHER = Permission.CREATE_PUBLIC_THREADS | Permission.CREATE_PRIVATE_THREADS


async def test_a_private_thread_is_for_its_members_and_moderators(
    bot: Bot, local: LocalDiscord
) -> None:
    quiet = local.places.thread("films", "plans", by="maya", private=True, members=["leo"])
    local.actor("leo").say(quiet.id, "here")
    assert local.actor("sam").messages(quiet.id)  # manages threads
    local.places.send_away(quiet, "leo")
    assert local.actor("leo").messages(quiet.id) == []
    assert (await bot.ask("GET", f"/channels/{quiet.id}")).verdict == (403, 50001)
    local.places.bring(quiet, "video")
    assert (await bot.ask("GET", f"/channels/{quiet.id}")).body["member"]
    assert (await bot.post("plans", {"content": "x"})).status == 200


async def test_only_an_invitable_private_thread_is_opened_to_others_by_its_members(
    local: LocalDiscord,
) -> None:
    maya = local.actor("maya")
    shut = maya.start_thread("films", "shut", private=True, invitable=False)
    with pytest.raises(NotPossible, match="bring leo"):
        maya.bring(shut.id, "leo")
    assert "leo" in local.world.user("leo").name
    maya.say(shut.id, f"<@{local.world.user('leo').id}>")
    assert not local.actor("leo").messages(shut.id)
    opened = maya.start_thread("films", "opened", private=True)
    maya.say(opened.id, f"<@{local.world.user('leo').id}>")
    assert local.actor("leo").messages(opened.id)


async def test_a_named_person_who_does_not_see_the_private_thread_is_not_notified(
    local: LocalDiscord,
) -> None:
    shut = local.actor("maya").start_thread("films", "shut", private=True, invitable=False)
    local.actor("maya").say(shut.id, f"<@{local.world.user('leo').id}>")
    assert local.state.pings == []


async def test_threads_are_started_by_those_who_may(bot: Bot, local: LocalDiscord) -> None:
    films = local.places.deny("films", "@everyone", NEITHER)
    for private in (False, True):
        with pytest.raises(NotPossible, match="50013"):
            local.actor("maya").start_thread("films", "talk", private=private)
    for kind in (11, 12):
        asked = {"name": "talk", "type": kind}
        reply = await bot.ask("POST", f"/channels/{films.id}/threads", asked)
        assert reply.verdict == (403, 50013)


async def test_a_thread_is_written_in_by_those_who_may_write_in_threads(
    bot: Bot, local: LocalDiscord
) -> None:
    local.places.thread("films", "talk", by="maya")
    local.places.deny("films", "@everyone", Permission.SEND_MESSAGES)
    local.actor("leo").say("talk", "threads are open")
    local.places.deny("films", "@everyone", Permission.SEND_MESSAGES_IN_THREADS)
    with pytest.raises(NotPossible):
        local.actor("leo").say("talk", "no more")
    assert (await bot.post("talk", {"content": "x"})).verdict == (403, 50013)


async def test_a_read_only_channel_is_read_by_all_and_written_by_some(
    bot: Bot, local: LocalDiscord
) -> None:
    local.places.read_only("films", but=["video"])
    with pytest.raises(NotPossible):
        local.actor("maya").say("films", "hello")
    assert (await bot.post("films", {"content": "x"})).status == 200
    assert local.actor("maya").messages("films")


async def test_a_forum_holds_posts_and_no_messages(bot: Bot, local: LocalDiscord) -> None:
    clips = local.places.forum("clips")
    assert (await bot.post("clips", {"content": "x"})).verdict == (400, 50008)
    post = local.actor("maya").post("clips", "foxes", "Look at them")
    assert local.actor("leo").messages(post.id)[0].content == "Look at them"
    body = {"name": "cats", "message": {"content": "Look"}}
    made = await bot.ask("POST", f"/channels/{clips.id}/threads", body)
    assert made.status == 201
    assert made.body["message"]["id"] == made.body["id"]
    local.places.read_only(clips)
    with pytest.raises(NotPossible):
        local.actor("maya").post("clips", "more", "x")
    refused = await bot.ask("POST", f"/channels/{clips.id}/threads", body)
    assert refused.verdict == (403, 50013)


@pytest.mark.parametrize("kind", ["voice", "stage"])
async def test_voice_and_stage_are_places_of_text_without_threads(
    bot: Bot, local: LocalDiscord, kind: str
) -> None:
    here = getattr(local.places, kind)("lounge")
    assert (await bot.post("lounge", {"content": "x"})).status == 200
    assert (await bot.used(channel="lounge")).interaction.payload["channel"]["type"] == here.kind
    asked = {"name": "talk", "type": 11}
    assert (await bot.ask("POST", f"/channels/{here.id}/threads", asked)).verdict == (400, 50024)
    local.places.deny(here, "@everyone", Permission.CONNECT)
    assert (await bot.post("lounge", {"content": "x"})).verdict == (403, 50013)


async def test_threads_of_announcements_are_of_their_own_kind(
    bot: Bot, local: LocalDiscord
) -> None:
    news = local.places.announcements("news")
    path, asked = f"/channels/{news.id}/threads", {"name": "talk"}
    assert (await bot.ask("POST", path, {**asked, "type": 12})).verdict == (400, 50024)
    assert (await bot.ask("POST", path, {**asked, "type": 10})).body["type"] == 10
    begun = local.actor("maya").start_thread("news", "what")
    assert begun.kind is ChannelKind.ANNOUNCEMENT_THREAD


async def test_a_thread_from_a_message_has_its_id_and_comes_once(
    bot: Bot, local: LocalDiscord
) -> None:
    said = local.actor("maya").say("films", "hello")
    path = f"/channels/{said.channel_id}/messages/{said.id}"
    made = await bot.ask("POST", f"{path}/threads", {"name": "about it"})
    assert (made.status, made.body["id"], made.body["type"]) == (201, str(said.id), 11)
    assert (await bot.ask("GET", path)).body["thread"]["name"] == "about it"
    again = await bot.ask("POST", f"{path}/threads", {"name": "about it"})
    assert again.verdict == (400, 160004)


async def test_writing_reopens_an_archived_thread_unless_it_is_locked(
    bot: Bot, local: LocalDiscord
) -> None:
    talk = local.places.thread("films", "talk", by="maya")
    local.places.archive(talk)
    local.actor("leo").say("talk", "again")
    assert not local.world.channel("talk").archived
    local.places.lock(talk)
    assert (await bot.post("talk", {"content": "x"})).verdict == (400, 50083)
    local.places.lock(local.places.reopen(talk), archived=False)
    assert (await bot.post("talk", {"content": "x"})).verdict == (400, 160005)
    with pytest.raises(NotPossible):
        local.actor("leo").say("talk", "again")
    local.actor("sam").say("talk", "I moderate")


async def test_who_is_kicked_sees_nothing_and_comes_back_without_roles_and_threads(
    local: LocalDiscord,
) -> None:
    quiet = local.places.thread("films", "plans", by="maya", private=True, members=["sam"])
    local.places.kick("sam")
    with pytest.raises(NotPossible):
        local.actor("sam").say("films", "hello")
    local.places.admit("sam")
    local.actor("sam").say("films", "hello")
    assert local.world.guild("Film club").members[local.world.user("sam").id] == frozenset()
    with pytest.raises(NotPossible):
        local.actor("sam").say(quiet.id, "hello")


async def test_who_is_kicked_sends_no_form_that_is_still_open(
    bot: Bot, local: LocalDiscord
) -> None:
    sent = await bot.used()
    label = {"type": 18, "label": "x", "component": {"type": 4, "custom_id": "x", "style": 1}}
    await bot.respond(sent, 9, {"custom_id": "f", "title": "F", "components": [label]})
    local.places.kick("maya")
    assert sent.modal is not None
    with pytest.raises(NotPossible):
        await local.actor("maya").submit(sent.modal, {"x": "y"})


async def test_a_channel_made_anew_is_another_and_empty(bot: Bot, local: LocalDiscord) -> None:
    old = local.world.channel("films")
    talk = local.places.thread("films", "talk", by="maya")
    local.actor("maya").say("films", "hello")
    new = local.places.anew("films")
    assert new.id != old.id
    assert local.actor("maya").messages("films") == []
    for gone in (old, talk):
        assert (await bot.ask("GET", f"/channels/{gone.id}")).verdict == (404, 10003)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x" * 101},
        {"name": ["x"]},
        {"name": 5},
        {"name": "x", "type": 99},
        {"name": "x", "type": "11"},
        {"name": "x", "invitable": "yes"},
        {"name": "x", "auto_archive_duration": 5},
    ],
)
async def test_a_thread_of_another_shape_is_not_started(
    bot: Bot, local: LocalDiscord, body: dict[str, Any]
) -> None:
    films, before = local.world.channel("films").id, len(local.world.channels)
    reply = await bot.ask("POST", f"/channels/{films}/threads", {"type": 11, **body})
    assert reply.verdict == (400, 50035)
    assert len(local.world.channels) == before


async def test_the_bot_joins_brings_and_leaves(bot: Bot, local: LocalDiscord) -> None:
    talk = local.places.thread("films", "talk", by="maya")
    people, leo = f"/channels/{talk.id}/thread-members", local.world.user("leo").id
    assert (await bot.ask("PUT", f"{people}/@me")).status == 204
    assert (await bot.ask("PUT", f"{people}/{leo}")).status == 204
    assert {one["user_id"] for one in (await bot.ask("GET", people)).body} >= {str(leo)}
    assert (await bot.ask("GET", f"{people}/{leo}")).body["user_id"] == str(leo)
    assert (await bot.ask("DELETE", f"{people}/{leo}")).verdict == (403, 50013)
    assert (await bot.ask("DELETE", f"{people}/@me")).status == 204
    assert (await bot.ask("GET", f"{people}/{local.state.bot_id}")).verdict == (404, 10007)


async def test_open_and_archived_threads_are_listed_as_far_as_they_are_seen(
    bot: Bot, local: LocalDiscord
) -> None:
    local.places.thread("films", "open", by="maya")
    local.places.thread("films", "hidden", by="maya", private=True)
    local.places.archive(local.places.thread("films", "shut", by="maya"))
    films, guild = local.world.channel("films"), local.world.guild("Film club").id
    seen = (await bot.ask("GET", f"/guilds/{guild}/threads/active")).body["threads"]
    assert [one["name"] for one in seen] == ["open"]
    old = (await bot.ask("GET", f"/channels/{films.id}/threads/archived/public")).body
    assert [one["name"] for one in old["threads"]] == ["shut"]
    hidden = await bot.ask("GET", f"/channels/{films.id}/threads/archived/private")
    assert hidden.verdict == (403, 50013)
