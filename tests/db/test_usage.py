"""What an operator reads of the bot's spending, with the bot running or not."""

import csv
import io
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import create_engine

from bot.__main__ import main
from bot.clock import SystemClock
from bot.db import open_store
from bot.db.usage import Spending, read_spending
from bot.errors import StartupError
from bot.usage import tables, write_csv
from bot.video.values.ledgers import Allowance, Bill
from bot.video.values.videos import State

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PRICE = 270_000


def order(books, accept, at=NOON, bill=None, **changes):
    """A video that was ordered then, and is settled if `bill` says how."""
    task = accept(books, created_at=at, **changes)
    task = books.move(task, State.SUBMITTING, submitted_at=at)
    if bill is not None:
        books.move(task, State.FAILED, ended_at=at)
        books.settle(task.id, Allowance.REFUNDED, bill)


async def test_spending_is_read_while_the_bot_runs(store, database_url, accept):
    def fill(books):
        order(books, accept)
        order(books, accept, bill=Bill.CHARGED)
        order(books, accept, bill=Bill.POSSIBLE)
        order(books, accept, bill=Bill.RELEASED)
        order(books, accept, at=NOON.replace(hour=23, minute=59))
        order(books, accept, at=NOON + timedelta(hours=12))
        order(books, accept, server_id=2)
        order(books, accept, at=LONG_AGO)
        accept(books)

    await store.tx(fill)
    read = read_spending(database_url, since=LONG_AGO + timedelta(days=1))
    assert [(each.day.day, each.server_id, each.videos) for each in read] == [
        (23, 1, 4), (23, 2, 1), (24, 1, 1)
    ]  # fmt: skip
    assert read[0] == Spending(
        day=date(2026, 11, 23), server_id=1, user_id=2**62, videos=4, seconds=20,
        price=4 * PRICE, possible=PRICE,
    )  # fmt: skip


async def test_spending_is_read_from_a_bot_that_stopped(database_url, accept):
    async with open_store(database_url, clock=SystemClock()) as store:
        await store.tx(lambda books: order(books, accept))
    assert len(read_spending(database_url, since=LONG_AGO)) == 1


def test_a_database_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(StartupError, match="does not exist yet"):
        read_spending(f"sqlite:///{tmp_path}/bot.db", since=LONG_AGO)
    assert list(tmp_path.iterdir()) == []


def test_an_older_schema_says_what_to_do(sqlite_url):
    engine = create_engine(sqlite_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    engine.dispose()
    with pytest.raises(StartupError, match="python -m bot migrate"):
        read_spending(sqlite_url, since=LONG_AGO)


def spending(**changes):
    usual = {"day": NOON.date(), "server_id": 1, "user_id": 2, "videos": 1, "seconds": 5}
    return Spending(**(usual | {"price": PRICE, "possible": 0} | changes))


def test_a_file_has_one_line_for_each_day_server_and_person():
    text = io.StringIO()
    write_csv([spending(user_id=2**62), spending(server_id=3, possible=PRICE)], 68, text)
    rows = list(csv.DictReader(io.StringIO(text.getvalue())))
    assert rows[0] == {
        "day": "2026-11-23", "server": "1", "person": str(2**62), "videos": "1",
        "seconds": "5", "credits": "27.0", "dollars": "0.3971", "possibly_spent": "0.0",
    }  # fmt: skip
    assert rows[1]["possibly_spent"] == "27.0"


def test_a_person_reads_sums_by_server_person_and_day():
    first = date(2026, 10, 20)
    days = [spending(day=first + timedelta(each), user_id=each % 2) for each in range(40)]
    lines = list(tables([*days, spending(server_id=9, price=10 * PRICE)], NOON.date(), 68))
    assert lines[0] == "Since 2026-11-23 (UTC): 41 videos, 205 s, 1,350.0 credits ($19.85)."
    words = [line.split() for line in lines]
    assert ["1", "40", "200", "1,080.0", "15.88"] in words
    assert ["0", "20", "100", "540.0", "7.94"] in words
    assert words.index(["2026-11-28", "1", "5", "27.0", "0.40"]) < words.index(
        ["2026-11-10", "1", "5", "27.0", "0.40"]
    )
    assert lines[-1] == "and 9 more: --csv has them all"


def test_a_reader_who_has_seen_enough_is_no_error(sqlite_url):
    command = f"{sys.executable} -m bot usage --csv | true"
    environ = {"PATH": os.environ["PATH"], "ENV_FILE": "", "DATABASE_URL": sqlite_url}
    done = subprocess.run(command, shell=True, env=environ, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_nothing_ordered_is_one_line():
    assert list(tables([], NOON.date(), 68)) == [
        "Since 2026-11-23 (UTC): 0 videos, 0 s, 0.0 credits ($0.00)."
    ]


def test_the_command_reads_the_configured_database(sqlite_url, monkeypatch, capsys):
    monkeypatch.setenv("ENV_FILE", "")
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    assert main(["usage", "--since", "2026-11-01"]) == 0
    assert capsys.readouterr().out.startswith("Since 2026-11-01 (UTC): 0 videos")
    assert main(["usage", "--csv"]) == 0
    assert capsys.readouterr().out.startswith("day,server,person,")
    with pytest.raises(SystemExit):
        main(["usage", "--since", "yesterday"])
