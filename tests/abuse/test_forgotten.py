"""After a person asks to be forgotten, no column of any table and no message mentions them."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import BigInteger, Boolean, Column, Enum, Integer, Table

from bot.clock import SystemClock
from bot.db import open_store
from bot.db.contents import read_content, written
from bot.db.tables import metadata
from bot.video.privacy import forgetting
from bot.video.values.contents import (
    ApprovalContent,
    AuditContent,
    BlockedContent,
    Content,
    FilmContent,
    Nothing,
    Report,
    ReportContent,
    Why,
)
from bot.video.values.posts import PostKind
from bot.video.values.videos import State
from tests.exports import kept_of

ME, OTHER = 1_234_567_890_123_456_789, 77
MINE = "my very own words"
NOW = datetime(2026, 11, 29, tzinfo=UTC)

# What stays: the books count by person, what moderators decided holds on, and who decided answers
# for it. None of it has words.
BOOKS = {
    ("requests", "user_id"), ("tasks", "user_id"), ("reservations", "user_id"),
    ("grants", "user_id"), ("resets", "user_id"), ("blocks", "user_id"), ("limits", "subject_id"),
    ("spent", "user_id"),
}  # fmt: skip
ACTS = {"set_by", "given_by", "reset_by", "blocked_by", "changed_by", "deleted_by"}
# Ids of servers, channels, messages and processes, and times: nobody's.
NOT_OURS = {
    "server_id", "channel_id", "message_id", "sent_to", "application_id", "owner", "seen_from",
    "thread_of", "heard_by", "price", "touched", "beat_at", "amount", "model", "error_code",
    "candidate", "reason", "seconds", "possible", "used", "wasted", "at_most",
}  # fmt: skip
# Tables of the program's own, and of a server's rules and settings: about nobody.
OF_NOBODY = {
    "processes", "shards", "identify_turns", "scopes", "facts", "interactions", "deferrals",
    "settings", "rules", "tallies",
}  # fmt: skip

SHOTS = [{"prompt": MINE, "seconds": 3, "author_id": ME}]
BOARD = {
    "shots": [{"id": "a", "prompt": MINE, "author_id": ME, "seconds": 3, "is_fixed": False}],
    "options": {"prompt": "", "negative_prompt": MINE},
    "locale": "en-US",
    "parent_id": None,
}
JSON = {
    "shots": SHOTS,
    "content": {"user": ME, "reason": MINE, "words": MINE, "reports": [{"by": ME, "reason": MINE}]},
    "details": {"limit": {"subject": "person", "subject_id": ME}, "reason": MINE},
    "document": BOARD,
    "decided_by": {},
}
CHOSEN = {"state": {"tasks": State.COMPLETED, "boards": "open"}, "subject": {"limits": "person"}}


def value(table: Table, column: Column[Any], number: int) -> Any:
    """Whatever of a person such a column can hold."""
    name = column.name
    if (chosen := CHOSEN.get(name, {}).get(table.name)) is not None:
        return str(chosen)
    if name in JSON:
        return json.dumps(JSON[name])
    if name in ("nonce", "id", "remote_id") or (
        name.endswith(("_id", "locale")) and not (isinstance(column.type, BigInteger))
    ):
        return {"task_id": f"tasks{number}", "request_id": f"requests{number}"}.get(
            name, f"{table.name}{number}"
        )
    if isinstance(column.type, Enum):
        return column.type.enums[0]
    if isinstance(column.type, Boolean):
        return False
    if name in NOT_OURS:
        return number
    if isinstance(column.type, BigInteger):
        return ME
    if isinstance(column.type, Integer):
        return 1
    return 1_000 if column.type.__class__.__name__ == "Instant" else MINE


def fill(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        for table in metadata.sorted_tables:
            if table.name in OF_NOBODY:
                continue
            rows = [{each.name: value(table, each, 1) for each in table.c}]
            if table.name == "posts":
                rows = [
                    rows[0]
                    | {"id": f"p{at}", "nonce": f"n{at}", "kind": kind, "state": state}
                    | subject
                    for at, (kind, state, subject) in enumerate(kinds())
                ]
            for row in rows:
                names = ", ".join(row)
                places = ", ".join(f":{name}" for name in row)
                database.execute(f"INSERT INTO {table.name} ({names}) VALUES ({places})", row)


def kinds() -> list[tuple[str, str, dict[str, Any]]]:
    """Every kind of message, there already, and what is owed to a person alone."""
    blocked = BlockedContent(locale="en-US", server="S", reason=MINE)
    theirs = {
        PostKind.REPLY: Nothing(),
        PostKind.FILM: FilmContent(),
        PostKind.OUTCOME: Nothing(),
        PostKind.PERSON: blocked,
    }
    nobodys: dict[PostKind, Content] = {
        PostKind.APPROVAL: ApprovalContent(why=Why.RULE, rule="r", words=MINE),
        PostKind.REPORT: ReportContent(reports=(Report(by=ME, reason=MINE),)),
        PostKind.AUDIT: AuditContent(action="limit_set", actor=1, user=ME, details={"a": MINE}),
    }
    there = [(str(kind), "there", said(content)) for kind, content in theirs.items()]
    for kind, content in nobodys.items():
        there.append((str(kind), "there", said(content) | {"user_id": 0, "token": ""}))
    there[-1][2]["id"] = "audit.audit1"
    return [*there, (str(PostKind.PERSON), "due", said(blocked) | {"task_id": None})]


def said(content: Content) -> dict[str, Any]:
    return {"content": written(content)}


def left(file: Path) -> list[str]:
    """Where a person still is."""
    with closing(sqlite3.connect(file)) as database:
        found = []
        for table in metadata.sorted_tables:
            rows = database.execute(f"SELECT * FROM {table.name}")
            names = [each[0] for each in rows.description]
            for row in rows:
                found += [
                    f"{table.name}.{name}: {cell}"
                    for name, cell in zip(names, row, strict=True)
                    if (table.name, name) not in BOOKS | {("audit", "actor_id")}
                    and name not in ACTS
                    and (str(ME) in str(cell) or MINE in str(cell))
                ]
        return found


@pytest.fixture
def file(sqlite_url: str) -> Path:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    fill(path)
    return path


async def test_nothing_of_a_person_is_left_but_numbers_in_the_books(file: Path) -> None:
    assert len(left(file)) > 20
    async with open_store(f"sqlite:///{file}", clock=SystemClock()) as store:
        await forgetting.forget(store.read, store.tx, ME, NOW)

    found = left(file)
    assert found == [], "\n".join(found)


async def test_an_export_has_every_word_that_is_kept_of_a_person(file: Path) -> None:
    async with open_store(f"sqlite:///{file}", clock=SystemClock()) as store:
        kept = await kept_of(store, ME)

    assert {"requests", "tasks", "posts", "boards", "reports", "audit", "limits"} <= kept.keys()
    assert [shot["prompt"] for shot in kept["boards"][0]["shots"]] == [MINE]
    assert [each["reason"] for each in kept["reports"]] == [MINE]
    assert MINE in json.dumps(kept["requests"])


async def test_what_others_wrote_stays_theirs(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        others = Report(by=OTHER, reason="ugly")
        mixed = written(ReportContent(reports=(Report(by=ME, reason=MINE), others)))
        database.execute("UPDATE posts SET content = ? WHERE kind = 'report'", (mixed,))
    async with open_store(f"sqlite:///{file}", clock=SystemClock()) as store:
        await forgetting.forget(store.read, store.tx, ME, NOW)
    with closing(sqlite3.connect(file)) as database:
        (content,) = database.execute("SELECT content FROM posts WHERE kind = 'report'").fetchone()

    assert read_content(content, PostKind.REPORT) == ReportContent(reports=(others,))
