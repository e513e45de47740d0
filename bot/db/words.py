"""People's words, found and blanked by the mark of their columns, `columns.WORDS`."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, exists, or_, select, true, update

from bot.db.columns import WORDS, Shots
from bot.db.tables import requests, tasks


def blanks(table: Table) -> dict[str, Any]:
    """The columns with people's words, and what takes their place."""
    marked = [each for each in table.c if each.info == WORDS]
    return {each.name: () if isinstance(each.type, Shots) else "" for each in marked}


def has_words(table: Table) -> ColumnElement[bool]:
    """Rows in which such a column is not blank."""
    return or_(*(table.c[name] != blank for name, blank in blanks(table).items()))


def blank_requests(connection: Connection, ids: Sequence[str]) -> None:
    """Blank these requests and their videos."""
    for table, key in ((requests, requests.c.id), (tasks, tasks.c.request_id)):
        connection.execute(update(table).where(key.in_(ids)).values(blanks(table)))


def has_task(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Requests with such a task."""
    return exists(select(true()).where(tasks.c.request_id == requests.c.id, which))
