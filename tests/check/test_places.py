"""What `check` says about the places the bot writes to: its database and its folders."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.db import upgrade
from tests.check.terminal import Portal, Terminal


async def test_a_database_that_is_not_there_yet_is_no_problem_and_is_not_made(
    terminal: Terminal, tmp_path: Path
) -> None:
    assert await terminal.check(Portal()) == 0
    assert "first start creates it" in terminal.said("note     Database")
    assert "bot.db" not in os.listdir(tmp_path)


@pytest.mark.parametrize(
    ("revision", "line"),
    [
        ("9999", "problem  Database: was written by a newer bot"),
        (None, "problem  Database: belongs to another program"),
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
    assert f"{tmp_path}/file is not a folder" in terminal.said("problem  Database")
    assert f"{tmp_path}/file is not a folder" in terminal.said("problem  FILMS_DIR")


async def test_a_postgresql_that_does_not_answer_is_told_without_its_password(
    terminal: Terminal, unused_tcp_port: int
) -> None:
    terminal.database = f"postgresql://bot:hush@127.0.0.1:{unused_tcp_port}/bot"

    assert await terminal.check(Portal()) == 1
    assert "DATABASE_URL" in terminal.said("problem  Database")
    assert "hush" not in "\n".join(terminal.lines)


async def test_a_full_disk_is_a_problem_of_everything_on_it(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.check.folders.FULL", 10**18)

    assert await terminal.check(Portal()) == 1
    assert "cannot be used: the disk of" in terminal.said("problem  Database")
    assert "is full" in terminal.said("problem  FILMS_DIR")
