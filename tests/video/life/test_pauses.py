"""Pauses: what waits is not submitted and keeps its place; new orders are refused."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.db.pause import set_paused
from bot.errors import Refusal
from bot.video.doors.settings import change
from bot.video.values.asker import Asker
from bot.video.values.videos import State
from bot.video.values.waiting import Halt
from tests.video.harness import CHANNEL, OTHER, SERVER, Harness

PAUSES = [("paused", True, Halt.SERVER), ("paused_channels", [CHANNEL], Halt.CHANNEL)]


async def put(harness: Harness, path: str, value: object) -> None:
    await harness.videos.moderate(change, (SERVER, 9), path, value)


@pytest.mark.parametrize(("path", "value", "halt"), PAUSES)
async def test_what_waits_in_a_pause_stays_in_its_place_and_then_starts(
    harness: Harness, path: str, value: object, halt: Halt
):
    first = await harness.ask()
    await harness.clock.advance(1)
    second = await harness.ask(user=OTHER)
    await put(harness, path, value)
    await harness.clock.advance(600)

    assert harness.api.submitted == []
    card = await harness.videos.card(first)
    assert (card.halt, card.place) == (halt, 1)

    await put(harness, path, None)
    await harness.clock.advance(5)
    assert harness.api.submitted == [first, second]


async def test_a_pause_of_one_server_or_channel_stops_no_other(harness: Harness):
    await put(harness, "paused", True)
    elsewhere = await harness.ask(server=2)
    await harness.clock.advance(10)
    assert harness.api.submitted == [elsewhere]

    await put(harness, "paused", None)
    await put(harness, "paused_channels", [CHANNEL + 1])
    here = await harness.ask()
    await harness.clock.advance(10)
    assert harness.api.submitted == [elsewhere, here]


@pytest.mark.parametrize(("path", "value", "halt"), PAUSES)
async def test_new_videos_are_refused_in_a_pause(
    harness: Harness, path: str, value: object, halt: Halt
):
    await put(harness, path, value)
    in_thread = Asker(user_id=OTHER, channel_id=77, parent_id=CHANNEL)
    for asker in (None, in_thread):
        with pytest.raises(Refusal) as refused:
            await harness.accept(user=OTHER, asker=asker)
        assert refused.value.reason == f"paused_{halt}"


async def test_the_operator_pauses_the_running_bot_and_it_goes_on_within_a_minute(
    harness: Harness, tmp_path: Path
):
    url = f"sqlite:///{tmp_path}/bot.db"
    waiting = await harness.ask()
    set_paused(url, True)
    await harness.clock.advance(600)

    assert harness.api.submitted == []
    assert (await harness.videos.card(waiting)).halt is Halt.BOT
    with pytest.raises(Refusal) as refused:
        await harness.accept(server=2)
    assert refused.value.reason == "paused_bot"

    set_paused(url, False)
    await harness.clock.advance(timedelta(minutes=1).total_seconds() + 1)
    assert await harness.state(waiting) is State.RUNNING


async def test_a_running_video_is_not_touched_by_a_pause(harness: Harness):
    running = await harness.ask()
    await harness.clock.advance(10)
    await put(harness, "paused", True)
    assert (await harness.videos.card(running)).halt is None
    harness.api.finish()
    await harness.clock.advance(60)
    assert await harness.state(running) is State.COMPLETED
