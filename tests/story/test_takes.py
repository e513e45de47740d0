"""From a storyboard to its videos, on the real program: question, takes, and what follows."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
from aiohttp import ClientSession
from PIL import ImageChops, ImageStat

from bot.playground.evolink import LocalEvolink, Pace
from bot.playground.guild import Message
from tests.cogs.harness import shown
from tests.story.board import Board, is_board, open_board
from tests.story.harness import Harness


async def test_a_board_that_three_people_write_is_filmed_shot_for_shot(harness: Harness) -> None:
    async with harness.bot():
        board = await open_board(harness, title="Fox at dawn")
        await board.add("maya", "a fox wakes")
        await board.add("leo", "4 it runs")
        await board.add("sam", "it finds the sea")
        await board.shows("Fox at dawn", "a fox wakes", "it runs", "it finds the sea", "10 of 15 s")
        await board.render("leo")
        film = await harness.film()
        await board.shows("Take 1 by", "Ready")

    body = harness.api.requests[0].body
    assert isinstance(body, dict)
    assert body["duration"] == 10
    assert body["model_params"]["multi_prompt"] == [
        {"index": 1, "prompt": "a fox wakes", "duration": "3"},
        {"index": 2, "prompt": "it runs", "duration": "4"},
        {"index": 3, "prompt": "it finds the sea", "duration": "3"},
    ]
    assert "Take 1 of **Fox at dawn** by" in film.text
    assert "54 credits ($0.79)" in film.text
    assert f"<@{harness.discord.world.user('leo').id}> · 54 credits ($0.79)" in film.text
    assert f"/{film.channel_id}/{board.message.id})" in film.text
    people = [harness.discord.world.user(name).id for name in ("maya", "leo", "sam")]
    assert all(f"<@{each}>" in film.text for each in people)
    assert film.pinged == {people[1]}


@pytest.mark.long
async def test_the_film_has_a_scene_a_shot_of_its_length(harness: Harness, tmp_path: Path) -> None:
    async with harness.bot():
        board = await open_board(harness)
        await board.add("maya", "1 a fox wakes")
        await board.add("leo", "2 a red desert at noon")
        await board.add("sam", "1 night")
        await board.shows("4 of 15 s")
        await board.render("leo")
        await harness.film()

    async with (
        LocalEvolink(films=tmp_path / "real", pace=Pace(seconds=0.1)) as api,
        ClientSession(api.url, headers={"Authorization": "Bearer a-key"}) as client,
    ):
        await client.post("/v1/videos/generations", json=harness.api.requests[0].body)
        (task,) = api.tasks.values()
        await harness.until(lambda: task.film)
        with av.open(str(task.film)) as film:
            frames = [frame.reformat(160, 90).to_image() for frame in film.decode(video=0)]
            rate = film.streams.video[0].average_rate
    changes = [
        sum(ImageStat.Stat(ImageChops.difference(*pair)).mean) / 3 > 12 for pair in pairwise(frames)
    ]
    assert [place / rate for place, cut in enumerate(changes, 1) if cut] == [1, 3]
    assert len(frames) / rate == 4


async def test_what_does_not_add_up_is_said_and_cannot_be_rendered(harness: Harness) -> None:
    async with harness.bot():
        board = await open_board(harness)
        assert "Render" not in board.message.buttons
        await board.add("maya", "9 a fox wakes\n8 it runs")
        said = await board.shows("17 of 15 s")

    assert "17 s together" in said.text
    assert "Render" not in said.buttons


async def test_a_question_answered_twice_makes_one_film_and_asks_again(harness: Harness) -> None:
    async with harness.bot():
        board = await open_board(harness)
        await board.add("maya", "a fox wakes")
        await board.shows("a fox wakes")
        question = await harness.asked("leo", board.message, "Render")
        await harness.agrees("leo", question)
        told = (await harness.agrees("leo", question)).message
        await harness.film()
        await harness.quiet()
        fresh = await harness.asked("leo", told, "Open the form again")

    assert len(harness.api.requests) == 1
    assert told is not None
    assert told.only_for is not None
    assert "The storyboard changed since you were asked" in told.text
    assert "17 credits" in str(fresh.components)
    assert fresh.custom_id != question.custom_id


async def test_the_model_cuts_a_board_as_one_prompt_and_all_are_credited(harness: Harness) -> None:
    async with harness.bot():
        board = await open_board(harness)
        await board.add("maya", "a fox wakes")
        await board.add("sam", "it runs")
        await board.shows("it runs")
        panel = await harness.told("leo", board.message, "More")
        question = await harness.asked("leo", panel, "Render as one prompt")
        await harness.agrees("leo", question)
        film = await harness.film()

    body = harness.api.requests[0].body
    assert body["prompt"] == "a fox wakes\nit runs"
    assert body["model_params"] == {"multi_shot": True, "shot_type": "intelligence"}
    assert all(f"<@{harness.discord.world.user(each).id}>" in film.text for each in ("maya", "sam"))


async def test_films_become_next_shots_and_boards(harness: Harness) -> None:
    async with harness.bot():
        await harness.video(prompt="a fox in the snow", aspect_ratio="1:1")
        film = await harness.film()
        await harness.press(
            "leo", await harness.more("leo", film), "Add its prompt to the storyboard"
        )
        board = Board(harness)
        opened = await board.shows("a fox in the snow", "1:1")
        await harness.press(
            "leo", await harness.more("leo", film), "Add its prompt to the storyboard"
        )
        await board.shows("6 of 15 s")
        await board.render("leo")
        take = await harness.film(2)
        await harness.press("sam", await harness.more("sam", take), "New storyboard from this")
        await harness.until(lambda: board.message.id != opened.id)
        remade = await board.shows("6 of 15 s")

    leo = harness.discord.world.user("leo").id
    assert remade.text.count(f"<@{leo}>") == 2  # the author of both shots, not the opener


async def test_a_board_from_a_boards_video_keeps_its_title_and_which_shots_are_free(
    harness: Harness,
) -> None:
    async with harness.bot():
        board = await open_board(harness, title="The lost kite")
        await board.add("leo", "a fox wakes\n4 it runs\nit sleeps\nit dreams")
        first = await board.shows("13 of 15 s")
        await board.render("leo")
        more = await harness.more("sam", await harness.film())
        told = await harness.told("sam", more, "New storyboard from this")
        await harness.until(lambda: board.message.id != first.id)
        copy = await board.shows("13 of 15 s")
        await board.add("sam", "5 it flies")
        longer = await board.shows("15 of 15 s")

    assert "New storyboard: **The lost kite**" in told.text
    assert "### The lost kite" in copy.text
    assert "**1** · 3 s · " in copy.text
    assert "**2** · 4 s fixed · " in copy.text
    assert "Render" in longer.buttons


async def test_a_board_from_a_video_keeps_its_length_its_options_and_its_author(
    harness: Harness,
) -> None:
    leo = harness.discord.world.user("leo").id
    async with harness.bot():
        await harness.video("leo", prompt="a fox wakes\nit runs", duration=9, aspect_ratio="1:1")
        await harness.press(
            "sam", await harness.more("sam", await harness.film()), "New storyboard from this"
        )
        board = await Board(harness).shows("9 of 15 s", "1:1")

    assert f"**1** · 5 s fixed · <@{leo}>" in board.text
    assert f"**2** · 4 s fixed · <@{leo}>" in board.text


@pytest.mark.long
async def test_three_people_a_killed_process_a_second_take_and_a_remix(
    process_harness: Harness,
) -> None:
    harness = process_harness
    harness.api.faults.stick_next()
    async with harness.process() as child:
        board = await open_board(harness, title="Fox at dawn")
        await board.add("maya", "a fox wakes")
        await board.add("leo", "4 it runs")
        await board.add("sam", "it finds the sea")
        await board.shows("10 of 15 s")
        panel = await harness.told("sam", board.message, "Change 3")
        form = (await harness.press("sam", panel, "Edit")).modal
        assert form is not None
        await board.render("leo")
        await board.shows("Take 1 by", "rendering")
        await child.kill()
        next(iter(harness.api.tasks.values())).unstick.set()
        await harness.restarted(child)
        await harness.film()
        sent = await harness.discord.actor("sam").submit(form, {"words": "it finds a lake"})
        await sent.responded()
        await board.shows("it finds a lake", "Take 1 by", "Ready")
        await board.render("maya")
        second = await harness.film(2)
        await harness.press("sam", second, "Again")
        await harness.film(3)
        in_full = await harness.asks("sam", "videos show", id=task_of(second))

    first, again, remix = (request.body["model_params"] for request in harness.api.requests)
    assert shots_of(first) == [("a fox wakes", "3"), ("it runs", "4"), ("it finds the sea", "3")]
    assert shots_of(again) == [("a fox wakes", "3"), ("it runs", "4"), ("it finds a lake", "3")]
    assert remix == again
    assert len([each for each in harness.discord.messages("films") if is_board(each)]) == 1
    assert "Take 2 of the storyboard “Fox at dawn”" in in_full


def shots_of(params: dict[str, Any]) -> list[tuple[str, str]]:
    """The shots as the video API received them."""
    return [(each["prompt"], each["duration"]) for each in params["multi_prompt"]]


def task_of(film: Message) -> str:
    """A video's task id, from its buttons."""
    return str(film.buttons["More"]["custom_id"]).rpartition(":")[2]


async def test_what_would_be_refused_is_said_in_the_place_of_the_question(harness: Harness) -> None:
    sam = harness.discord.actor("sam")
    async with harness.bot():
        board = await open_board(harness)
        await board.add("maya", "8 a fox wakes")
        await board.shows("8 of 15 s")
        panel = await shown(await sam.command("mods", "settings"))
        await (await sam.choose(panel, "v1:settings:go", ["ceilings"])).responded()
        await (await sam.choose(panel, "v1:set:ceiling.duration", ["5"])).responded()

        too_long = await harness.told("leo", board.message, "Render")
        await (await sam.choose(panel, "v1:set:ceiling.duration", ["-"])).responded()
        await shown(await sam.command("films", "limits set", {"amount": "none"}))
        none_left = await harness.told("leo", board.message, "Render")

    assert "at most 5 s long in this channel; yours has 8 s" in too_long.text
    assert "The moderators don't let you make videos" in none_left.text
    assert not too_long.buttons
    assert not none_left.buttons


async def test_takes_are_voted_for_and_the_best_is_marked(
    harness: Harness,
) -> None:
    async with harness.bot():
        board = await open_board(harness)
        await board.add("maya", "a fox wakes")
        await board.shows("a fox wakes")
        for count in (1, 2):
            await board.render("leo")
            await harness.film(count)
            await board.shows(f"Take {count} by")
        await harness.until(lambda: board.message.text.count("Ready") == 2)
        voted = await harness.press("sam", board.message, "👍 2")
        await harness.press("leo", board.message, "👍 2")
        await board.shows("2 votes")
        back = await harness.press("leo", board.message, "👍 2")
        await board.shows("1 vote")
        strangers = await harness.told("leo", board.message, "More")
        panel = await harness.told("maya", board.message, "More")
        best = f"v1:board-best:{board_of(board.message)}"
        maya = harness.discord.actor("maya")
        await (await maya.choose(panel, best, [task_of(await harness.film(1))])).responded()
        marked = await board.shows("⭐")

    (line,) = [each for each in marked.text.splitlines() if "⭐" in each]
    assert line.startswith("Take 1 by")
    assert [*voted.said(), *back.said()] == []
    assert best not in repr(strangers.components)


def board_of(message: Message) -> str:
    """A board's id, from its buttons."""
    return str(message.buttons["More"]["custom_id"]).rpartition(":")[2]
