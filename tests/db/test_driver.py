"""SQLite's driver returns the same rows as SQLAlchemy's own connection."""

import gc
import weakref
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Enum, String, bindparam, insert, make_url, select, text

from bot.db import sqlite_file
from bot.db.books import SqlBooks
from bot.db.columns import Instant, Shots, among
from bot.db.driver import DriverConnection
from bot.db.server_tables import metadata
from bot.db.tables import facts, tasks
from bot.video.values.videos import Shot, State


@pytest.fixture
def connection():
    connection = sqlite_file.connect(make_url("sqlite://"))
    yield connection
    sqlite_file.disconnect(connection)


@pytest.fixture
def driver(connection):
    return DriverConnection(sqlite_file.raw(connection))


def some(column: Column[Any], now: datetime) -> Any:
    """A value as the middle has it, no default."""
    match column.type:
        case Instant():
            return now
        case Shots():
            return (Shot(seconds=3, prompt="it wakes"),)
        case Enum() as words:
            return list(words.enum_class)[-1]
        case Boolean():
            return True
        case String():
            return "7"
        case _:
            return 7


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=str)
@pytest.mark.parametrize("writer", ["driver", "library"])
def test_rows_are_the_librarys(connection, driver, table, writer, now):
    connection.execute(text("PRAGMA foreign_keys = OFF"))
    values = {column.name: some(column, now) for column in table.c}
    {"driver": driver, "library": connection}[writer].execute(insert(table), values)
    found = driver.execute(select(table)).one()
    expected = connection.execute(select(table)).one()
    assert found == tuple(expected) == tuple(values.values())
    assert [type(value) for value in found] == [type(value) for value in expected]


def test_nothing_is_nothing_on_the_way_back_too(connection, driver, new_task, new_request):
    books, task = SqlBooks(driver), new_task()
    books.add_request(new_request(task))
    books.add_task(task, seconds=5)
    assert books.task(task.id) == SqlBooks(connection).task(task.id) == task


def test_text_is_a_statement_too(driver):
    assert driver.execute(text("SELECT 1, :two"), {"two": 2}).all() == [(1, 2)]


def test_several_values_run_it_once_for_each(driver):
    driver.execute(insert(facts), [{"name": name, "value": "1"} for name in "abc"])
    found = driver.execute(select(facts.c.name).order_by(facts.c.name))
    assert [name for (name,) in found] == ["a", "b", "c"]


def test_a_value_that_is_missing_is_named(driver):
    with pytest.raises(KeyError, match="who"):
        driver.execute(select(facts).where(facts.c.name == bindparam("who")), {})


def test_one_of_several_is_found_and_of_none_nothing(driver):
    driver.execute(insert(facts), [{"name": name, "value": "1"} for name in "abc"])

    def names(*wanted):
        found = driver.execute(select(facts.c.name).where(among(facts.c.name, wanted)))
        return [name for (name,) in found]

    assert (names("c", "a"), names()) == (["a", "c"], [])


def test_a_list_as_one_value_is_refused(driver):
    with pytest.raises(TypeError, match="among"):
        driver.execute(select(tasks).where(tasks.c.state.in_([State.QUEUED])))


def test_a_statement_for_a_single_use_is_not_kept(driver):
    statement = select(facts).where(facts.c.name == "a")
    driver.execute(statement)
    kept = weakref.ref(statement)
    del statement
    gc.collect()
    assert kept() is None
