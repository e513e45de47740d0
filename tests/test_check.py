"""What an operator reads when `check` looks at a Discord, a video API and a database."""

import os
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.check import check
from bot.check.discord import PERMISSIONS
from bot.config import load_config
from bot.db.migrations import upgrade
from bot.playground.evolink import LocalEvolink
from bot.ui.permissions import NEEDED

TOKEN = "discord-token-for-checks"
EVERYTHING = sum(1 << bit for bit in (10, 11, 14, 15, 16, 38))
FILM = (24).to_bytes(4) + b"ftypisom" + bytes(12)


class FastClock:
    """A clock on which sleeping takes no time."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 23, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


@dataclass
class Portal:
    """What Discord's developer portal and its servers hold, and a REST API that tells."""

    application: dict[str, Any] = field(default_factory=dict)
    servers: list[dict[str, Any]] = field(default_factory=list)
    channels: list[dict[str, Any]] = field(default_factory=list)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/api/v10/users/@me", self._answer(lambda _: {"username": "film-bot"}))
        app.router.add_get("/api/v10/users/@me/guilds", self._answer(self._page))
        for channel in self.channels:
            path = f"/api/v10/channels/{channel['id']}"
            app.router.add_get(path, self._answer(lambda _, seen=channel: seen))
        whole = {"id": "4242", "bot_public": False, "flags": 0} | self.application
        app.router.add_get("/api/v10/applications/@me", self._answer(lambda _: whole))
        return app

    def _answer(
        self, content: Callable[[web.Request], Any]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            if request.headers.get("Authorization") != f"Bot {TOKEN}":
                return web.json_response({"message": "401: Unauthorized", "code": 0}, status=401)
            return web.json_response(content(request))

        return answer

    def _page(self, request: web.Request) -> list[dict[str, Any]]:
        after, limit = int(request.query["after"]), int(request.query["limit"])
        return [server for server in self.servers if int(server["id"]) > after][:limit]


def server(number: int, permissions: int = EVERYTHING) -> dict[str, Any]:
    return {"id": str(number), "name": f"Server {number}", "permissions": str(permissions)}


def films_in(folder: Path) -> dict[str, bytes]:
    return {film.name: film.read_bytes() for film in folder.glob("*.mp4")}


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[LocalEvolink]:
    async with LocalEvolink(films=tmp_path / "made", film=FILM, clock=FastClock()) as api:
        yield api


@dataclass
class Terminal:
    """Runs `check` and keeps what it said and asked."""

    api: LocalEvolink
    database: str
    answer: str = ""
    lines: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    async def check(
        self, portal: Portal, *, film: bool = False, notes: Sequence[str] = (), **environ: str
    ) -> int:
        async with TestServer(portal.app(), host="127.0.0.1") as discord:
            usual = {
                "DISCORD_TOKEN": TOKEN,
                "EVOLINK_API_KEY": "evolink-key-for-checks",
                "DISCORD_API_URL": str(discord.make_url("/api/v10")),
                "EVOLINK_BASE_URL": self.api.url,
                "DATABASE_URL": self.database,
            }
            return await check(
                load_config(usual | environ, env_file=None),
                notes=notes,
                film=film,
                say=self.lines.append,
                ask=self._answer,
                clock=FastClock(),
                uniform=lambda: 0.5,
            )

    def _answer(self, question: str) -> str:
        self.questions.append(question)
        return self.answer

    def said(self, start: str) -> str:
        [line] = [line for line in self.lines if line.startswith(start)]
        return line


@pytest.fixture
def terminal(api: LocalEvolink, tmp_path: Path) -> Terminal:
    return Terminal(api=api, database=f"sqlite:///{tmp_path / 'bot.db'}")


async def test_a_sound_set_up_has_no_problem_and_shows_the_invite_link(terminal: Terminal) -> None:
    upgrade(terminal.database)

    code = await terminal.check(Portal(servers=[server(1)]))

    assert code == 0
    assert terminal.lines[-1] == "Nothing is wrong."
    assert {line.split()[0] for line in terminal.lines[:-1]} == {"ok"}
    assert "schema is current" in terminal.said("ok       Database")
    assert "10000 credits" in terminal.said("ok       API key")
    assert "film-bot" in terminal.said("ok       Discord token")


async def test_what_is_noted_of_the_configuration_is_no_problem(terminal: Terminal) -> None:
    assert await terminal.check(Portal(), notes=["WEB_POTR is nothing."]) == 0
    assert terminal.said("note     Configuration") == "note     Configuration: WEB_POTR is nothing."


async def test_the_invite_link_asks_for_exactly_what_the_bot_needs(terminal: Terminal) -> None:
    await terminal.check(Portal())

    link = urlsplit(terminal.said("ok       Invite").split(": ", 1)[1])
    assert (link.netloc, link.path) == ("discord.com", "/oauth2/authorize")
    assert parse_qs(link.query) == {
        "client_id": ["4242"],
        "permissions": [str(EVERYTHING)],
        "scope": ["bot applications.commands"],
    }


async def test_the_bot_itself_invites_with_the_same_permissions() -> None:
    assert sum(PERMISSIONS.values()) == EVERYTHING == NEEDED.value


async def test_every_problem_is_named_and_the_exit_code_is_1(
    terminal: Terminal, tmp_path: Path
) -> None:
    prices = tmp_path / "prices.json"
    prices.write_text("{}")
    (tmp_path / "bot.db").write_text("no database at all, but long enough to be taken for one")
    terminal.api.faults.next_credits(status=401, code="unauthorized")

    code = await terminal.check(
        Portal(servers=[server(1, EVERYTHING & ~(1 << 15))]), PRICES_FILE=str(prices)
    )

    assert code == 1
    assert "PRICES_FILE" in terminal.said("problem  Prices")
    assert "restore a backup" in terminal.said("problem  Database")
    assert "EVOLINK_API_KEY" in terminal.said("problem  API key")
    assert "lacks Attach Files" in terminal.said("problem  Server 1")
    assert terminal.lines[-1] == "To be put right: 4."


async def test_a_database_that_is_not_there_yet_is_no_problem_and_is_not_made(
    terminal: Terminal, tmp_path: Path
) -> None:
    assert await terminal.check(Portal()) == 0
    assert "first start makes it" in terminal.said("note     Database")
    assert "bot.db" not in os.listdir(tmp_path)


@pytest.mark.parametrize(
    ("revision", "line"),
    [
        ("9999", "problem  Database: is of a newer version"),
        (None, "problem  Database: has tables of another program"),
    ],
)
async def test_a_schema_that_is_not_ours_is_told(
    terminal: Terminal, tmp_path: Path, revision: str | None, line: str
) -> None:
    upgrade(terminal.database)
    with closing(sqlite3.connect(tmp_path / "bot.db")) as database, database:
        database.execute("DELETE FROM alembic_version")
        if revision:
            database.execute("INSERT INTO alembic_version VALUES (?)", (revision,))

    assert await terminal.check(Portal()) == line.startswith("problem")
    assert terminal.said(line)


async def test_a_file_with_tables_that_are_not_in_the_way_is_no_problem(
    terminal: Terminal, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "bot.db")) as database, database:
        database.execute("CREATE TABLE birds (name TEXT)")

    assert await terminal.check(Portal()) == 0
    assert "none of the bot's tables" in terminal.said("note     Database")


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root is a user without rights for a while."""
    is_root = os.getuid() == 0
    if is_root:
        os.seteuid(65534)
    yield
    if is_root:
        os.seteuid(0)


@pytest.fixture
def unwritable() -> Iterator[Path]:
    """A folder in which we may not write."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o555)
        with as_nobody():
            yield Path(name)


@pytest.fixture
def locked() -> Iterator[Path]:
    """A database's lock in a folder in which we may write, but left there by another user."""
    with tempfile.TemporaryDirectory() as name:
        lock = Path(name) / "bot.db.lock"
        lock.touch(0o444)
        Path(name).chmod(0o777)
        with as_nobody():
            yield lock


async def test_folders_in_which_the_bot_could_not_write_are_problems(
    terminal: Terminal, unwritable: Path
) -> None:
    terminal.database = f"sqlite:///{unwritable}/data/bot.db"

    assert await terminal.check(Portal(), FILMS_DIR=f"{unwritable}/films") == 1
    assert f"{unwritable} cannot be written" in terminal.said("problem  Database")
    assert f"{unwritable} cannot be written" in terminal.said("problem  FILMS_DIR")


async def test_a_lock_of_another_users_is_a_problem(terminal: Terminal, locked: Path) -> None:
    terminal.database = f"sqlite:///{locked.parent}/bot.db"

    assert await terminal.check(Portal()) == 1
    assert f"{locked} cannot be written" in terminal.said("problem  Database")


async def test_a_file_where_a_folder_should_be_is_a_problem(
    terminal: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    terminal.database = f"sqlite:///{tmp_path}/file/deep/bot.db"

    assert await terminal.check(Portal(), FILMS_DIR=f"{tmp_path}/file") == 1
    assert f"{tmp_path}/file is no folder" in terminal.said("problem  Database")
    assert f"{tmp_path}/file is no folder" in terminal.said("problem  FILMS_DIR")


async def test_a_postgresql_that_does_not_answer_is_told_without_its_password(
    terminal: Terminal, unused_tcp_port: int
) -> None:
    terminal.database = f"postgresql://bot:hush@127.0.0.1:{unused_tcp_port}/bot"

    assert await terminal.check(Portal()) == 1
    assert "DATABASE_URL" in terminal.said("problem  Database")
    assert "hush" not in "\n".join(terminal.lines)


async def test_a_refused_token_is_named_without_showing_it(terminal: Terminal) -> None:
    code = await terminal.check(Portal(), DISCORD_TOKEN="wrong-token-hush")

    assert code == 1
    assert "DISCORD_TOKEN is refused" in terminal.said("problem  Discord token")
    assert "hush" not in "\n".join(terminal.lines)


async def test_services_that_do_not_answer_are_told_by_variable(
    terminal: Terminal, unused_tcp_port: int
) -> None:
    nowhere = f"http://127.0.0.1:{unused_tcp_port}"

    code = await terminal.check(Portal(), DISCORD_API_URL=nowhere, EVOLINK_BASE_URL=nowhere)

    assert code == 1
    assert "DISCORD_API_URL" in terminal.said("problem  Discord")
    assert "EVOLINK_BASE_URL" in terminal.said("problem  API key")


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ({"interactions_endpoint_url": "https://x.example"}, "problem  Application"),
        ({"bot_require_code_grant": True}, "problem  Application"),
        ({"bot_public": True}, "note     Application"),
        ({"flags": 1 << 18}, "note     Intents"),
        ({"flags": 1 << 15}, "note     Intents"),
    ],
)
async def test_settings_of_the_portal_that_matter_are_told(
    terminal: Terminal, setting: dict[str, Any], line: str
) -> None:
    code = await terminal.check(Portal(application=setting))

    assert terminal.said(line)
    assert code == line.startswith("problem")


async def test_all_servers_are_looked_at_however_many(terminal: Terminal) -> None:
    await terminal.check(Portal(servers=[server(number) for number in range(1, 402)]))

    assert sum(line.startswith("ok       Server ") for line in terminal.lines) == 401


async def test_an_administrator_lacks_nothing(terminal: Terminal) -> None:
    assert await terminal.check(Portal(servers=[server(1, 1 << 3)])) == 0


async def test_servers_that_are_not_served_and_those_not_joined_are_told(
    terminal: Terminal,
) -> None:
    code = await terminal.check(Portal(servers=[server(1), server(2, 0)]), SERVERS="1, 3")

    assert code == 0
    assert "is not served" in terminal.said("note     Server 2")
    assert "is not in it" in terminal.said("note     Server 3")


async def test_a_development_server_that_the_bot_is_not_in_is_a_problem(
    terminal: Terminal,
) -> None:
    assert await terminal.check(Portal(servers=[server(1)]), DEV_GUILD_ID="1") == 0
    assert await terminal.check(Portal(servers=[server(1)]), DEV_GUILD_ID="2") == 1
    assert "is not in" in terminal.said("problem  DEV_GUILD_ID")


@pytest.mark.parametrize(
    ("channels", "line"),
    [
        ([{"id": "7", "type": 0, "name": "desk"}], "ok       OPERATOR_CHANNEL_ID: desk"),
        ([{"id": "7", "type": 15, "name": "ideas"}], "problem  OPERATOR_CHANNEL_ID: ideas"),
        ([], "problem  OPERATOR_CHANNEL_ID: names no channel"),
    ],
)
async def test_the_operators_channel_is_looked_at(
    terminal: Terminal, channels: list[dict[str, Any]], line: str
) -> None:
    portal = Portal(servers=[server(1)], channels=channels)

    assert await terminal.check(portal, OPERATOR_CHANNEL_ID="7") == line.startswith("problem")
    assert terminal.said(line)
    assert terminal.said("ok       Invite")


async def test_an_address_that_is_not_discords_is_told_by_its_variable(terminal: Terminal) -> None:
    assert await terminal.check(Portal(), DISCORD_API_URL=terminal.api.url) == 1
    assert "DISCORD_API_URL" in terminal.said("problem  Discord")


async def test_a_low_balance_is_remarked(terminal: Terminal, tmp_path: Path) -> None:
    async with LocalEvolink(films=tmp_path, balance=100) as poor:
        terminal.api = poor
        assert await terminal.check(Portal()) == 0

    assert "100 credits are left, for about 3 films" in terminal.said("note     API key")


async def test_a_film_is_made_after_a_yes_that_knew_the_price(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    terminal.answer = "y"

    code = await terminal.check(Portal(), film=True)

    assert code == 0
    assert "16.2 credits (about $0.24)" in terminal.questions[0]
    [(name, content)] = films_in(tmp_path).items()
    assert content == FILM
    assert name in terminal.said("ok       Film")


@pytest.fixture
async def nobodys(unwritable: Path, terminal: Terminal) -> AsyncIterator[Path]:
    """A folder in which we may write, as may the video API; the current one is none."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.chdir(unwritable)
        terminal.database = f"sqlite:///{name}/bot.db"
        made = Path(name) / "made"
        async with LocalEvolink(films=made, film=FILM, clock=FastClock()) as terminal.api:
            yield Path(name)


async def test_a_film_made_where_nothing_may_be_written_is_saved_among_the_films(
    terminal: Terminal, nobodys: Path
) -> None:
    terminal.answer = "y"

    assert await terminal.check(Portal(), film=True, FILMS_DIR=f"{nobodys}/films") == 0
    [(name, content)] = films_in(nobodys / "films").items()
    assert content == FILM
    assert f"saved as {nobodys}/films/{name}" in terminal.said("ok       Film")


async def test_no_film_is_made_without_a_yes_or_while_something_is_wrong(
    terminal: Terminal,
) -> None:
    assert await terminal.check(Portal(), film=True) == 0
    assert await terminal.check(Portal(), film=True, DISCORD_TOKEN="wrong") == 1

    assert len(terminal.questions) == 1
    assert not terminal.api.requests


async def test_a_film_whose_order_got_no_answer_is_said_to_be_perhaps_charged(
    terminal: Terminal,
) -> None:
    terminal.answer = "yes"
    terminal.api.faults.next_submit(accepted=True, cut=True)

    assert await terminal.check(Portal(), film=True) == 1
    assert "may have been made and charged" in terminal.said("problem  Film")
