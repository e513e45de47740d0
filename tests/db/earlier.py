"""A database as an earlier version left it, and rows to put into it."""

from pathlib import Path

from alembic import command
from sqlalchemy import make_url, text

from bot.db.migrations import alembic_config


def at_step(step, url, connected):
    """A database as a version before left it."""
    if url.startswith("sqlite"):
        Path(str(make_url(url).database)).parent.mkdir()
    connection = connected(url)
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, step)
    return connection, config


def a_request_of_before():
    return {
        "id": "r", "server_id": 1, "channel_id": 2, "user_id": 3, "locale": "de",
        "server_locale": "de", "created_at": 0, "prompt": "p", "negative_prompt": "",
        "duration": 5, "aspect_ratio": "16:9", "sound": "off", "quality": "720p",
        "shot_type": "one", "shots": "[]", "watermark": False, "model": "m", "sought": "",
    }  # fmt: skip


def a_task_of_before():
    return {
        "id": "t", "request_id": "r", "server_id": 1, "user_id": 3, "state": "failed",
        "price": 7, "created_at": 10, "decided_by": "{}", "owner": 1, "epoch": 1,
        "progress": 0, "error_code": "", "error_message": "", "muted": False,
    }  # fmt: skip


def insert(connection, table, row):
    names = f"{', '.join(row)}) VALUES (:{', :'.join(row)}"
    connection.execute(text(f"INSERT INTO {table} ({names})"), row)
