"""The real process is killed, stopped and started again: nothing is lost, nothing paid twice."""

import os
import signal

import pytest

from bot.playground.demo.child import Child
from bot.playground.guild import Cut
from bot.playground.page.backstage import Life
from tests.story.stage import PROMPT, Stage, with_film

pytestmark = pytest.mark.long

RESPONSE = "POST /interactions/*/callback"


def end(child: Child, how: signal.Signals) -> None:
    """Ask the process to end."""
    assert child.pid is not None
    os.kill(child.pid, how)


async def test_a_film_survives_a_kill_while_it_is_made(real_stage: Stage) -> None:
    stage = real_stage
    stage.callbacks_on()
    stage.api.faults.stick_next()
    async with stage.process() as child:
        sent = await stage.video()
        await stage.until(lambda: stage.api.tasks)
        await stage.reads(sent, "Rendering")
        await child.kill()
        next(iter(stage.api.tasks.values())).unstick.set()
        await stage.restarted(child)
        film = await stage.film()
        await stage.reads(sent, "see the video")
        await stage.quiet()

    assert stage.films() == [film]
    assert stage.pings("maya") == 1
    assert len(stage.api.requests) == 1


async def test_a_kill_while_the_film_is_uploaded_neither_loses_nor_doubles_it(
    real_stage: Stage,
) -> None:
    stage = real_stage
    stage.callbacks_on()
    uploads = stage.discord.faults.add(with_film, answer_delay=2)
    async with stage.process() as child:
        sent = await stage.video()
        await stage.until(lambda: uploads)
        await child.kill()
        await stage.restarted(child)
        await stage.reads(sent, "see the video")
        await stage.quiet()

    assert len(stage.films()) == 1
    assert stage.pings("maya") == 1
    assert len(stage.api.requests) == 1


async def test_a_kill_before_the_answer_arrived_leaves_nothing(real_stage: Stage) -> None:
    stage = real_stage
    met = stage.discord.faults.add(RESPONSE, cut=Cut.BEFORE, delay=0.2, times=None)
    async with stage.process() as child:
        await stage.discord.actor("maya").command("films", "video", {"prompt": "a fox"})
        await stage.until(lambda: met)
        await child.kill()
        stage.discord.faults.clear()
        await stage.restarted(child)
        await stage.until(lambda: len(stage.discord.requests.matching("GET /webhooks/*")) > 0)
        await stage.quiet()
        quota = await stage.asks("maya", "quota")

    assert stage.api.requests == []
    assert "0 of 1,000 credits used" in quota
    assert "In progress, in all servers: 0 of" in quota


async def test_a_kill_after_the_answer_arrived_keeps_the_promise(real_stage: Stage) -> None:
    stage = real_stage
    stage.callbacks_on()
    met = stage.discord.faults.add(RESPONSE, answer_delay=3)
    async with stage.process() as child:
        sent = await stage.discord.actor("maya").command("films", "video", {"prompt": "a fox"})
        await stage.until(lambda: met and sent.message)
        await child.kill()
        await stage.restarted(child)
        await stage.film()
        await stage.reads(sent, "see the video")

    assert len(stage.api.requests) == 1
    assert stage.pings("maya") == 1


async def test_a_polite_stop_refuses_kindly_and_finishes_what_is_in_hand(
    real_stage: Stage,
) -> None:
    stage = real_stage
    stage.callbacks_on()
    uploads = stage.discord.faults.add(with_film, delay=3)
    async with stage.process() as child:
        await stage.video()
        await stage.until(lambda: uploads)
        end(child, signal.SIGTERM)
        await stage.quiet(0.5)
        refused = await stage.video("leo")
        await stage.until(lambda: child.life is Life.DIED)

    assert refused.message is not None
    assert refused.message.only_for is not None
    assert "restarting" in refused.message.text
    assert child._process is not None
    assert child._process.returncode == 0
    assert len(stage.films()) == 1


async def test_a_second_signal_ends_at_once_and_loses_nothing(real_stage: Stage) -> None:
    stage = real_stage
    stage.callbacks_on()
    uploads = stage.discord.faults.add(with_film, cut=Cut.BEFORE, delay=20)
    async with stage.process() as child:
        sent = await stage.video()
        await stage.until(lambda: uploads)
        end(child, signal.SIGTERM)
        await stage.quiet(0.2)
        assert child.life is Life.RUNNING
        end(child, signal.SIGTERM)
        await stage.until(lambda: child.life is Life.DIED, within=5)
        await stage.restarted(child)
        await stage.film()
        await stage.reads(sent, "see the video")

    assert len(stage.films()) == 1
    assert len(stage.api.requests) == 1


async def test_a_form_that_was_open_at_a_kill_is_taken_by_the_next_start(
    real_stage: Stage,
) -> None:
    stage = real_stage
    stage.callbacks_on()
    leo = stage.discord.actor("leo")
    async with stage.process() as child:
        await stage.video()
        film = await stage.film()
        edit = (await stage.press("leo", film, "Edit")).modal
        written = await leo.command("films", "video", {"prompt": PROMPT, "shots": "customize"})
        shots = (await written.responded()).modal
        assert edit is not None
        assert shots is not None
        await child.kill()
        await stage.restarted(child)
        again = await (await leo.submit(edit, {"prompt": "a wolf"})).responded()
        board = await (await leo.submit(shots, {"shots": "2 a fox\n3 an owl"})).responded()
        await stage.film(3)
        await stage.reads(again, "see the video")
        await stage.reads(board, "see the video")

    assert sorted(request.body["prompt"] for request in stage.api.requests[1:]) == ["", "a wolf"]
    assert stage.pings("leo") == 2
