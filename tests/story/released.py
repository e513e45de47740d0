"""What earlier releases left behind, as they wrote it: never changed, and never written again.

`0010.sql` and `0010.json` come from one run of commit 81422d1 in the harness of the stories. People
used all that its commands and buttons offer, the video API and Discord failed in every way that
the stories know, and at last, while Discord took no messages, the process was killed. The first
file is the database; the second is what stood at Discord and at the video API by then."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from aiohttp import ClientSession
from alembic import command
from sqlalchemy import NullPool, create_engine, make_url

from bot.db.migrations import alembic_config
from bot.playground.guild import Channel, Message
from bot.playground.guild.interactions import Interaction, InteractionKind, ResponseKind
from bot.playground.guild.messages import Attachment
from bot.playground.guild.state import State
from bot.playground.guild.world import ChannelKind, Guild, Overwrite, Role, User
from tests.story.harness import Harness

FOLDER = Path(__file__).with_name("releases")


@dataclass(frozen=True, kw_only=True)
class Left:
    """What a release left behind."""

    schema: str
    sql: str
    seen: Mapping[str, Any]  # at Discord and at the video API

    @property
    def ended(self) -> datetime:
        """When its process was killed."""
        return datetime.fromisoformat(self.seen["ended"])


def left_by(schema: str, harness: Harness) -> Left:
    """With the addresses of this harness in the place of those of then."""
    sql, seen = (_here(FOLDER / f"{schema}.{kind}", harness) for kind in ("sql", "json"))
    return Left(schema=schema, sql=sql, seen=json.loads(seen))


def _here(file: Path, harness: Harness) -> str:
    found = file.read_text(encoding="utf-8")
    ours = {"api": harness.api.url, "bot": f"http://127.0.0.1:{harness.port}"}
    ours["discord"] = harness.discord.base_url
    for name, url in ours.items():
        found = found.replace(f"http://{name}.example", url)
    return found


def restore_database(left: Left, url: str) -> None:
    """Make the schema of that release and fill it."""
    file = make_url(url)
    if file.get_backend_name() != "sqlite":
        file = file.set(drivername="postgresql+psycopg")
    engine = create_engine(file, poolclass=NullPool)
    with engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, left.schema)
    with engine.begin() as connection:
        cursor = connection.connection.cursor()
        for statement in left.sql.split(";\nINSERT INTO "):
            cursor.execute("INSERT INTO " + statement.removeprefix("INSERT INTO ").rstrip(";\n"))
        if engine.name != "sqlite":  # there, a process that ended without a word has a heartbeat
            cursor.execute("UPDATE processes SET beat_at = 0")
    engine.dispose()


def restore_discord(left: Left, state: State) -> None:
    """People, channels and the bot's messages as they were."""
    world, seen = state.world, left.seen
    world.users = {each["id"]: User(**each) for each in seen["users"]}
    world.guilds = {each["id"]: _guild(each) for each in seen["guilds"]}
    world.channels = {each["id"]: _channel(each) for each in seen["channels"]}
    for each in seen["messages"]:
        state.messages.put(_message(each))
    for each in seen["interactions"]:
        one = _interaction(each)
        state.interactions[one.token] = one


async def restore_api(left: Left, harness: Harness) -> None:
    """Restore tasks that were being made, or whose videos nobody had downloaded; none ends by
    itself."""
    harness.api.faults.stick_next(times=len(left.seen["api"]))
    async with ClientSession(harness.api.url, headers={"Authorization": "Bearer a-key"}) as client:
        for each in left.seen["api"]:
            answer = await client.post("/v1/videos/generations", json=each["body"])
            task = harness.api.tasks.pop((await answer.json())["id"])
            task.id, task.created = each["id"], datetime.fromisoformat(each["created"])
            harness.api.tasks[task.id] = task
    harness.api.requests.clear()


def _guild(seen: dict[str, Any]) -> Guild:
    roles = tuple(Role(**{"permissions": 0, **each}) for each in seen["roles"])
    members = {int(who): frozenset(held) for who, held in seen["members"].items()}
    return Guild(**seen | {"roles": roles, "members": MappingProxyType(members)})


def _channel(seen: dict[str, Any]) -> Channel:
    overwrites = tuple(
        Overwrite(**{"is_role": False, **each}) for each in seen.get("overwrites", ())
    )
    made = Channel(**seen | {"kind": ChannelKind(seen.get("kind", 0)), "overwrites": overwrites})
    lists = {"recipients": tuple(made.recipients), "members": frozenset(made.members)}
    return replace(made, **lists)


def _message(seen: dict[str, Any]) -> Message:
    files = tuple(Attachment(path=Path(), **each) for each in seen.get("attachments", ()))
    times = {
        name: datetime.fromisoformat(seen[name]) for name in ("at", "edited_at") if name in seen
    }
    sets = {name: frozenset(seen.get(name, ())) for name in ("pinged", "roles")}
    return Message(**seen | times | sets | {"attachments": files})


def _interaction(seen: dict[str, Any]) -> Interaction:
    at = datetime.fromisoformat(seen["at"])
    answer = ResponseKind(seen["response"]) if "response" in seen else None
    kind = InteractionKind(seen["kind"])
    return Interaction(**seen | {"at": at, "kind": kind, "response": answer, "payload": {}})
