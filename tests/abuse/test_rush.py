"""Everybody comes at once: all are acknowledged, served in turn, and told the truth."""

import asyncio
import contextlib
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.playground.guild import LocalDiscord, Request
from bot.playground.guild.interactions import ResponseKind
from bot.ui.items import Verb
from bot.video.life.deferred import Deferred, give_up
from tests.abuse.rushed import FOX, rows, seen
from tests.cogs.harness import Harness, dealt_with, local_bot, shown
from tests.cogs.steps import asked, buttons, put

pytestmark = pytest.mark.usefixtures("in_a_rush")


async def test_a_card_takes_the_place_of_the_thinking_message(harness: Harness) -> None:
    sent = await harness.discord.actor("maya").command("films", "video", FOX)
    message = await shown(sent)
    await harness.told()

    assert sent.response is ResponseKind.DEFERRED
    assert [each.id for each in seen(harness)] == [message.id]
    assert not message.loading
    assert "a fox in the snow" in message.text
    assert (await harness.film()).task.ready_at is not None
    assert await rows(harness) == 0


async def test_a_refusal_is_private_and_the_thinking_message_is_gone(harness: Harness) -> None:
    await put(harness, "paused", True)
    told = await shown(await harness.discord.actor("maya").command("films", "video", FOX))

    assert told.only_for == harness.discord.world.user("maya").id
    assert seen(harness) == []
    assert await rows(harness) == 0


async def test_what_only_one_person_reads_is_deferred_for_their_eyes(harness: Harness) -> None:
    sent = await harness.discord.actor("maya").command("films", "quota")
    told = await shown(sent)

    assert sent.response is ResponseKind.DEFERRED
    assert told.only_for == harness.discord.world.user("maya").id
    assert "credits" in told.text
    assert await rows(harness) == 0


async def test_a_button_changes_its_message_after_it_was_acknowledged(harness: Harness) -> None:
    reply = await asked(harness)
    pressed = await harness.discord.actor("maya").press(reply, label="Cancel")
    await pressed.responded()
    await dealt_with()

    assert pressed.response is ResponseKind.DEFERRED_UPDATE
    assert pressed.message is not None
    assert "Cancelled" in pressed.message.text


async def test_nobody_sees_thinking_of_which_the_next_start_would_not_know(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    noted: list[int] = []

    def is_noted(request: Request) -> bool:
        if request.path.endswith("/callback"):
            with contextlib.closing(sqlite3.connect(tmp_path / "bot.db")) as database:
                noted.append(*database.execute("SELECT count(*) FROM deferrals").fetchone())
        return False

    async with local_bot(tmp_path, discord=discord) as harness:
        discord.faults.add(is_noted, times=None)
        sent = await discord.actor("maya").command("films", "video", FOX)
        assert "a fox in the snow" in (await shown(sent)).text
        await harness.told()
    assert noted == [1]


async def test_whatever_is_slow_nobody_waits_for_it_unacknowledged(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ui.rush.AHEAD", 1000)
    monkeypatch.setattr("bot.ui.rush.PATIENCE", 0.0)
    accept, is_seen = harness.videos.accept, asyncio.Event()

    async def slow(*given: Any) -> Any:
        await is_seen.wait()
        return await accept(*given)

    monkeypatch.setattr(harness.videos, "accept", slow)
    sent = await (await harness.discord.actor("maya").command("films", "video", FOX)).responded()
    assert sent.response is ResponseKind.DEFERRED

    is_seen.set()
    assert "a fox in the snow" in (await shown(sent)).text


async def test_again_makes_a_public_card_of_its_own(harness: Harness) -> None:
    maya = harness.discord.actor("maya")
    reply = await asked(harness)
    cancelled = await maya.press(reply, label="Cancel")
    await cancelled.responded()
    await dealt_with()
    again = next(one for one in maya.messages("films") if one.id == reply.id)
    card = await shown(await maya.press(again, label="Again · 37 credits"))

    assert card.only_for is None
    assert "Waiting" in card.text
    assert card.id != reply.id


async def test_a_form_that_could_not_open_in_time_is_one_press_away(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    maya = harness.discord.actor("maya")
    await put(harness, "moderators_channel", harness.discord.world.channel("mods").id)
    await asked(harness)
    drawn = await buttons(harness, Verb.REPORT, task_id=(await harness.film()).task.id)
    with monkeypatch.context() as patch:
        patch.setattr("bot.ui.rush.FORM_PATIENCE", 0.0)
        offered = await shown(await maya.press(drawn, label="report"))
    assert offered.only_for == maya.user.id

    form = (await (await maya.press(offered, label="Open the form")).responded()).modal
    assert form is not None


class Held:
    """A lease that is always held."""

    is_shared = False

    def is_held(self) -> bool:
        return True


async def test_the_next_start_says_of_a_thinking_message_that_nothing_came_of_it(
    tmp_path: Path, discord: LocalDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, never = asyncio.Event(), asyncio.Event()

    async def stuck(*_: Any, **__: Any) -> None:
        begun.set()
        await never.wait()

    async with local_bot(tmp_path, discord=discord) as harness:
        monkeypatch.setattr(harness.videos, "accept", stuck)
        sent = await discord.actor("maya").command("films", "video", FOX)
        await sent.responded()
        await begun.wait()
    monkeypatch.undo()
    async with local_bot(tmp_path, discord=discord) as harness:
        finisher = Deferred(
            store=harness.store, announcer=harness.announcer, lease=Held(), clock=harness.clock
        )
        await finisher.resume()
        await finisher.look()

        assert sent.message is not None
        assert not sent.message.loading
        assert "nothing was started and you weren't charged" in sent.message.text
        assert await rows(harness) == 0


async def test_what_was_given_up_in_words_is_not_accepted_after_all(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = harness.videos.accept

    async def late(*given: Any) -> Any:
        far = harness.clock.now().replace(year=harness.clock.now().year + 1)
        await harness.store.tx(give_up, far)
        return await accept(*given)

    monkeypatch.setattr(harness.videos, "accept", late)
    await (await harness.discord.actor("maya").command("films", "video", FOX)).responded()
    await dealt_with()

    assert await harness.films() == []


async def test_nobody_is_turned_away_where_a_servers_rules_take_their_time(
    harness: Harness,
) -> None:
    screening, server = harness.videos.screening, harness.discord.world.guild("Film club").id
    rule = {"name": "foxes", "action": "refuse", "word": "badger"}
    await shown(await harness.discord.actor("olga").command("mods", "rules add", rule))
    async with screening._turn(server, 1.0):  # a long text before them
        sent = await harness.discord.actor("maya").command("films", "video", FOX)
        await harness.discord.changed(lambda: sent.message is not None and sent.message.loading)
        assert await harness.films() == []

    assert "a fox in the snow" in (await shown(sent)).text
    assert len(await harness.films()) == 1


class Wrong(SystemClock):
    """A clock that was never set."""

    def now(self) -> datetime:
        return super().now() - timedelta(days=4000)


async def test_a_wrong_clock_defers_nothing_and_refuses_nobody(
    tmp_path: Path, discord: LocalDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ui.rush.AHEAD", 1000)
    async with local_bot(tmp_path, discord=discord, clock=Wrong()):
        sent = await discord.actor("maya").command("films", "video", FOX)
        card = await shown(sent)

    assert sent.response is ResponseKind.MESSAGE
    assert card.only_for is None
