"""The code of earlier releases works on today's schema, so that both can run at once."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.db import upgrade
from tests.db.release import FOLDER, statements_of

RELEASES = sorted(FOLDER.glob("*.sql"))
INSERT = re.compile(r"INSERT INTO (\w+) \(([^)]*)\)")
NEEDED = text(
    "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'"
    " AND table_name = :table AND is_nullable = 'NO' AND column_default IS NULL"
    " AND is_identity = 'NO'"
)


@pytest.fixture
def today(empty_pg_url: str, connected) -> Connection:
    """A connection to a database with today's schema."""
    upgrade(empty_pg_url)
    return connected(empty_pg_url)


@pytest.mark.parametrize("release", RELEASES, ids=lambda file: file.stem)
def test_every_statement_of_a_release_is_valid_today(today: Connection, release: Path) -> None:
    for statement in statements_of(release):
        today.exec_driver_sql(f"PREPARE earlier AS {statement.replace('%', '%%')}")
        today.exec_driver_sql("DEALLOCATE earlier")


@pytest.mark.parametrize("release", RELEASES, ids=lambda file: file.stem)
def test_no_row_of_a_release_lacks_what_today_needs(today: Connection, release: Path) -> None:
    found = [INSERT.match(each) for each in statements_of(release)]
    rows = [
        (each[1], set(each[2].replace('"', "").split(", "))) for each in found if each is not None
    ]
    assert len({table for table, _ in rows}) > 20
    for table, given in rows:
        needed = set(today.execute(NEEDED, {"table": table}).scalars())
        assert needed <= given, f"{table} needs a default for {needed - given}"


def test_a_column_that_is_gone_is_noticed(today: Connection) -> None:
    today.exec_driver_sql("ALTER TABLE posts RENAME COLUMN token TO words")
    with pytest.raises(Exception, match="token"):
        test_every_statement_of_a_release_is_valid_today(today, RELEASES[-1])
