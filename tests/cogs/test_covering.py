"""A moderator puts a posted video behind a spoiler."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.errors import Refusal
from bot.playground.guild import Message
from bot.ui.items import Verb
from bot.video.moderation.acts import cover
from bot.video.ports.edges import Clip, FilmFile
from tests.cogs.harness import Harness, shown
from tests.cogs.steps import buttons, finished


def now(harness: Harness, film: Message) -> Message:
    return next(each for each in harness.discord.messages("films") if each.id == film.id)


async def covered(harness: Harness) -> Message:
    """What Sam reads after covering the only video from its details."""
    task_id = (await harness.film()).task.id
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
