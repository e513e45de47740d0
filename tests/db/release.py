"""The statements of a release, as it sends them to PostgreSQL.

`python -m tests.db.release VERSION` writes them down, when a version is released."""

import asyncio
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

from benchmarks.finished import fill
from bot.clock import SystemClock
from bot.config import Role
from bot.db import open_store, upgrade
from bot.db.books import SqlBooks
from bot.db.shards import ShardLeases
from tests.chaos.postgres import Postgres
from tests.db.calls import calls, old_one
from tests.db.conftest import NOW

FOLDER = Path(__file__).with_name("releases")
FINISHED = 1000  # videos
TABLE = re.compile(r"\b(?:INSERT INTO|UPDATE|FROM|JOIN) (\w+)")
_NAMED = re.compile(r"%\((\w+)\)s")
_OURS = re.compile(r"^(SELECT|INSERT|UPDATE|DELETE|WITH)\b")


def statements_of(file: Path) -> list[str]:
    """One statement a line."""
    return file.read_text(encoding="utf-8").splitlines()


def recorded(url: str) -> list[str]:
    """Every statement of today's code, with numbered parameters; `url` names an empty database."""
    upgrade(url)
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with _heard() as found:
        asyncio.run(_run(url))
        with engine.connect() as connection:
            fill(connection, FINISHED, now=NOW)
            found.clear_of_filling()
            _call_all(connection)
    engine.dispose()
    return sorted({numbered(each) for each in found.statements if _OURS.match(each)})


def numbered(statement: str) -> str:
    """A statement on one line, with `$1` for its first parameter."""
    names: list[str] = []

    def number(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return " ".join(_NAMED.sub(number, statement).replace("%%", "%").split())


class _Found:
    def __init__(self) -> None:
        self.statements: set[str] = set()

    def add(self, _: Any, __: Any, statement: str, *___: Any) -> None:
        self.statements.add(statement)

    def clear_of_filling(self) -> None:
        self.statements = {each for each in self.statements if "generate_series" not in each}


@contextmanager
def _heard() -> Iterator[_Found]:
    found = _Found()
    event.listen(Engine, "before_cursor_execute", found.add)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", found.add)


async def _run(url: str) -> None:
    """What a process does for itself: it joins, takes shards, identifies, hints and leaves."""
    async with open_store(url, clock=SystemClock()) as store:
        leases = ShardLeases(store, owner=store.lease.owner, asked=2, role=Role.ALL)
        await leases.agree(2)
        await leases.look()
        await leases.arrived(0)
        await leases.turn(0)
        await leases.identified(0)
        await leases.leave()
        await store.hint("")


def _call_all(connection: Connection) -> None:
    books = SqlBooks(connection)
    old = old_one(books)
    connection.rollback()
    for each in calls(old).values():
        for call in each:
            call(books)
            connection.rollback()


def main() -> None:
    (version,) = sys.argv[1:]
    with Postgres() as server:
        found = recorded(server.url)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{version}.sql").write_text("\n".join(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
