"""The demo around the bot: its process, its environment, its words in the terminal."""

import asyncio
import contextlib
import importlib.util
import json
import re
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.errors import StartupError
from bot.playground.demo import run
from bot.playground.demo.child import Child
from bot.playground.demo.plain import plain_text
from bot.playground.demo.stage import CHANNEL, Stage, open_stage
from bot.playground.evolink import Pace
from bot.playground.guild import Unanswered, demo_world
from bot.playground.page import Life, Mishap

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SLEEPER = (sys.executable, "-c", "import time; time.sleep(60)")


async def test_a_bot_that_ends_by_itself_leaves_its_last_words() -> None:
    child = Child((sys.executable, "-c", "import sys; sys.exit('no token')"))
    async with child, asyncio.timeout(10):
        await child.died()
        assert (child.life, child.last_words) == (Life.DIED, "no token")


async def test_a_killed_bot_is_not_taken_for_one_that_died_and_starts_again() -> None:
    async with Child(SLEEPER) as child:
        first = child.pid
        await child.kill()
        assert child.life is Life.KILLED
        await child.start()
        assert child.life is Life.RUNNING
        assert child.pid != first


async def test_starting_twice_starts_one_bot() -> None:
    async with Child(SLEEPER) as child:
        first = child.pid
        await asyncio.gather(child.start(), child.start())
        assert child.pid == first


async def test_the_operators_own_settings_do_not_reach_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "the operator's own")
    monkeypatch.setenv("PUBLIC_URL", "https://bot.example")
    seen = tmp_path / "environment.json"
    program = "import json, os, sys; json.dump(dict(os.environ), open(sys.argv[1], 'w'))"
    command = (sys.executable, "-c", program, str(seen))
    async with (
        open_stage(port=0, pace=Pace(), undo_seconds=0, command=command) as stage,
        asyncio.timeout(10),
    ):
        await stage.bot.died()
        environment = json.loads(seen.read_text())
        folder = Path(environment["DATABASE_URL"].removeprefix("sqlite:///")).parent
        assert environment["DISCORD_TOKEN"] == stage.discord.token
        assert environment["ENV_FILE"] == ""
        assert environment["PUBLIC_URL"] == f"http://127.0.0.1:{environment['WEB_PORT']}"
        assert folder.is_dir()
    assert not folder.exists()


async def test_the_last_mishap_asked_for_meets_the_next_film_and_is_over_then() -> None:
    async with (
        open_stage(port=0, pace=Pace(), undo_seconds=0, command=SLEEPER) as stage,
        aiohttp.ClientSession(stage.api.url, headers={"Authorization": "Bearer demo"}) as client,
    ):
        stage.fail_next(Mishap.POLICY)
        stage.fail_next(Mishap.CUT)
        assert stage.standing.armed is Mishap.CUT
        film = {"model": "kling-v3-text-to-video", "prompt": "a fox", "duration": 3}
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await client.post("/v1/videos/generations", json=film)
        assert stage.standing.armed is None


@pytest.mark.long
async def test_a_film_whose_answer_was_cut_off_still_comes_by_its_callback() -> None:
    async with open_stage(port=0, pace=Pace(seconds=1.0), undo_seconds=0) as stage:
        discord = stage.discord
        offered = discord.state.commands.offered
        await discord.changed(lambda: discord.gateway.online and offered(None), 30)
        stage.fail_next(Mishap.CUT)
        await discord.actor("maya").command(CHANNEL, "video", {"prompt": "a fox"})
        await discord.changed(lambda: any(one.media for one in discord.messages(CHANNEL)), 60)
        assert len(stage.api.tasks) == 1


async def test_a_mishap_that_was_called_off_meets_no_film() -> None:
    async with (
        open_stage(port=0, pace=Pace(), undo_seconds=0, command=SLEEPER) as stage,
        aiohttp.ClientSession(stage.api.url, headers={"Authorization": "Bearer demo"}) as client,
    ):
        stage.fail_next(Mishap.CUT)
        stage.call_off()
        assert stage.standing.armed is None
        film = {"model": "kling-v3-text-to-video", "prompt": "a fox", "duration": 3}
        assert (await client.post("/v1/videos/generations", json=film)).status == 200


async def test_other_sites_can_neither_read_the_page_nor_press_anything_on_it() -> None:
    async with (
        open_stage(port=0, pace=Pace(), undo_seconds=0, command=SLEEPER) as stage,
        aiohttp.ClientSession(stage.page_url) as client,
    ):
        stranger = {"Host": "rebound.example"}
        assert (await client.get("/page/live", headers=stranger)).status == 403
        assert (await client.post("/page/control/kill", data="form")).status == 415
        assert stage.standing.life is Life.RUNNING


async def test_a_busy_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartupError, match=rf"^Port {port} .* --port\.$"):
            await run(port=port, browser=False, once=None, out=None)


@pytest.mark.parametrize("prompt", ["", "x" * 2501])
async def test_a_prompt_that_discord_does_not_take_is_one_clear_line(
    tmp_path: Path, prompt: str
) -> None:
    said: list[str] = []
    out = tmp_path / "film.mp4"

    assert await run(port=0, browser=False, once=prompt, out=out, say=said.append) == 1
    assert re.match(r"No video: .*'prompt' has to be between 1 and 2500", said[-1])
    assert not out.exists()


@pytest.mark.parametrize("place", ["", "nowhere/film.mp4", "file/film.mp4"])
async def test_a_place_where_no_film_can_be_saved_is_told_before_one_is_made(
    tmp_path: Path, place: str
) -> None:
    (tmp_path / "file").write_text("")
    said: list[str] = []
    with pytest.raises(StartupError, match=r"^--out .* folder"):
        await run(port=0, browser=False, once="a fox", out=tmp_path / place, say=said.append)
    assert said == []


async def test_a_missing_renderer_is_named_with_what_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(StartupError, match=r"pip install '\.\[demo\]'"):
        await run(port=0, browser=False, once=None, out=None)


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        ("### Ready\n-# **5 s** · `720p`", ["Ready", "5 s · 720p"]),
        (r"\*not\* bold, snake_case_name", ["*not* bold, snake_case_name"]),
        ("[the film](https://example.com/f.mp4)", ["the film (https://example.com/f.mp4)"]),
        (f"soon <t:{int(NOW.timestamp()) + 12}:R>", ["soon in 12 s"]),
        (f"late <t:{int(NOW.timestamp()) - 12}:R>", ["late 12 s ago"]),
        ("a\n\nb", ["a", "b"]),
        ("<@1> stays", ["<@1> stays"]),
    ],
)
def test_cards_are_plain_lines_in_the_terminal(markdown: str, lines: list[str]) -> None:
    assert plain_text(markdown, demo_world(), NOW) == lines


def test_people_and_channels_have_their_names_in_the_terminal() -> None:
    world = demo_world()
    maya, films = world.user("maya").id, world.channel("films").id
    assert plain_text(f"<@{maya}> in <#{films}>", world, NOW) == ["@maya in #films"]


async def test_several_processes_without_postgresql_are_one_clear_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.playground.demo.database.find_spec", lambda name: None)
    with pytest.raises(StartupError, match=r"--processes .* pip install"):
        await run(port=0, browser=False, once=None, out=None, processes=2)


@pytest.mark.long
@pytest.mark.usefixtures("pg_server")  # skips where there is none
async def test_whichever_process_the_page_kills_another_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "")  # put back at the end
    async with (
        open_stage(port=0, pace=Pace(seconds=6), undo_seconds=0, processes=2) as stage,
        aiohttp.ClientSession(stage.page_url) as page,
        asyncio.timeout(110),
    ):
        discord = stage.discord
        await discord.changed(lambda: discord.gateway.online and _offered(stage), within=30)
        sent = await discord.actor("maya").command(CHANNEL, "video", {"prompt": "a fox"})
        await sent.responded()
        # A kill that loses the API's answer leaves a doubt, which only a callback could end.
        await discord.changed(lambda: not _waits(stage), within=30)
        await page.post("/page/control/kill-1", json={})
        assert stage.standing.lives == (Life.KILLED, Life.RUNNING)
        await discord.changed(lambda: _videos(stage) == 1, within=60)
        await _is_answered(stage)

        await page.post("/page/control/restart-1", json={})
        await page.post("/page/control/kill-2", json={})

        assert stage.standing.lives == (Life.RUNNING, Life.KILLED)
        await _is_answered(stage)
        assert (await page.post("/page/control/kill-3", json={})).status == 404


def _waits(stage: Stage) -> bool:
    return any("**Waiting**" in each.text for each in stage.discord.messages(CHANNEL))


async def _is_answered(stage: Stage) -> None:
    """A person tries again until there is an answer."""
    while True:
        sent = await stage.discord.actor("maya").command(CHANNEL, "quota", {})
        with contextlib.suppress(Unanswered):
            await sent.responded()
            return


def _offered(stage: Stage) -> bool:
    return bool(stage.discord.state.commands.offered(None))


def _videos(stage: Stage) -> int:
    """Videos that are posted."""
    seen = stage.discord.actor("maya").messages(CHANNEL)
    return sum(each.content_type == "video/mp4" for message in seen for each in message.attachments)
