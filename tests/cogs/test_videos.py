"""`/videos` and `/quota`: what people can look up, and whose."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.db.tables import requests
from bot.playground.guild import Cut, LocalDiscord, Message
from bot.video.limits.effective import Limits
from bot.video.outbox import new_posts
from bot.video.outbox.film_post import note_file
from bot.video.ports.edges import Clip, FilmFile
from bot.video.values.posts import PostState
from bot.video.values.prices import CREDIT
from bot.video.values.videos import State
from tests.cogs.harness import Harness, local_bot, shown
from tests.statements import executing, owed_posts


async def asked(harness: Harness, channel: str, count: int = 1, name: str = "maya") -> None:
    for number in range(count):
        values = {"prompt": f"film number {number}"}
        await shown(await harness.discord.actor(name).command(channel, "video", values))
        await harness.told()


async def test_ones_own_films_are_listed_newest_first_and_turned_page_by_page(
    harness: Harness,
) -> None:
    await asked(harness, "films", 12)
    await asked(harness, "films", 1, "leo")
    maya = harness.discord.actor("maya")

    first = await shown(await maya.command("films", "videos list"))
    (older,) = [label for label in first.buttons if "Show" not in label and label != "Details"]
    await (await maya.press(first, label=older)).responded()
    second = next(one for one in maya.messages("films") if one.id == first.id)

    assert first.only_for is not None
    assert first.text.index("film number 11") < first.text.index("film number 2")
    assert "film number 1\n" in second.text + "\n"
    assert "film number 11" not in second.text


async def test_a_search_that_left_older_videos_out_says_so(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asked(harness, "films", 3)
    maya, told = harness.discord.actor("maya"), []
    for bound in (3, 2):
        monkeypatch.setattr("bot.db.search.LOOKED_THROUGH", bound)
        found = await shown(await maya.command("films", "videos list", {"words": "number"}))
        told.append("Only the newest" in found.text)

    assert told == [False, True]


async def test_a_video_whose_ancestor_was_deleted_for_its_age_is_still_shown(
    harness: Harness,
) -> None:
    await asked(harness, "films", 1)
    (film,) = await harness.films()
    follows = update(requests).where(requests.c.id == film.request.id)
    await harness.store.tx(executing(follows.values(parent_id="gone0000000000000000")))
    show = {"id": film.task.id}
    told = await shown(await harness.discord.actor("maya").command("films", "videos show", show))

    assert "film number 0" in told.text


async def test_a_film_is_shown_to_who_may_see_its_channel_and_to_nobody_else(
    harness: Harness,
) -> None:
    await asked(harness, "mods", name="sam")
    films = await harness.films()
    shows = {"id": films[0].task.id}

    olga = await shown(await harness.discord.actor("olga").command("films", "videos show", shows))
    leo = await shown(await harness.discord.actor("leo").command("films", "videos show", shows))

    assert "film number 0" in olga.text
    assert "film number 0" not in leo.text
    assert leo.only_for is not None


async def uploaded(harness: Harness, folder: Path) -> str:
    """A video whose message has its file, and whose own link has expired."""
    await asked(harness, "films")
    card = await harness.film()
    task_id = card.task.id
    ended: dict[str, Any] = {"film_url": "https://films.example/1.mp4"}
    ended["film_until"] = harness.clock.now() - timedelta(hours=1)
    await harness.store.tx(
        lambda books: books.move_from(task_id, frozenset(State), State.COMPLETED, **ended)
    )
    post = new_posts.film(card.request, task_id, now=harness.clock.now())
    await harness.store.tx(lambda books: books.add_post(post))
    (folder / "film.mp4").write_bytes(b"a film")
    film = FilmFile(path=folder / "film.mp4", size=6)
    sent = await harness.announcer.send(
        post, await harness.film(), clips=[Clip(post=post, film=film)], ping=False
    )
    there = {"state": PostState.THERE, "message_id": sent.message_id, "sent_to": sent.channel_id}
    await harness.store.tx(lambda books: books.change_post(post.id, **there))
    return task_id


async def details_of(harness: Harness, task_id: str, who: str = "leo") -> Message:
    reader = harness.discord.actor(who)
    return await shown(await reader.command("films", "videos show", {"id": task_id}))


async def test_an_uploaded_film_has_a_fresh_address(harness: Harness, tmp_path: Path) -> None:
    details = await details_of(harness, await uploaded(harness, tmp_path))

    assert f"{harness.discord.base_url}/attachments/" in details.text
    assert "films.example" not in details.text


@pytest.mark.parametrize("trouble", [{"status": 503}, {"status": 500}, {"cut": Cut.BEFORE}])
async def test_a_film_is_not_called_dead_while_discord_gives_no_answer(
    harness: Harness, tmp_path: Path, trouble: dict[str, Any]
) -> None:
    task_id = await uploaded(harness, tmp_path)
    harness.discord.faults.add("GET /channels/*/messages/*", times=None, **trouble)

    details = await details_of(harness, task_id)

    assert "Couldn't get the file from Discord" in details.text
    assert "The message with the video" in details.text
    assert "costs" not in details.text


async def test_a_film_whose_message_was_deleted_is_called_dead_and_not_linked(
    harness: Harness, tmp_path: Path
) -> None:
    task_id = await uploaded(harness, tmp_path)
    harness.discord.actor("sam").delete(harness.discord.messages("films")[-1])

    details = await details_of(harness, task_id, "maya")

    assert "stopped working" in details.text
    assert "The message with the video" not in details.text


async def test_a_kept_film_is_linked_only_while_it_is_there(
    harness: Harness, tmp_path: Path
) -> None:
    task_id = await uploaded(harness, tmp_path)
    harness.discord.actor("sam").delete(harness.discord.messages("films")[-1])
    address = "https://bot.example/films/abc.mp4"
    film = (await harness.film()).film
    assert film is not None
    await harness.store.tx(note_file, film.id, kept_at=address)

    there = await details_of(harness, task_id, "maya")
    harness.films_kept.evicted.add(address)
    evicted = await details_of(harness, task_id, "maya")

    assert address in there.text
    assert address not in evicted.text
    assert "no longer has the file" in evicted.text
    assert "Making the video again costs" in evicted.text


async def test_an_id_that_is_none_is_refused_kindly(harness: Harness) -> None:
    maya = harness.discord.actor("maya")

    answer = await shown(await maya.command("films", "videos show", {"id": "@everyone `x`"}))

    assert answer.only_for is not None
    assert not answer.everyone


async def test_an_empty_inbox_says_so(harness: Harness) -> None:
    answer = await shown(await harness.discord.actor("maya").command("films", "videos inbox"))

    assert answer.only_for is not None


async def test_a_film_without_a_place_waits_in_its_owners_inbox(harness: Harness) -> None:
    await asked(harness, "films")
    card = await harness.film()
    post = new_posts.film(card.request, card.task.id, now=harness.clock.now())
    await harness.store.tx(lambda books: books.add_post(post))
    await harness.store.tx(
        lambda books: books.change_post(post.id, state=PostState.INBOX, due_at=None)
    )

    mine = await shown(await harness.discord.actor("maya").command("general", "videos inbox"))
    other = await shown(await harness.discord.actor("leo").command("general", "videos inbox"))

    assert "film number 0" in mine.text
    assert "film number 0" not in other.text


async def test_what_a_moderator_had_to_say_waits_in_the_inbox_until_it_is_read(
    harness: Harness,
) -> None:
    maya, sam = harness.discord.actor("maya"), harness.discord.actor("sam")
    values = {"member": str(maya.user.id), "reason": "spam"}
    await shown(await sam.command("films", "moderate block", values))
    (post_id,) = [owed.id for owed in await harness.store.tx(owed_posts)]
    await harness.store.tx(
        lambda books: books.change_post(post_id, state=PostState.INBOX, due_at=None)
    )

    first = await shown(await maya.command("films", "videos inbox"))
    async with asyncio.timeout(5):
        while await harness.store.tx(lambda books: books.inbox(maya.user.id)):
            pass
    second = await shown(await maya.command("films", "videos inbox"))

    assert "blocked from making videos in **Film club**" in first.text
    assert "Reason: spam" in first.text
    assert "Nothing is waiting" in second.text


async def test_quota_says_what_is_left(tmp_path: Path, discord: LocalDiscord) -> None:
    limits = Limits(daily=100 * CREDIT, at_once=2, bot_daily=None)
    async with local_bot(tmp_path, discord=discord, limits=limits) as harness:
        await asked(harness, "films")

        answer = await shown(await discord.actor("maya").command("films", "quota"))

        assert answer.only_for is not None
        assert "73" in answer.text
        assert "<t:" in answer.text


async def test_quota_says_when_the_whole_bot_has_room_again(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    limits = Limits(daily=100 * CREDIT, at_once=2, bot_daily=30 * CREDIT)
    async with local_bot(tmp_path, discord=discord, limits=limits) as harness:
        await asked(harness, "films")
        task = (await harness.film()).task
        ordered = {"submitted_at": task.created_at, "remote_id": "task-unified-1"}
        await harness.store.tx(
            lambda books: books.move_from(task.id, {State.QUEUED}, State.RUNNING, **ordered)
        )
        opens = task.created_at + timedelta(days=1)

        answer = await shown(await discord.actor("maya").command("films", "quota"))

        assert "everyone together: 3 credits left." in answer.text
        assert f"It will be enough for 1 video <t:{int(opens.timestamp())}:R>." in answer.text
