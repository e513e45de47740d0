"""Fills a database with finished videos and all their rows; the newest can be left waiting."""

import json
from datetime import datetime, timedelta

from msgspec import to_builtins
from sqlalchemy import Connection, text

from bot.video.values.videos import VideoSpec

SERVER, PERSON, CHANNEL = 1, 10**9, 10**12  # those with most of the videos
APART = timedelta(seconds=300)  # between two videos

# A quarter is one person's in one server, a quarter others' there, and half is spread widely. The
# ids are scattered, as real ones are.
_ROWS = """
WITH RECURSIVE counted(i) AS (
  SELECT CAST(1 AS bigint) UNION ALL SELECT i + 1 FROM counted WHERE i < :count
),
rows AS (
  SELECT i,
    CAST(1000000000000000000 + (i * 6180339887497) % 1000000000000000000 AS text) AS name,
    CASE WHEN i % 2 = 0 THEN 1 ELSE 2 + i % 10000 END AS server_id,
    CASE WHEN i % 4 = 0 THEN 1000000000 ELSE 1000000001 + i % 99999 END AS user_id,
    CASE WHEN i % 2 = 0 THEN 1000000000000 ELSE 1000000000001 + i % 20000 END AS channel_id,
    :now - i * :apart AS at,
    i % 20 = 7 AS failed
  FROM counted
)
"""
_BOARD = {
    "locale": "en-GB",
    "parent_id": None,
    "shots": [{"id": "s1", "prompt": "a fox", "author_id": PERSON, "seconds": 5}],
    "options": to_builtins(VideoSpec(prompt="")),
}
_INTO = {
    "requests": (
        "(id, server_id, channel_id, user_id, locale, server_locale, created_at, prompt,"
        " negative_prompt, duration, aspect_ratio, sound, quality, shot_type, shots, watermark,"
        " model, sought, board_id) SELECT 'r' || name, server_id, channel_id, user_id, 'en-GB',"
        " 'en-GB', at, 'a fox ' || i || ' in the snow', '', 5, '16:9', 'off', '720p', 'one',"
        " '[]', :no, 'kling', 'a fox ' || i || ' in the snow',"
        " CASE WHEN i % 4 = 0 THEN 'b' || name END FROM rows"
    ),
    "tasks": (
        "(id, request_id, server_id, user_id, state, price, created_at, decided_by, owner, epoch,"
        " ready_at, submitted_at, remote_id, progress, estimate, ended_at, reason, error_code,"
        " error_message, film_url, film_until, muted, first_at) SELECT 't' || name, 'r' || name,"
        " server_id, user_id, CASE WHEN failed THEN 'failed' ELSE 'completed' END, 270000, at,"
        " '{}', 0, 3, at, at + 4000, 'task-unified-' || name, 100, 60, at + 60000, NULL, '', '',"
        " CASE WHEN failed THEN NULL ELSE 'https://films.example/' || name END,"
        " CASE WHEN failed THEN NULL ELSE at + 86400000 END, :no, at FROM rows"
    ),
    "reservations": (
        "(task_id, server_id, user_id, at, price, seconds, state) SELECT 't' || name, server_id,"
        " user_id, at, 270000, 5, CASE WHEN failed THEN 'refunded' ELSE 'settled' END FROM rows"
    ),
    "charges": (
        "(task_id, server_id, ordered_at, price, state) SELECT 't' || name, server_id, at + 4000,"
        " 270000, CASE WHEN failed THEN 'released' ELSE 'charged' END FROM rows"
    ),
    "posts": (
        "(id, kind, state, rung, nonce, task_id, content, server_id, channel_id, user_id,"
        " message_id, sent_to, attempts, is_doubted, application_id, token) SELECT"
        " 't' || name || '.' || kind, kind, 'there', 'channel', kind || name, 't' || name, '{}',"
        " server_id, channel_id, user_id, i, channel_id, 1, :no, 1, ''"
        " FROM rows, (SELECT 'reply' AS kind UNION ALL SELECT 'film') AS kinds"
        " WHERE kind = 'reply' OR NOT failed"
    ),
    "audit": (
        "(id, server_id, at, actor_id, action, user_id, task_id, details) SELECT 'a' || name,"
        " server_id, at, 5, 'approved', user_id, 't' || name, '{}' FROM rows WHERE i % 4 = 0"
    ),
    "boards": (
        "(id, server_id, channel_id, opener_id, title, document, state, version, created_at,"
        " changed_at) SELECT 'b' || name, server_id, channel_id, user_id, 'a fox',"
        " CAST(:board AS text), 'closed', 4, at, at FROM rows WHERE i % 4 = 0"
    ),
}  # fmt: skip

# The newest of them, as if they had just been ordered.
_QUEUED = "SELECT id FROM tasks WHERE state = 'queued'"
_WAIT = (
    "UPDATE tasks SET state = 'queued', submitted_at = NULL, remote_id = NULL, progress = 0,"
    " estimate = NULL, ended_at = NULL, film_url = NULL, film_until = NULL, first_at = NULL"
    " WHERE id IN (SELECT id FROM tasks ORDER BY created_at DESC LIMIT :count)",
    f"UPDATE reservations SET state = 'reserved' WHERE task_id IN ({_QUEUED})",
    f"UPDATE charges SET state = 'expected', ordered_at = NULL WHERE task_id IN ({_QUEUED})",
    f"UPDATE requests SET board_id = NULL WHERE id IN ({_QUEUED.replace('id', 'request_id')})",
    f"DELETE FROM posts WHERE kind = 'film' AND task_id IN ({_QUEUED})",
)


def fill(connection: Connection, count: int, *, now: datetime) -> None:
    """Insert `count` finished videos of the time before `now`."""
    if not count:
        return
    values = {
        "count": count,
        "now": int(now.timestamp() * 1000),
        "apart": APART // timedelta(milliseconds=1),
        "no": False,
        "board": json.dumps(_BOARD),
    }
    is_postgres = connection.dialect.name == "postgresql"
    if is_postgres:  # no checks of foreign keys, a third of the time
        connection.execute(text("SET session_replication_role = replica"))
    for table, rows in _INTO.items():
        connection.execute(text(f"INSERT INTO {table} {_moved(rows)}"), values)
        connection.commit()
    if is_postgres:
        connection.execute(text("SET session_replication_role = DEFAULT"))
    _analyze(connection)


def let_wait(connection: Connection, count: int) -> None:
    """Put the newest `count` videos back into the queue."""
    for statement in _WAIT if count else ():
        values = {"count": count} if ":count" in statement else {}
        connection.execute(text(statement), values)
    connection.commit()
    _analyze(connection)


def blank(connection: Connection, *, before: datetime) -> None:
    """Take the words of older videos away, as a bot has done with them by now."""
    values = {"before": int(before.timestamp() * 1000)}
    blanked = "UPDATE requests SET prompt = '', sought = '' WHERE created_at < :before"
    connection.execute(text(blanked), values)
    connection.execute(text("DELETE FROM boards WHERE changed_at < :before"), values)
    connection.commit()


def _analyze(connection: Connection) -> None:
    """Count the tables' rows anew, as PostgreSQL does by itself after some time."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE"))
        connection.commit()


def _moved(rows: str) -> str:
    """SQLite allows the common table only behind the columns."""
    columns, _, select = rows.partition(" SELECT ")
    return f"{columns} {_ROWS} SELECT {select}"
