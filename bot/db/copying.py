"""Copies all rows into an empty database of either kind, some at a time.

Until the end, a fact in the new database says where they come from and how far it came: so an
interrupted copy goes on, and no bot starts on half of one."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Table, func, select, text

from bot.db.facts import FactSqlBooks
from bot.db.server_tables import settings
from bot.db.sqlite_file import raw
from bot.db.tables import charges, facts, processes, reservations, tasks
from bot.errors import StartupError

COPYING = "copying"  # the fact
BATCH = 5000  # rows in memory, and in one transaction
TABLES = settings.metadata.sorted_tables
_LEDGERS = (tasks, reservations, charges)


class Progress(Struct, frozen=True, kw_only=True):
    """How far a copy came: up to the row of `table` with the key `after`."""

    source: str
    table: str = str(TABLES[0].name)
    after: Sequence[Any] = ()


def progress_of(target: Connection) -> Progress | None:
    """Of a copy into this database that was not finished."""
    found = FactSqlBooks(target).fact(COPYING)
    return None if found is None else msgspec.json.decode(found, type=Progress)


def refuse_half(connection: Connection) -> None:
    """Raises `StartupError` for a copy that was not finished."""
    if progress_of(connection) is not None:
        raise StartupError(
            "The copy into this database was not finished: run the same `move` or `restore` again."
        )


def note(target: Connection, progress: Progress) -> None:
    """Save how far a copy came."""
    FactSqlBooks(target).set_fact(COPYING, msgspec.json.encode(progress).decode())


def copy_rows(source: Connection, target: Connection, progress: Progress) -> Iterator[Progress]:
    """Copy what comes after `progress`; yields how far it came, after each commit."""
    names = [table.name for table in TABLES]
    for table in TABLES[names.index(progress.table) :]:
        after = progress.after if table.name == progress.table else ()
        while rows := _read(source, table, after):
            _WRITE[target.dialect.name](target, table, rows)
            after = rows[-1][: len(table.primary_key)]
            progress = Progress(source=progress.source, table=str(table.name), after=after)
            note(target, progress)
            target.commit()
            yield progress


def finish(target: Connection) -> None:
    """Let a bot start on a whole copy: it has none of the processes that made its rows."""
    target.execute(processes.update().values(ended=True))
    target.execute(facts.delete().where(facts.c.name == COPYING))
    if target.dialect.name == "postgresql":
        for table in TABLES:
            _count_on(target, table)
        target.execute(text("ANALYZE"))  # otherwise the server learns it only after a minute
    target.commit()


def _count_on(target: Connection, table: Table) -> None:
    """Make the database number new rows after those that were copied."""
    number = table.autoincrement_column
    if number is None:
        return
    sequence = func.pg_get_serial_sequence(table.name, number.name)
    highest = select(func.coalesce(func.max(number), 0) + 1).scalar_subquery()
    target.execute(select(func.setval(sequence, highest, False)))


def differences(source: Connection, target: Connection) -> list[str]:
    """One line for each table with other rows, and for each ledger with other sums."""
    found = [
        f"{table.name}: {there} rows instead of {here}"
        for table in TABLES
        if (here := _count(source, table)) != (there := _count(target, table))
    ]
    for table in _LEDGERS:
        sums, copied = _sums(source, table), _sums(target, table)
        if sums != copied:
            found.append(f"{table.name}: {copied} instead of {sums}")
    return found


def rows_of(source: Connection, table: str) -> int:
    """How many rows a table has."""
    return _count(source, settings.metadata.tables[table])


def _count(connection: Connection, table: Table) -> int:
    count = select(func.count()).select_from(table)
    if table is facts:
        count = count.where(facts.c.name != COPYING)
    return int(connection.execute(count).scalar_one())


def _sums(connection: Connection, table: Table) -> dict[str, tuple[int, int]]:
    """By state: how many entries, and what they cost together."""
    state, price = table.c.state, table.c.price
    rows = connection.execute(select(state, func.count(), func.sum(price)).group_by(state))
    return {str(state): (count, int(price)) for state, count, price in rows}


def _read(source: Connection, table: Table, after: Sequence[Any]) -> Sequence[Sequence[Any]]:
    """The next rows as they are stored, their key first."""
    key = ", ".join(table.primary_key.columns.keys())
    marks = ", ".join(f":k{number}" for number in range(len(after)))
    later = f" WHERE ({key}) > ({marks})" if after else ""
    page = f"SELECT {', '.join(_columns(table))} FROM {table.name}{later} ORDER BY {key} LIMIT :n"
    values = {f"k{number}": value for number, value in enumerate(after)}
    found = source.execute(text(page), values | {"n": BATCH}).all()
    return [tuple(row) for row in found]


def _columns(table: Table) -> list[str]:
    key = table.primary_key.columns.keys()
    names = [*key, *(column.name for column in table.c if not column.primary_key)]
    return [f'"{name}"' for name in names]


def _write_sqlite(target: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    columns = _columns(table)
    marks = ", ".join("?" for _ in columns)
    statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"
    raw(target).executemany(statement, rows)


def _write_postgres(target: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    statement = f"COPY {table.name} ({', '.join(_columns(table))}) FROM STDIN"
    driver: Any = target.connection.dbapi_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([_storable(value) for value in row])


def _storable(value: Any) -> Any:
    """PostgreSQL's texts have no NUL; the character for what cannot be shown stands for it."""
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value


_WRITE = {"sqlite": _write_sqlite, "postgresql": _write_postgres}
