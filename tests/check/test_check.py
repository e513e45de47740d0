"""What an operator reads when `check` looks at a configuration, Discord and the video API."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.check.rights import NEEDED as ASKED
from bot.db import upgrade
from bot.playground.evolink import LocalEvolink
from bot.ui.permissions import NEEDED
from tests.check.terminal import EVERYTHING, Portal, Terminal, server


async def test_a_sound_set_up_has_no_problem_and_shows_the_invite_link(terminal: Terminal) -> None:
    upgrade(terminal.database)

    code = await terminal.check(Portal(servers=[server(1)]))

    assert code == 0
    assert terminal.lines[-1] == "Nothing is wrong."
    assert {line.split()[0] for line in terminal.lines[:-1]} == {"ok"}
    assert "schema is up to date" in terminal.said("ok       Database")
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
    assert sum(ASKED.values()) == EVERYTHING == NEEDED.value


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
    assert terminal.lines[-1] == "Problems to fix: 4."


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


async def test_an_endpoint_of_the_bots_own_is_no_problem(terminal: Terminal) -> None:
    public, endpoint = "https://video.example.org", "https://video.example.org/interactions"
    portal = Portal(application={"interactions_endpoint_url": endpoint})

    assert await terminal.check(portal, PUBLIC_URL=public) == 0
    assert "run --interactions http" in terminal.said("note     Application")


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
    assert "not served" in terminal.said("note     Server 2")
    assert "has not joined it" in terminal.said("note     Server 3")


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
        ([], "problem  OPERATOR_CHANNEL_ID: is not a channel"),
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


async def test_an_account_without_credits_is_a_problem(terminal: Terminal, tmp_path: Path) -> None:
    async with LocalEvolink(films=tmp_path, balance=0) as empty:
        terminal.api = empty

        assert await terminal.check(Portal()) == 1
    assert terminal.said("problem  API key").endswith("has no credits left: top it up")


async def test_a_low_balance_is_remarked(terminal: Terminal, tmp_path: Path) -> None:
    async with LocalEvolink(films=tmp_path, balance=100) as poor:
        terminal.api = poor
        assert await terminal.check(Portal()) == 0

    assert "100 credits are left, for about 3 videos" in terminal.said("note     API key")
