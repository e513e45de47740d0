"""In a rush, calls of Discord are cut, storage fails, and other processes hear the same."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StorageDown
from bot.playground.guild import Cut, LocalDiscord
from bot.playground.guild.interactions import ResponseKind
from bot.video.outbox.new_posts import reply_id
from bot.video.values.posts import PostState
from bot.video.values.videos import State
from tests.abuse.rushed import FOX, rows, seen
from tests.cogs.harness import Harness, dealt_with, local_bot, shown
from tests.cogs.steps import put

CALLBACK = "POST /interactions/*/callback"
ORIGINAL = "/webhooks/*/messages/@original"
pytestmark = pytest.mark.usefixtures("in_a_rush")


async def test_a_refusal_never_fills_the_public_message_whose_removal_is_in_doubt(
    harness: Harness,
) -> None:
    await put(harness, "paused", True)
    harness.discord.faults.add(f"DELETE {ORIGINAL}", times=None, cut=Cut.BEFORE)
    await (await harness.discord.actor("maya").command("films", "video", FOX)).responded()
    await dealt_with()

    assert [each.loading for each in seen(harness)] == [True]
    assert await rows(harness) == 1


async def test_a_removal_that_was_cut_is_made_sure_of(harness: Harness) -> None:
    await put(harness, "paused", True)
    harness.discord.faults.add(f"DELETE {ORIGINAL}", cut=Cut.AFTER)
    told = await shown(await harness.discord.actor("maya").command("films", "video", FOX))

    assert told.only_for is not None
    assert seen(harness) == []


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (401, 50027)])
async def test_nothing_is_accepted_whose_acknowledgment_did_not_arrive(
    harness: Harness, status: int, code: int
) -> None:
    harness.discord.faults.add(CALLBACK, times=None, status=status, code=code)
    await harness.discord.actor("maya").command("films", "video", FOX)
    await harness.discord.changed(lambda: harness.discord.requests)
    await dealt_with()

    assert await harness.films() == []
    assert seen(harness) == []


@pytest.mark.parametrize("cut", list(Cut))
async def test_an_acknowledgment_that_was_cut_is_made_sure_of(harness: Harness, cut: Cut) -> None:
    harness.discord.faults.add(CALLBACK, cut=cut)
    message = await shown(await harness.discord.actor("maya").command("films", "video", FOX))

    assert "a fox in the snow" in message.text
    assert [each.id for each in seen(harness)] == [message.id]


async def test_who_finds_that_another_process_answers_is_silent(harness: Harness) -> None:
    harness.discord.faults.add(CALLBACK, status=400, code=40060)
    await harness.discord.actor("maya").command("films", "video", FOX)
    await harness.discord.changed(lambda: harness.discord.requests)
    await dealt_with()

    assert await harness.films() == []
    assert harness.discord.actor("maya").messages("films") == []


async def test_a_command_that_two_processes_hear_becomes_one_video_and_one_card(
    tmp_path: Path, discord: LocalDiscord, pg_url: str
) -> None:
    async with (
        local_bot(tmp_path, discord=discord, url=pg_url) as harness,
        local_bot(tmp_path, discord=discord, url=pg_url),
    ):
        sent = await discord.actor("maya").command("films", "video", FOX)
        message = await shown(sent)
        await dealt_with()

        going = [each for each in await harness.films() if each.task.state is State.QUEUED]
        assert len(going) == 1
        assert [each.id for each in seen(harness)] == [message.id]
        assert "a fox in the snow" in message.text


async def test_storage_that_hangs_keeps_nobody_unacknowledged(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    transaction, is_seen = harness.store.tx, asyncio.Event()

    async def hanging(*given: Any, **named: Any) -> Any:
        await is_seen.wait()
        return await transaction(*given, **named)

    monkeypatch.setattr(harness.store, "tx", hanging)
    sent = await (await harness.discord.actor("maya").command("films", "video", FOX)).responded()
    assert sent.response is ResponseKind.DEFERRED

    is_seen.set()
    assert "a fox in the snow" in (await shown(sent)).text


async def test_with_a_full_disk_everybody_is_told_and_nothing_is_kept(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: Any, **__: Any) -> None:
        raise StorageDown("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(type(harness.store), "tx", full)
        told = await shown(await harness.discord.actor("maya").command("films", "video", FOX))

    assert told.only_for is not None
    assert "a fox in the snow" in told.text
    assert seen(harness) == []
    assert await harness.films() == []


async def test_a_card_that_discord_blocks_is_withdrawn_and_told_in_private(
    harness: Harness,
) -> None:
    harness.discord.faults.add(f"PATCH {ORIGINAL}", status=400, code=200000)
    told = await shown(await harness.discord.actor("maya").command("films", "video", FOX))

    assert told.only_for is not None
    assert "AutoMod" in told.text
    assert seen(harness) == []
    assert (await harness.film()).task.state is State.CANCELLED


async def test_a_card_that_discord_puts_off_stays_owed_and_unpaid(harness: Harness) -> None:
    harness.discord.faults.add(f"PATCH {ORIGINAL}", times=None, status=500)
    fails = pytest.MonkeyPatch()
    fails.setattr("bot.ui.first_answer.FILL_SECONDS", 0.2)
    with fails.context():
        await (await harness.discord.actor("maya").command("films", "video", FOX)).responded()
        await dealt_with()
    fails.undo()

    card = await harness.film()
    reply = await harness.store.tx(lambda books: books.post(reply_id(card.task.id)))
    assert card.task.ready_at is None
    assert (reply.state, reply.message_id) == (PostState.SENDING, seen(harness)[0].id)


async def test_a_refusal_that_discord_puts_off_comes_later(harness: Harness) -> None:
    await put(harness, "paused", True)
    put_off = {"status": 429, "via": False, "retry_after": 0.1}
    met = harness.discord.faults.add("POST /webhooks/*", times=3, **put_off)
    told = await shown(await harness.discord.actor("maya").command("films", "video", FOX))

    assert len(met) == 3
    assert told.only_for is not None
    assert "a fox in the snow" in told.text


async def test_who_owns_a_command_takes_over_what_another_process_deferred(
    tmp_path: Path, discord: LocalDiscord, pg_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        local_bot(tmp_path, discord=discord, url=pg_url) as busy,
        local_bot(tmp_path, discord=discord, url=pg_url) as idle,
    ):
        accept, is_kept = busy.videos.accept, asyncio.Event()

        async def late(*given: Any) -> Any:
            await is_kept.wait()
            return await accept(*given)

        async def first(*given: Any) -> Any:
            card = await type(idle.videos).accept(idle.videos, *given)
            await discord.changed(lambda: sent.response is ResponseKind.DEFERRED)
            is_kept.set()
            return card

        monkeypatch.setattr(busy.videos, "accept", late)
        monkeypatch.setattr(idle.videos, "accept", first)
        monkeypatch.setattr(idle.bot.front.rush, "_is_crowded", lambda: False)
        sent = await discord.actor("maya").command("films", "video", FOX)
        await sent.responded()
        await discord.changed(lambda: sent.message is not None and not sent.message.loading)

        assert sent.message is not None
        assert "a fox in the snow" in sent.message.text
        going = [each for each in await busy.films() if each.task.state is State.QUEUED]
        assert len(going) == 1
