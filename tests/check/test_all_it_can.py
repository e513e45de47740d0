"""What an operator reads when several things are wrong at once, or a bot runs already."""

import socket

import pytest

from bot.clock import SystemClock
from bot.db import move, open_store, upgrade
from bot.db.pause import set_paused
from tests.check.terminal import Portal, Terminal, server


async def test_a_mistake_in_the_configuration_hides_only_what_depends_on_it(
    terminal: Terminal,
) -> None:
    code = await terminal.check(
        Portal(servers=[server(1)]), EVOLINK_API_KEY="", MAX_RUNING="3", METRICS_PORT="many"
    )

    assert code == 1
    about = [line for line in terminal.lines if line.startswith("problem  Configuration: ")]
    assert {line.split()[2] for line in about} == {"EVOLINK_API_KEY", "MAX_RUNING", "METRICS_PORT"}
    assert "because of EVOLINK_API_KEY above" in terminal.said("note     API key")
    assert "because of METRICS_PORT above" in terminal.said("note     Ports")
    assert terminal.said("note     Database")
    assert terminal.said("ok       Server 1")
    assert terminal.said("ok       Invite")
    assert terminal.lines[-1] == "Problems to fix: 3."


async def test_nothing_is_asked_with_a_token_that_cannot_be_one(terminal: Terminal) -> None:
    assert await terminal.check(Portal(), DISCORD_TOKEN='"in quotes"') == 1
    assert "because of DISCORD_TOKEN above" in terminal.said("note     Discord")
    assert terminal.said("ok       API key")


@pytest.mark.parametrize("named", ["WEB", "METRICS"])
async def test_a_taken_port_is_a_problem_that_names_its_variable(
    terminal: Terminal, named: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code = await terminal.check(Portal(), **{f"{named}_PORT": port})

    assert code == 1
    line = terminal.said(f"problem  {named}_PORT")
    assert f"{named}_PORT {port} cannot be used on 127.0.0.1" in line
    assert "each process on a machine needs its own" in line


async def test_a_port_of_the_bot_that_runs_is_no_problem_and_the_bot_is_named(
    terminal: Terminal,
) -> None:
    async with open_store(terminal.database, clock=SystemClock()):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            code = await terminal.check(Portal(), WEB_PORT=port)

    assert code == 0
    assert f"{port} on 127.0.0.1 is in use, as by the bot" in terminal.said("note     WEB_PORT")
    assert f"runs: #1 on {socket.gethostname()[:20]}" in terminal.said("ok       Bot")


async def test_an_address_that_is_not_this_machines_is_told_by_its_variable(
    terminal: Terminal,
) -> None:
    assert await terminal.check(Portal(), METRICS_PORT="0", METRICS_HOST="192.0.2.1") == 1
    assert "METRICS_HOST 192.0.2.1 cannot be used" in terminal.said("problem  METRICS_PORT")


async def test_a_pause_is_named_with_the_way_out(terminal: Terminal) -> None:
    upgrade(terminal.database)
    set_paused(terminal.database, True)

    assert await terminal.check(Portal()) == 0
    assert "python -m bot resume" in terminal.said("note     Pause")


async def test_a_database_that_has_moved_is_a_problem(terminal: Terminal, pg_url: str) -> None:
    upgrade(terminal.database)
    move(terminal.database, pg_url, lambda _: None)

    assert await terminal.check(Portal()) == 1
    assert "has moved to another database" in terminal.said("problem  Database")
