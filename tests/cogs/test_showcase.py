"""Sending a video to the server's showcase: once, with credit, and gone with the video."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.playground.guild import LocalDiscord, Message
from bot.playground.guild.permissions import Permission
from bot.ui.items import Verb
from bot.video.outbox.new_posts import showcase_id
from bot.video.values.posts import PostKind, PostState
from tests.cogs.harness import Harness, local_bot, shown
from tests.cogs.steps import agree, buttons, finished, put, settle_posts

SHOWCASE = frozenset({PostKind.SHOWCASE})


@pytest.fixture
async def film(harness: Harness) -> Message:
    """Maya's finished video, in a server whose showcase is another channel."""
    await put(harness, "showcase_channel", harness.discord.world.channel("general").id)
    return await finished(harness)


async def send(harness: Harness, who: str, film: Message) -> Message:
    more = await shown(await harness.discord.actor(who).press(film, label="More"))
    return await shown(await harness.discord.actor(who).press(more, label="Send to showcase"))


async def test_a_video_goes_to_the_showcase_with_credit_and_a_link_back(
    harness: Harness, film: Message
) -> None:
    said = await send(harness, "maya", film)
    assert f"<#{harness.discord.world.channel('general').id}>" in said.text

    there = await settle_posts(harness, SHOWCASE)
    assert there.channel_id == harness.discord.world.channel("general").id
    assert f"A video by <@{harness.discord.world.user('maya').id}>" in there.text
    assert f"/{film.channel_id}/{film.id})" in there.text
    assert not there.pinged


async def test_a_second_press_sends_nothing_and_leads_to_the_first(
    harness: Harness, film: Message
) -> None:
    await send(harness, "maya", film)
    there = await settle_posts(harness, SHOWCASE)
    said = await send(harness, "maya", film)

    assert f"/{there.channel_id}/{there.id})" in said.text
    audit = await harness.bot.front.services.settings.audit(
        harness.discord.world.guild("Film club").id, limit=50, offset=0
    )
    assert [each.action for each in audit].count("showcased") == 1


@pytest.fixture
async def forum(tmp_path: Path, sqlite_url: str, discord: LocalDiscord) -> AsyncIterator[Harness]:
    """A server whose showcase is a forum."""
    place = discord.places.forum("best")
    async with local_bot(tmp_path, discord=discord) as harness:
        await put(harness, "showcase_channel", place.id)
        yield harness


async def test_in_a_forum_it_is_a_post_with_a_title(forum: Harness) -> None:
    harness = forum
    await send(harness, "maya", await finished(harness))

    card = await harness.film()
    post = await harness.store.tx(lambda books: books.post(showcase_id(card.task.id)))
    sent = await harness.announcer.send(post, card, ping=False)
    opened = harness.discord.world.channels[sent.channel_id]
    assert (opened.name, opened.parent_id) == ("a fox in the snow", post.channel_id)
    (message,) = harness.discord.messages(sent.channel_id)
    assert message.id == sent.message_id
    assert "A video by" in message.text
    assert await harness.announcer.find(post) == sent


async def test_who_is_neither_maker_nor_moderator_sends_nothing(
    harness: Harness, film: Message
) -> None:
    card = await harness.film()
    more = await shown(await harness.discord.actor("leo").press(film, label="More"))
    assert "Send to showcase" not in more.buttons

    forged = await buttons(harness, Verb.SHOWCASE, task_id=card.task.id)
    said = await shown(await harness.discord.actor("leo").press(forged, label="showcase"))
    assert said.only_for is not None
    assert await harness.store.tx(lambda b: b.look_up_post(showcase_id(card.task.id))) is None


async def test_a_server_without_a_showcase_offers_none(harness: Harness) -> None:
    film = await finished(harness)
    more = await shown(await harness.discord.actor("maya").press(film, label="More"))
    assert "Send to showcase" not in more.buttons

    card = await harness.film()
    forged = await buttons(harness, Verb.SHOWCASE, task_id=card.task.id)
    said = await shown(await harness.discord.actor("maya").press(forged, label="showcase"))
    assert "no showcase" in said.text


async def test_deleting_a_video_takes_it_from_the_showcase(harness: Harness, film: Message) -> None:
    await send(harness, "maya", film)
    await settle_posts(harness, SHOWCASE)
    more = await shown(await harness.discord.actor("maya").press(film, label="More"))
    await agree(harness, "maya", more, "Delete")

    card = await harness.film()
    post = await harness.store.tx(lambda books: books.post(showcase_id(card.task.id)))
    assert post.content.is_purged
    assert post.state is PostState.DUE


async def test_without_the_right_to_post_the_refusal_names_it(
    tmp_path: Path, sqlite_url: str, discord: LocalDiscord
) -> None:
    discord.world.deny("general", discord.world.application.bot_id, Permission.SEND_MESSAGES)
    async with local_bot(tmp_path, discord=discord) as harness:
        await put(harness, "showcase_channel", discord.world.channel("general").id)
        said = await send(harness, "maya", await finished(harness))

    assert "Send Messages" in said.text


async def test_what_was_made_for_adults_is_shown_to_adults(
    tmp_path: Path, sqlite_url: str, discord: LocalDiscord
) -> None:
    discord.world.change_channel("films", nsfw=True)
    async with local_bot(tmp_path, discord=discord) as harness:
        await put(harness, "showcase_channel", discord.world.channel("general").id)
        said = await send(harness, "maya", await finished(harness))

    assert "age-restricted" in said.text
