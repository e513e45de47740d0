"""The one real video that `check` makes, after asking."""

import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.playground.evolink import LocalEvolink
from tests.check.terminal import FILM, FastClock, Portal, Terminal


def films_in(folder: Path) -> dict[str, bytes]:
    return {film.name: film.read_bytes() for film in folder.glob("*.mp4")}


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
    with tempfile.TemporaryDirectory() as name:
        os.chdir(unwritable)  # `as_nobody` comes back
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
