"""Sends one request after another and checks each answer."""

import json
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote

import aiohttp
import yarl

from bot.playground.guild import Interaction
from tests.discord_fuzz.document import Document, Operation
from tests.discord_fuzz.drawing import STRANGE, Drawing
from tests.discord_fuzz.harness import Harness, opened

A_STAGE = 400  # requests before everything begins anew
Sent = tuple[bytes | None, dict[str, str]]


@dataclass(kw_only=True)
class Figures:
    """The result; the lists hold one line per fault."""

    requests: int = 0
    good: Counter[str] = field(default_factory=Counter)
    walked: set[str] = field(default_factory=set)
    crashes: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)

    @property
    def faults(self) -> list[str]:
        return [*self.crashes, *self.wrong, *self.changed]


class Walk:
    """The whole walk; the same seed sends the same requests."""

    def __init__(self, document: Document, seed: int, templates: set[str]) -> None:
        self.document = document
        self.seed = seed
        self.figures = Figures()
        self._operations = document.operations()
        self._here = [one for one in self._operations if one.name in templates]

    async def go(self, goes_on: Callable[[], bool]) -> None:
        """Ask until `goes_on` says no."""
        number = 0
        with _unread(self.figures.unread):
            while goes_on():
                chance = Random(f"{self.seed}/{number}")
                number += 1
                async with opened(chance) as harness:
                    drawing = Drawing(chance, self.document, harness.ids())
                    for _ in range(A_STAGE):
                        if goes_on():
                            await self._ask(harness, drawing, f"{self.seed}/{number - 1}")

    async def _ask(self, harness: Harness, drawing: Drawing, place: str) -> None:
        chance = drawing.chance
        if chance.random() < 0.2:
            await self._happen(harness, chance, place)
        drawing.ids = harness.ids()
        operation = chance.choice(self._operations if chance.random() < 0.1 else self._here)
        path, body, headers = self._request(operation, harness, drawing)
        before = harness.digest()
        said = f"{operation.name} ({place}, request {self.figures.requests})"
        url = yarl.URL(harness.local.rest_url + path, encoded=True)
        headers = {"Authorization": f"Bot {harness.local.token}", **headers}
        try:
            async with harness.session.request(
                operation.method,
                url,
                data=body,
                headers=headers,
                skip_auto_headers=["Content-Type"],
            ) as answer:
                status, raw = answer.status, await answer.read()
        except aiohttp.ClientError as problem:
            status, raw = 599, repr(problem).encode()
        self.figures.requests += 1
        self.figures.walked.add(operation.name)
        self._judge(operation, said, status, raw)
        if status >= 400 and harness.digest() != before:
            self.figures.changed.append(f"{said}: refused with {status}, and yet changed something")

    async def _happen(self, harness: Harness, chance: Random, place: str) -> None:
        try:
            await harness.happen(chance)
        except Exception as problem:
            # What the bot was let register or write is more than a person's client can bear.
            said = f"({place}, request {self.figures.requests})"
            self.figures.crashes.append(f"a member's client fails: {problem!r} {said}")
            await harness.register()

    def _judge(self, operation: Operation, said: str, status: int, raw: bytes) -> None:
        if status >= 500:
            self.figures.crashes.append(f"{said}: {status} {raw[:200]!r}")
            return
        if status < 300:
            self.figures.good[operation.name] += 1
        try:
            shape = json.loads(raw) if raw else None
        except ValueError:
            self.figures.wrong.append(f"{said}: {status} with {raw[:80]!r}")
            return
        if problem := self.document.problem(operation, status, shape):
            self.figures.wrong.append(f"{said}: {status} {problem}")

    def _request(
        self, operation: Operation, harness: Harness, drawing: Drawing
    ) -> tuple[str, bytes | None, dict[str, str]]:
        path = operation.template.format(**_names(operation, harness, drawing))
        query = [
            f"{one['name']}={quote(str(self._queried(one, drawing)), safe='', errors='replace')}"
            for one in operation.queries()
            if drawing.chance.random() < 0.3
        ]
        body, headers = self._body(operation, drawing)
        return path + ("?" + "&".join(query) if query else ""), body, headers

    def _queried(self, parameter: dict[str, Any], drawing: Drawing) -> Any:
        if drawing.chance.random() < 0.25:
            return drawing.chance.choice(STRANGE)
        return drawing.fitting(parameter["schema"])

    def _body(self, operation: Operation, drawing: Drawing) -> Sent:
        schema, dice = operation.body, drawing.chance.random()
        if dice < 0.15:
            return drawing.hostile()
        if schema is None:
            return None, {}
        value = drawing.fitting(schema)
        if dice < 0.5:
            value = drawing.soiled(value)
        if dice > 0.9:
            return drawing.with_files(value)
        return json.dumps(value).encode(), {"Content-Type": "application/json"}


def _names(operation: Operation, harness: Harness, drawing: Drawing) -> dict[str, str]:
    """Values for the path, nearly always of the right kind."""
    world, chance = harness.local.world, drawing.chance
    sent = chance.choice(harness.sent).interaction if harness.sent else None
    channel = chance.choice(sorted(world.channels))
    messages = [one.id for one in harness.local.messages(channel)] or [1]
    scope = chance.choice(sorted(world.guilds)) if "{guild_id}" in operation.template else None
    commands = [one["id"] for one in harness.local.state.commands.within(scope)] or ["1"]
    roles = [role.id for guild in world.guilds.values() for role in guild.roles]
    known: dict[str, Any] = {
        "application_id": world.application.id,
        "webhook_id": world.application.id,
        "channel_id": channel,
        "guild_id": scope,
        "user_id": chance.choice(sorted(world.users)),
        "role_id": chance.choice(roles),
        "message_id": _original(sent)
        if "webhook" in operation.template
        else chance.choice(messages),
        "command_id": chance.choice(commands),
        "interaction_id": sent.id if sent else 1,
        "interaction_token": sent.token if sent else "x",
        "webhook_token": sent.token if sent else "x",
        "emoji_name": "%F0%9F%A6%8A",
    }
    names = [part.partition("}")[0] for part in operation.template.split("{")[1:]]
    return {name: _one(known.get(name), drawing) for name in names}


def _original(sent: Interaction | None) -> int:
    return (sent.original_id if sent else None) or 1


def _one(known: Any, drawing: Drawing) -> str:
    dice = drawing.chance.random()
    if dice < 0.04:
        strange = drawing.chance.choice(
            ("x", "9" * 1500, "-1", "%00", "%D9%A3", "1e3", "@me", "%FF")
        )
        return str(strange)
    return drawing.snowflake() if known is None or dice < 0.08 else str(known)


class _unread(logging.Handler):
    """Counts what no rule saw and only the net below them caught."""

    def __init__(self, found: Counter[str]) -> None:
        super().__init__()
        self._found = found
        self._log = logging.getLogger("bot.playground.guild.api")

    def emit(self, record: logging.LogRecord) -> None:
        raised = record.exc_info[1] if record.exc_info else None
        self._found[f"{record.args[0] if record.args else ''}: {raised!r}"] += 1

    def __enter__(self) -> "_unread":
        self._log.addHandler(self)
        self._log.propagate = False
        return self

    def __exit__(self, *_: object) -> None:
        self._log.removeHandler(self)
        self._log.propagate = True
