"""A moderator puts a posted video behind a spoiler."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.errors import Refusal
from bot.playground.guild import Message
from bot.ui.items import Verb
from bot.video.moderation.acts import cover
from bot.video.outbox.new_posts import showcase_id
from bot.video.ports.edges import Clip, FilmFile
from bot.video.values.posts import PostState
from tests.cogs.harness import Harness, shown
from tests.cogs.steps import buttons, finished, put

TWO = {"prompt": "a fox", "takes": 2}


def now(harness: Harness, film: Message) -> Message:
    return next(each for each in harness.discord.messages("films") if each.id == film.id)


async def covered(harness: Harness) -> Message:
    """What Sam reads after covering the newest video from its details."""
    task_id = (await harness.films())[0].task.id
    sam = harness.discord.actor("sam")
    details = await shown(await sam.command("films", "videos show", {"id": task_id}))
    return await shown(await sam.press(details, label="Cover (spoiler)"))


async def test_a_posted_video_is_covered_and_keeps_its_buttons(harness: Harness) -> None:
    film = await finished(harness)
    assert "'spoiler': True" not in str(film.components)

    assert "behind a spoiler" in (await covered(harness)).text

    assert "'spoiler': True" in str(now(harness, film).components)
    assert list(now(harness, film).buttons) == list(film.buttons)
    sam = harness.discord.actor("sam")
    audit = await shown(await sam.command("films", "moderate audit"))
    assert "behind a spoiler" in audit.text
    details = {"id": (await harness.film()).task.id}
    again = await shown(await sam.command("films", "videos show", details))
    assert "Cover (spoiler)" not in again.buttons

    told = await shown(await sam.press(again, label="Uncover"))
    assert "no longer behind a spoiler" in told.text
    assert "'spoiler': True" not in str(now(harness, film).components)
    audit = await shown(await sam.command("films", "moderate audit"))
    assert "removed the spoiler" in audit.text


async def test_an_uploaded_video_keeps_its_file(harness: Harness, tmp_path: Path) -> None:
    await finished(harness)
    card = await harness.film()
    path = tmp_path / "fox.mp4"
    path.write_bytes(b"a film")
    assert card.film is not None
    post = replace(card.film, nonce="another")
    sent = await harness.announcer.send(
        post, card, clips=[Clip(post=post, film=FilmFile(path=path, size=6))], ping=False
    )
    there = {"message_id": sent.message_id}
    await harness.store.tx(lambda books: books.change_post(post.id, **there))
    film = harness.discord.messages("films")[-1]
    assert len(film.attachments) == 1

    await covered(harness)

    assert "'spoiler': True" in str(now(harness, film).components)
    assert [each.id for each in now(harness, film).attachments] == [film.attachments[0].id]
    assert "attachments/" in str(now(harness, film).components)


async def test_its_message_in_the_showcase_is_covered_too(harness: Harness, tmp_path: Path) -> None:
    await put(harness, "showcase_channel", harness.discord.world.channel("general").id)
    film = await finished(harness)
    more = await shown(await harness.discord.actor("maya").press(film, label="More"))
    await shown(await harness.discord.actor("maya").press(more, label="Send to showcase"))
    card = await harness.film()
    path = tmp_path / "fox.mp4"
    path.write_bytes(b"a film")
    post = await harness.store.tx(lambda books: books.post(showcase_id(card.task.id)))
    sent = await harness.announcer.send(
        post, card, clips=[Clip(post=post, film=FilmFile(path=path, size=6))], ping=False
    )
    there = {"message_id": sent.message_id, "state": PostState.THERE}
    await harness.store.tx(lambda books: books.change_post(post.id, **there))
    shown_there = harness.discord.messages("general")[-1]
    assert "'spoiler': True" not in str(shown_there.components)

    await covered(harness)

    after = harness.discord.messages("general")[-1]
    assert (after.id, after.text) == (shown_there.id, shown_there.text)
    assert "'spoiler': True" in str(after.components)
    assert [each.id for each in after.attachments] == [shown_there.attachments[0].id]


async def test_every_message_of_a_request_is_covered(harness: Harness) -> None:
    await shown(await harness.discord.actor("maya").command("films", "video", TWO))
    await harness.posted(drawn=True)
    first, second = [each.film.message_id for each in await harness.films() if each.film]

    await covered(harness)

    messages = {each.id: each for each in harness.discord.messages("films")}
    assert all("'spoiler': True" in str(messages[each].components) for each in (first, second))


async def test_members_and_other_servers_cover_nothing(harness: Harness) -> None:
    film = await finished(harness)
    task_id = (await harness.film()).task.id
    drawn = await buttons(harness, Verb.COVER, task_id=task_id)
    refused = await shown(await harness.discord.actor("leo").press(drawn, label="cover"))
    assert "You need" in refused.text
    with pytest.raises(Refusal, match="unknown_film"):
        await harness.videos.moderate(cover, (999, 1), task_id)
    assert "'spoiler': True" not in str(now(harness, film).components)
    assert not (await harness.film()).task.is_spoiler
