"""The bot's start: what Discord is told, what the log says, what happens when Discord is away."""

import asyncio
import io
import logging
from collections.abc import Callable
from pathlib import Path

import discord as library
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.client import VideoBot
from bot.clock import SystemClock
from bot.errors import CommitUnknown, StartupError, StorageDown
from bot.log import logging_to
from bot.playground.guild import LocalDiscord
from bot.shards import AllShards
from bot.video.doors.commands import CommandService
from tests.cogs.harness import Harness, discord, harness, local_bot, shown  # noqa: F401 (fixtures)
from tests.fakes import settle

# ruff: noqa: F811 (fixtures are asked for by the names under which they are imported)

OPTIONS = [
    "prompt",
    "quality",
    "sound",
    "takes",
    "duration",
    "aspect_ratio",
    "negative_prompt",
    "shots",
    "watermark",
    "preset",
]


async def test_the_commands_are_offered_in_the_order_of_the_options(harness: Harness) -> None:
    offered = {one["name"]: one for one in harness.discord.actor("maya").offered("films")}

    assert {"quota", "storyboard", "video", "videos"} <= offered.keys()
    assert not {"limits", "moderate", "rules", "settings"} & offered.keys()
    assert [option["name"] for option in offered["video"]["options"]] == OPTIONS
    assert offered["video"]["contexts"] == [0]
    assert offered["video"]["integration_types"] == [0]
    assert offered["video"]["description_localizations"]["es-ES"]
    duration = offered["video"]["options"][OPTIONS.index("duration")]
    assert (duration["min_value"], duration["max_value"], duration["autocomplete"]) == (3, 15, True)


async def test_commands_are_told_once_however_often_the_bot_starts(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    for _ in range(2):
        async with local_bot(tmp_path, discord=discord):
            pass

    assert len(discord.requests.matching("PUT /applications/*/commands")) == 1


async def other_words(
    _: object, text: library.app_commands.locale_str, *rest: object
) -> str | None:
    return f"{text.message[:30]}." if text.extras else None


async def test_commands_are_told_again_when_only_a_translation_changed(
    tmp_path: Path, discord: LocalDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with local_bot(tmp_path, discord=discord):
        pass
    monkeypatch.setattr("bot.client.Translator.translate", other_words)
    async with local_bot(tmp_path, discord=discord):
        pass

    assert len(discord.requests.matching("PUT /applications/*/commands")) == 2


async def test_a_healthy_start_says_little_and_warns_of_nothing(
    tmp_path: Path, discord: LocalDiscord, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with local_bot(tmp_path, discord=discord):
        pass

    told = [one for one in caplog.records if one.name.startswith(("bot", "discord"))]
    assert [one.message for one in told if one.levelno > logging.INFO] == []
    assert len(told) <= 4


@pytest.mark.long
async def test_that_the_bot_is_ready_is_said_once_and_not_at_each_reconnect(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="bot")
    for _ in range(2):
        await harness.bot.wait_for("ready", timeout=20)
        await settle()
        harness.discord.gateway.invalidate()

    assert [one.message for one in caplog.records if one.message.startswith("Ready")] == [
        "Ready as video, in 1 server"
    ]


async def test_only_the_guilds_intent_is_asked_for_and_nobody_may_be_pinged(
    harness: Harness,
) -> None:
    assert harness.bot.intents == library.Intents(guilds=True)
    assert harness.bot.allowed_mentions is not None
    assert harness.bot.allowed_mentions.to_dict() == {"parse": []}


async def ended(
    folder: Path,
    discord: LocalDiscord,
    *,
    token: str | None = None,
    api_url: str | None = None,
    dev_server: int | None = None,
) -> str:
    """The one line with which a start ends."""
    async with local_bot(folder, discord=discord) as harness:
        other = VideoBot(
            api_url=api_url or discord.rest_url,
            gateway_url=discord.gateway_url,
            clock=SystemClock(),
            dev_server=dev_server,
        )
        with pytest.raises(StartupError) as wrong:
            await other.serve(harness.bot.front, token or discord.token)
    (line,) = wrong.value.problems
    return line


async def test_a_wrong_token_is_one_clear_line(tmp_path: Path, discord: LocalDiscord) -> None:
    line = await ended(tmp_path, discord, token="wrong.token.here")

    assert "DISCORD_TOKEN" in line
    assert "wrong.token.here" not in line


@pytest.mark.parametrize("path", ["/nothing-is-here", "/page"])
async def test_an_address_that_is_not_discords_is_one_clear_line(
    tmp_path: Path, discord: LocalDiscord, path: str
) -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<p>Welcome", content_type="text/html")

    app = web.Application()
    app.router.add_get("/page/users/@me", page)
    async with TestServer(app, host="127.0.0.1") as stranger:
        line = await ended(tmp_path, discord, api_url=str(stranger.make_url(path)))

    assert "DISCORD_API_URL" in line


async def test_a_development_server_without_the_bot_is_one_clear_line(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    server = discord.world.guild("Film club").id
    discord.world.leave(server, discord.world.application.bot_id)

    assert "DEV_GUILD_ID" in await ended(tmp_path, discord, dev_server=server)


async def test_a_bot_that_starts_while_discord_is_down_serves_when_it_is_back(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    discord.go_down()
    async with local_bot(tmp_path, discord=discord, is_started=False) as harness:
        await discord.changed(lambda: discord.requests)
        discord.come_back()

        await discord.changed(lambda: discord.gateway.online, within=20)
        maya = discord.actor("maya")
        await shown(await maya.command("films", "video", {"prompt": "a fox"}))

        assert len(await harness.films()) == 1


@pytest.mark.parametrize(
    "step", [(CommandService, "due"), (CommandService, "told"), (AllShards, "agree")]
)
@pytest.mark.parametrize("error", [StorageDown("away"), CommitUnknown("cut")])
async def test_a_bot_whose_database_goes_away_while_it_starts_serves_when_it_is_back(
    tmp_path: Path,
    discord: LocalDiscord,
    monkeypatch: pytest.MonkeyPatch,
    step: tuple[type, str],
    error: Exception,
) -> None:
    kind, name = step
    answers, does = [error], getattr(kind, name)

    async def falters(*args: object, **kwargs: object) -> object:
        if answers:
            raise answers.pop()
        return await does(*args, **kwargs)

    monkeypatch.setattr(kind, name, falters)
    async with local_bot(tmp_path, discord=discord) as harness:
        maya = discord.actor("maya")
        await shown(await maya.command("films", "video", {"prompt": "a fox"}))

        assert len(await harness.films()) == 1


async def test_commands_are_served_after_the_gateway_dropped(harness: Harness) -> None:
    harness.discord.gateway.drop()
    await harness.discord.changed(lambda: not harness.discord.gateway.online)
    await harness.discord.changed(lambda: harness.discord.gateway.online, within=20)

    maya = harness.discord.actor("maya")
    await shown(await maya.command("films", "video", {"prompt": "a fox"}))

    assert len(await harness.films()) == 1


class Lines(io.StringIO):
    """A log; `pulse` is called with each line."""

    def __init__(self, pulse: Callable[[], None]) -> None:
        super().__init__()
        self._pulse = pulse

    def write(self, text: str) -> int:
        written = super().write(text)
        self._pulse()
        return written


async def test_an_outage_is_a_line_of_each_kind_and_no_traceback(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    log = Lines(discord.events.pulse)
    with logging_to(log, level="WARNING"):
        async with local_bot(tmp_path, discord=discord):
            discord.go_down()
            await discord.changed(lambda: "Attempting a reconnect" in log.getvalue(), within=20)
        discord.come_back()
        discord.gateway.refusing = True
        async with local_bot(tmp_path, discord=discord, is_started=False):
            await discord.changed(lambda: "Failed to connect" in log.getvalue(), within=20)

    assert all(" WARNING " in line for line in log.getvalue().splitlines())


async def test_stopping_while_the_gateway_is_lost_does_not_hang(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    async with asyncio.timeout(10):
        async with local_bot(tmp_path, discord=discord):
            discord.gateway.drop()
            await discord.changed(lambda: not discord.gateway.online)


async def test_a_development_server_gets_its_commands_alone(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    server = discord.world.guild("Film club").id
    async with local_bot(tmp_path, discord=discord, dev_server=server) as harness:
        maya = discord.actor("maya")
        await shown(await maya.command("films", "video", {"prompt": "a fox"}))

        assert len(await harness.films()) == 1
    assert len(discord.requests.matching("PUT /applications/*/guilds/*/commands")) == 1
    assert not discord.requests.matching("PUT /applications/{application_id}/commands")


async def test_a_bot_in_no_server_says_how_it_is_invited(
    tmp_path: Path, discord: LocalDiscord, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="bot")
    discord.world.leave("Film club", discord.world.application.bot_id)
    async with local_bot(tmp_path, discord=discord) as harness:
        await harness.bot.wait_until_ready()

    (link,) = [one.message for one in caplog.records if "https://" in one.message]
    assert f"client_id={discord.world.application.id}" in link
    assert "scope=bot+applications.commands" in link
    assert f"permissions={2048 + 1024 + 16384 + 32768 + 65536 + (1 << 38)}" in link
