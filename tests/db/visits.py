"""Counts the rows that a connection's statements visit, as the database itself counts them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from psycopg import ClientCursor
from psycopg._queries import PostgresQuery
from psycopg.adapt import Transformer
from psycopg.sql import SQL, Literal
from sqlalchemy import Connection, event

from bot.db.columns import PLANNED_ANEW

PLANNING = 20  # about what PostgreSQL takes planning itself to cost
STEPS_A_ROW = 10  # of SQLite's machine, roughly; only to step over a row takes it three


class Visits:
    """The rows that each statement visited, by its text."""

    def __init__(self) -> None:
        self.rows: dict[str, float] = {}

    def count(self, statement: str, rows: float) -> None:
        self.rows[statement] = max(rows, self.rows.get(statement, 0))


@contextmanager
def counted(connection: Connection) -> Iterator[Visits]:
    """Count in the block; each statement runs as always."""
    visits = Visits()
    begin, end = _OF[connection.dialect.name](connection, visits)
    event.listen(connection, "before_cursor_execute", begin)
    event.listen(connection, "after_cursor_execute", end)
    try:
        yield visits
    finally:
        event.remove(connection, "before_cursor_execute", begin)
        event.remove(connection, "after_cursor_execute", end)


def _in_sqlite(connection: Connection, visits: Visits) -> tuple[Callable[..., None], ...]:
    """Count steps of SQLite's machine. Python reads further rows later, but no statement here
    visits many to find few more."""
    driver = connection.connection.dbapi_connection
    assert driver is not None
    every = 300

    def begin(_: Any, cursor: Any, statement: str, *__: Any) -> None:
        steps = 0

        def step() -> int:
            nonlocal steps
            steps += every
            visits.count(statement, steps / STEPS_A_ROW)
            return 0

        visits.count(statement, 0)
        driver.set_progress_handler(step, every)

    return begin, lambda *_: None


def _in_postgres(connection: Connection, visits: Visits) -> tuple[Callable[..., None], ...]:
    """Let the server explain what it did, and undo that. It is asked twice: with a plan for these
    values, and with the one for any values, to which it may change after some time."""

    def begin(_: Any, cursor: Any, statement: str, parameters: Any, context: Any, *__: Any) -> None:
        if not statement.lstrip().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            return
        is_planned_anew = context and PLANNED_ANEW.items() <= context.execution_options.items()
        cursor.execute("SAVEPOINT explained")
        for each in parameters if isinstance(parameters, list) else [parameters]:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", each)
            plan = cursor.fetchone()[0][0]["Plan"]
            visits.count(statement, _visited(plan))
            cursor.execute("ROLLBACK TO SAVEPOINT explained")
            if is_planned_anew:
                continue
            for_any = _plan_for_any(cursor, statement, each)
            if for_any["Total Cost"] <= plan["Total Cost"] + PLANNING:  # else it is not kept
                visits.count(statement, _visited(for_any))
        cursor.execute("ROLLBACK TO SAVEPOINT explained")

    return begin, lambda *_: None


def _plan_for_any(cursor: Any, statement: str, values: Any) -> dict[str, Any]:
    query = PostgresQuery(Transformer.from_context(cursor))
    query.convert(statement, values)
    called = SQL(", ").join(map(Literal, _in_order(query, values)))
    with ClientCursor(cursor.connection) as plain:
        plain.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        plain.execute(f"PREPARE explained AS {query.query.decode()}")
        name = SQL("explained({})").format(called) if values else SQL("explained")
        plain.execute(SQL("EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE {}").format(name))
        row = plain.fetchone()
        plain.execute("DEALLOCATE explained")
    assert row is not None
    plan: dict[str, Any] = row[0][0]["Plan"]
    return plan


def _in_order(query: PostgresQuery, values: Any) -> list[Any]:
    """The values as the statement numbers them."""
    if isinstance(values, Mapping):
        return [values[name] for name in query._order or ()]
    return list(values or ())


_OF = {"sqlite": _in_sqlite, "postgresql": _in_postgres}


def _visited(plan: dict[str, Any]) -> float:
    dropped = sum(value for name, value in plan.items() if name.startswith("Rows Removed by"))
    here = (plan["Actual Rows"] + dropped) * plan["Actual Loops"]
    return here + sum(_visited(part) for part in plan.get("Plans", ()))
