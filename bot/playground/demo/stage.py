"""Opens everything the demo needs: both playgrounds, and the bot as a child process."""

import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path

from bot.playground.demo.balancer import Balancer
from bot.playground.demo.child import Child
from bot.playground.demo.database import database
from bot.playground.evolink import LocalEvolink, Pace
from bot.playground.guild import LocalDiscord, demo_world
from bot.playground.page import Life, Mishap, Page, Standing

# On one machine, the answer to a heartbeat can arrive before discord.py notes when it sent it. The
# library then takes the whole interval for latency, and warns if that is above 10 s.
HEARTBEAT = 9.0  # seconds
HOST = "127.0.0.1"
GUILD, CHANNEL = "Video club", "videos"
KEY = "demo"  # the only key that the demo's video API accepts

BOT = (sys.executable, "-m", "bot", "run")

# The variables a program needs from its surroundings; the operator's own are left out.
INHERITED = (
    "PATH", "PYTHONPATH", "VIRTUAL_ENV", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR",
    "SYSTEMROOT", "TEMP", "TMP", "USERPROFILE",
)  # fmt: skip


class Stage:
    """What the demo consists of; its methods are the page's controls."""

    def __init__(self, discord: LocalDiscord, api: LocalEvolink, bots: Sequence[Child]) -> None:
        self.discord = discord
        self.api = api
        self.bots = bots
        self._armed: tuple[Mishap, int] | None = None
        self._watchers: list[Callable[[], None]] = []
        for bot in bots:
            bot.changed = self._changed

    @property
    def bot(self) -> Child:
        """The first process."""
        return self.bots[0]

    @property
    def page_url(self) -> str:
        """The page's address."""
        return self.discord.rest_url.removesuffix("/api/v10") + "/"

    @property
    def standing(self) -> Standing:
        lives = tuple(bot.life for bot in self.bots)
        words = [bot.last_words for bot in self.bots if bot.life is Life.DIED]
        return Standing(
            life=Life.RUNNING if Life.RUNNING in lives else lives[0],
            detail=words[0] if words else "",
            armed=self._mishap(),
            lives=lives if len(lives) > 1 else (),
        )

    async def kill(self, number: int = 1) -> None:
        await self.bots[number - 1].kill()

    async def restart(self, number: int = 1) -> None:
        await self.bots[number - 1].start()

    def fail_next(self, mishap: Mishap) -> None:
        """Let the next video fail like this; replaces an earlier order."""
        self.api.faults.clear()
        match mishap:
            case Mishap.POLICY:
                self.api.faults.fail_next(code="content_policy_violation")
            case Mishap.BUSY:
                self.api.faults.fail_next(code="resource_exhausted")
            case Mishap.CUT:
                self.api.faults.next_submit(accepted=True, cut=True)
        self._armed = mishap, len(self.api.requests)
        self._changed()

    def call_off(self) -> None:
        """Cancel the ordered mishap."""
        self.api.faults.clear()
        self._armed = None
        self._changed()

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        self._watchers.append(changed)
        return lambda: self._watchers.remove(changed)

    def running(self, ports: Sequence[int]) -> list[int]:
        """Those of the processes' `ports` whose process runs."""
        pairs = zip(self.bots, ports, strict=True)
        return [port for bot, port in pairs if bot.life is Life.RUNNING]

    def _mishap(self) -> Mishap | None:
        if self._armed is None or len(self.api.requests) > self._armed[1]:
            return None
        return self._armed[0]

    def _changed(self) -> None:
        for changed in tuple(self._watchers):
            changed()


@asynccontextmanager
async def open_stage(
    *, port: int, pace: Pace, undo_seconds: int, command: Sequence[str] = BOT, processes: int = 1
) -> AsyncIterator[Stage]:
    """Open both playgrounds and the bot (`command`), with a database that is deleted at the end.

    `port` is the page's, 0 for any free one. Raises OSError if it is in use, and `StartupError` if
    there is no PostgreSQL for several processes.
    """
    with tempfile.TemporaryDirectory(prefix="video-bot-demo-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        discord = LocalDiscord(demo_world(guild=GUILD, channel=CHANNEL), port=port)
        discord.gateway.heartbeat_interval = HEARTBEAT
        api = LocalEvolink(
            films=folder / "films", pace=pace, allow_loopback_callbacks=True, key=KEY
        )
        stage = Stage(discord, api, [Child(command) for _ in range(processes)])
        ports = _free_ports(processes)
        Page(discord, stage).mount(discord.app)
        Balancer(lambda: stage.running(ports)).mount(discord.app)
        async with AsyncExitStack() as opened:
            opened.push_async_exit(discord)  # closed as well if its port is in use
            await discord.__aenter__()
            await opened.enter_async_context(api)
            url = await opened.enter_async_context(database(folder, processes=processes))
            settings = _settings(stage, folder, url, undo_seconds)
            for bot, web_port in zip(stage.bots, ports, strict=True):
                address = f"http://{HOST}:{web_port}" if processes == 1 else discord.base_url
                own = {"WEB_PORT": str(web_port), "PUBLIC_URL": address}
                bot.env = {**_inherited(os.environ), **settings, **own}
                await opened.enter_async_context(bot)
            yield stage


def _inherited(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: environ[name] for name in INHERITED if name in environ}


def _settings(stage: Stage, folder: Path, url: str, undo_seconds: int) -> dict[str, str]:
    return {
        "ENV_FILE": "",
        "DISCORD_TOKEN": stage.discord.token,
        "DISCORD_API_URL": stage.discord.rest_url,
        "DISCORD_GATEWAY_URL": stage.discord.gateway_url,
        "EVOLINK_API_KEY": KEY,
        "EVOLINK_BASE_URL": stage.api.url,
        "DATABASE_URL": url,
        "FILMS_DIR": str(folder / "big-films"),
        "SERVERS": "all",
        "UNDO_SECONDS": str(undo_seconds),
        "DEFAULT_DAILY_CREDITS": "1000",
        "LOG_LEVEL": "WARNING",
    }


def _free_ports(count: int) -> list[int]:
    """Free ports for the bot: named before it starts, and the same after a restart."""
    with ExitStack() as free:
        taken = [free.enter_context(socket.create_server((HOST, 0))) for _ in range(count)]
        return [int(each.getsockname()[1]) for each in taken]
