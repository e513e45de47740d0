"""The real process is killed, stopped and restarted: nothing is lost, nothing paid twice."""

import os
import signal

import pytest

from bot.playground.demo.child import Child
from bot.playground.guild import Cut
from bot.playground.page.backstage import Life
from tests.story.harness import PROMPT, Harness, with_film

pytestmark = pytest.mark.long

RESPONSE = "POST /interactions/*/callback"


def end(child: Child, how: signal.Signals) -> None:
    """Ask the process to end."""
    assert child.pid is not None
    os.kill(child.pid, how)


async def test_a_film_survives_a_kill_while_it_is_made(process_harness: Harness) -> None:
    harness = process_harness
    harness.callbacks_on()
    harness.api.faults.stick_next()
    async with harness.process() as child:
        sent = await harness.video()
        await harness.until(lambda: harness.api.tasks)
        await harness.reads(sent, "Rendering")
        await child.kill()
        next(iter(harness.api.tasks.values())).unstick.set()
        await harness.restarted(child)
        film = await harness.film()
        await harness.reads(sent, "see the video")
        await harness.quiet()

    assert harness.films() == [film]
    assert harness.pings("maya") == 1
    assert len(harness.api.requests) == 1


async def test_a_kill_while_the_film_is_uploaded_neither_loses_nor_doubles_it(
    process_harness: Harness,
) -> None:
    harness = process_harness
    harness.callbacks_on()
    uploads = harness.discord.faults.add(with_film, answer_delay=2)
    async with harness.process() as child:
        sent = await harness.video()
        await harness.until(lambda: uploads)
        await child.kill()
        await harness.restarted(child)
        await harness.reads(sent, "see the video")
        await harness.quiet()

    assert len(harness.films()) == 1
    assert harness.pings("maya") == 1
    assert len(harness.api.requests) == 1


async def test_a_kill_before_the_answer_arrived_leaves_nothing(process_harness: Harness) -> None:
    harness = process_harness
    met = harness.discord.faults.add(RESPONSE, cut=Cut.BEFORE, delay=0.2, times=None)
    async with harness.process() as child:
        await harness.discord.actor("maya").command("films", "video", {"prompt": "a fox"})
        await harness.until(lambda: met)
        await child.kill()
        harness.discord.faults.clear()
        await harness.restarted(child)
        await harness.until(lambda: len(harness.discord.requests.matching("GET /webhooks/*")) > 0)
        await harness.quiet()
        quota = await harness.asks("maya", "quota")

    assert harness.api.requests == []
    assert "0 of 1,000 credits used" in quota
    assert "In progress, in all servers: 0 of" in quota


async def test_a_kill_after_the_answer_arrived_keeps_the_promise(process_harness: Harness) -> None:
    harness = process_harness
    harness.callbacks_on()
    met = harness.discord.faults.add(RESPONSE, answer_delay=3)
    async with harness.process() as child:
        sent = await harness.discord.actor("maya").command("films", "video", {"prompt": "a fox"})
        await harness.until(lambda: met and sent.message)
        await child.kill()
        await harness.restarted(child)
        await harness.film()
        await harness.reads(sent, "see the video")

    assert len(harness.api.requests) == 1
    assert harness.pings("maya") == 1


async def test_a_polite_stop_refuses_kindly_and_finishes_what_is_in_hand(
    process_harness: Harness,
) -> None:
    harness = process_harness
    harness.callbacks_on()
    uploads = harness.discord.faults.add(with_film, delay=3)
    async with harness.process() as child:
        await harness.video()
        await harness.until(lambda: uploads)
        end(child, signal.SIGTERM)
        await harness.quiet(0.5)
        refused = await harness.video("leo")
        await harness.until(lambda: child.life is Life.DIED)

    assert refused.message is not None
    assert refused.message.only_for is not None
    assert "restarting" in refused.message.text
    assert child._process is not None
    assert child._process.returncode == 0
    assert len(harness.films()) == 1


async def test_a_second_signal_ends_at_once_and_loses_nothing(process_harness: Harness) -> None:
    harness = process_harness
    harness.callbacks_on()
    uploads = harness.discord.faults.add(with_film, cut=Cut.BEFORE, delay=20)
    async with harness.process() as child:
        sent = await harness.video()
        await harness.until(lambda: uploads)
        end(child, signal.SIGTERM)
        await harness.quiet(0.2)
        assert child.life is Life.RUNNING
        end(child, signal.SIGTERM)
        await harness.until(lambda: child.life is Life.DIED, within=5)
        await harness.restarted(child)
        await harness.film()
        await harness.reads(sent, "see the video")

    assert len(harness.films()) == 1
    assert len(harness.api.requests) == 1


async def test_a_form_that_was_open_at_a_kill_is_taken_by_the_next_start(
    process_harness: Harness,
) -> None:
    harness = process_harness
    harness.callbacks_on()
    leo = harness.discord.actor("leo")
    async with harness.process() as child:
        await harness.video()
        film = await harness.film()
        edit = (await harness.press("leo", film, "Edit")).modal
        written = await leo.command("films", "video", {"prompt": PROMPT, "shots": "customize"})
        shots = (await written.responded()).modal
        assert edit is not None
        assert shots is not None
        await child.kill()
        await harness.restarted(child)
        again = await (await leo.submit(edit, {"prompt": "a wolf"})).responded()
        board = await (await leo.submit(shots, {"shots": "2 a fox\n3 an owl"})).responded()
        await harness.film(3)
        await harness.reads(again, "see the video")
        await harness.reads(board, "see the video")

    assert sorted(request.body["prompt"] for request in harness.api.requests[1:]) == ["", "a wolf"]
    assert harness.pings("leo") == 2
