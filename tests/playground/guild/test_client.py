"""The real discord.py client against the local Discord."""

import io
from typing import Any

import discord
import pytest

from bot.playground.guild import LocalDiscord, ResponseKind, Unanswered
from tests.openapi import OpenApi
from tests.playground.guild.real_client import running
from tests.playground.guild.video_client import Card, Use, new_client, video_commands


@pytest.fixture(autouse=True)
def _watched(pointed: LocalDiscord, openapi: OpenApi) -> None:
    openapi.watch(pointed)


async def test_a_card_is_shown_and_its_button_changes_it(pointed: LocalDiscord) -> None:
    async with running(pointed, new_client(), video_commands):
        maya = pointed.actor("maya")
        sent = await (await maya.command("films", "video", {"prompt": "a fox"})).responded()
        assert sent.message
        assert sent.message.text == "Waiting: a fox"
        pressed = await (await maya.press(sent.message, label="Cancel")).responded()
        assert pressed.response is ResponseKind.UPDATE
        assert [one.text for one in pointed.actor("leo").messages("films")] == ["Cancelled"]


async def test_autocompletion_sees_the_other_options(pointed: LocalDiscord) -> None:
    async with running(pointed, new_client(), video_commands):
        typed = {"prompt": "a fox", "duration": "7"}
        maya = pointed.actor("maya")
        choices = await maya.autocomplete("films", "video", typed, focused="duration")
    assert choices == ({"name": "7 s of a fox", "value": 7},)


async def test_the_first_follow_up_fills_the_deferred_reply(pointed: LocalDiscord) -> None:
    async with running(pointed, new_client(), video_commands):
        maya = pointed.actor("maya")
        sent = await (await maya.command("films", "slow")).responded()
        await pointed.changed(lambda: len(maya.messages("films")) == 2)
        first, second = maya.messages("films")
        assert sent.message == first
        assert (first.text, first.loading, second.text) == ("first", False, "second")


async def test_private_replies_are_seen_by_one_person_only(pointed: LocalDiscord) -> None:
    async with running(pointed, new_client(), video_commands) as client:
        maya = pointed.actor("maya")
        await maya.command("films", "slow", {"private": True})
        await pointed.changed(lambda: len(maya.messages("films")) == 2)
        assert pointed.actor("leo").messages("films") == []
        hidden = maya.messages("films")[0]
        films = client.get_partial_messageable(hidden.channel_id)
        with pytest.raises(discord.NotFound, match="10008"):
            await films.get_partial_message(hidden.id).edit(content="x")


async def test_a_form_is_opened_prefilled_and_submitted(pointed: LocalDiscord) -> None:
    async with running(pointed, new_client(), video_commands):
        maya = pointed.actor("maya")
        opened = await (await maya.command("films", "form")).responded()
        assert opened.modal
        assert opened.modal.title == "Shots"
        kept = await (await maya.submit(opened.modal, {})).responded()
        assert kept.message
        assert kept.message.text == "shots: a fox"


async def test_a_message_command_carries_the_message(pointed: LocalDiscord) -> None:
    async with running(pointed, new_client(), video_commands):
        maya = pointed.actor("maya")
        said = pointed.actor("leo").say("films", "a fox in the snow")
        sent = await (await maya.menu("films", said, "Make a video of this")).responded()
        assert sent.message
        assert sent.message.text == "of: a fox in the snow"


async def test_who_is_never_answered_learns_it_after_three_seconds(
    pointed: LocalDiscord, clock: Any
) -> None:
    async with running(pointed, new_client(), video_commands):
        sent = await pointed.actor("maya").command("films", "silent")
        clock.pass_by(seconds=4)
        with pytest.raises(Unanswered):
            await sent.responded()


async def test_a_film_is_uploaded_shown_in_a_gallery_and_served(pointed: LocalDiscord) -> None:
    async with running(pointed, new_client()) as client:
        films = client.get_partial_messageable(pointed.world.channel("films").id)
        file = discord.File(io.BytesIO(b"film" * 1000), "film.mp4", description="a fox")
        sent = await films.send(view=Card("Ready", "attachment://film.mp4"), file=file)
        assert sent.attachments[0].content_type == "video/mp4"
        assert await sent.attachments[0].read() == b"film" * 1000
        (shown,) = pointed.messages("films")
        assert shown.media == (sent.attachments[0].url,)
        fetched = await films.fetch_message(sent.id)
        assert await fetched.attachments[0].read() == b"film" * 1000


async def test_files_come_with_the_first_answer_and_with_edits(pointed: LocalDiscord) -> None:
    async def setup(client: discord.Client, tree: Any) -> None:
        @tree.command(name="film", description="Shows a film")
        async def film(interaction: Use) -> None:
            first = discord.File(io.BytesIO(b"first"), "first.mp4")
            card = Card("One", "attachment://first.mp4")
            await interaction.response.send_message(view=card, file=first)
            second = discord.File(io.BytesIO(b"second"), "second.mp4")
            card = Card("Two", "attachment://second.mp4")
            await interaction.edit_original_response(view=card, attachments=[second])

    async with running(pointed, new_client(), setup):
        maya = pointed.actor("maya")
        sent = await (await maya.command("films", "film")).responded()
        assert sent.message
        assert [one.filename for one in sent.message.attachments] == ["first.mp4"]
        await pointed.changed(lambda: maya.messages("films")[0].text == "Two")
        (shown,) = maya.messages("films")
        assert [one.filename for one in shown.attachments] == ["second.mp4"]
        assert shown.media == (shown.attachments[0].url,)


async def test_messages_are_written_read_edited_and_deleted(pointed: LocalDiscord) -> None:
    async with running(pointed, new_client()) as client:
        films = client.get_partial_messageable(pointed.world.channel("films").id)
        first, second = await films.send("one"), await films.send("two")
        await films.get_partial_message(first.id).edit(content="uno")
        assert [one.content async for one in films.history()] == ["two", "uno"]
        assert [one.content async for one in films.history(before=second)] == ["uno"]
        assert [one.content async for one in films.history(after=first)] == ["two"]
        await films.get_partial_message(second.id).delete()
        await films.typing()
        assert [one.text for one in pointed.messages("films")] == ["uno"]


async def test_direct_messages_and_threads_are_opened(pointed: LocalDiscord) -> None:
    async with running(pointed, new_client()) as client:
        leo = await client.fetch_user(pointed.world.user("leo").id)
        await leo.send("your film")
        assert pointed.actor("leo").messages("@leo")[0].text == "your film"
        films: Any = await client.fetch_channel(pointed.world.channel("films").id)
        thread = await films.create_thread(name="talk", type=discord.ChannelType.public_thread)
        await thread.send("in the thread")
        assert pointed.actor("maya").messages("talk")[0].text == "in the thread"


async def test_what_the_client_may_look_up(pointed: LocalDiscord) -> None:
    async with running(pointed, new_client()) as client:
        world = pointed.world
        info = await client.application_info()
        assert info.owner.id == world.user("olga").id
        guild = await client.fetch_guild(world.guild("Film club").id)
        assert (await guild.fetch_member(world.user("sam").id)).roles[1:]
        assert len(await guild.fetch_channels()) == 3
        channel: Any = await client.fetch_channel(world.channel("films").id)
        assert channel.name == "films"


async def test_commands_of_one_server_are_registered_beside_the_global_ones(
    pointed: LocalDiscord,
) -> None:
    async def setup(client: discord.Client, tree: Any) -> None:
        await video_commands(client, tree)
        here = discord.Object(pointed.world.guild("Film club").id)
        tree.copy_global_to(guild=here)
        await tree.sync(guild=here)
        assert {one.name for one in await tree.fetch_commands(guild=here)} >= {"video", "form"}

    async with running(pointed, new_client(), setup):
        offered = pointed.actor("maya").offered("films")
        assert [one["name"] for one in offered].count("video") == 2
        assert "video" in [one["name"] for one in pointed.actor("maya").offered("@maya")]
