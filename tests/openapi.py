"""Checks each request to the local Discord against Discord's own OpenAPI document.

The repository does not contain the document: set `DISCORD_OPENAPI`, or put it at
../shared/discord/openapi.json. Some rules are missing there; this module checks those by hand.
Import the fixture `openapi` into a conftest and call `openapi.watch(local)`.
"""

import json
import os
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012, Draft202012Validator, Registry

from bot.playground.guild import LocalDiscord, Request
from bot.playground.guild.errors import Refused
from bot.playground.guild.rules.commands import check_commands
from bot.playground.guild.rules.messages import check_message
from bot.playground.guild.rules.modals import check_modal

BESIDE = Path(__file__).parents[2] / "shared/discord/openapi.json"
HERE = "urn:discord"


def document_path() -> Path | None:
    """Where the document is, if it is anywhere."""
    named = os.environ.get("DISCORD_OPENAPI")
    path = Path(named) if named else BESIDE
    return path if path.is_file() else None


def require_document() -> None:
    """Skip a test that is nothing without the document; under CI=true fail it."""
    if document_path() is not None:
        return
    reason = "Discord's OpenAPI document is absent: set DISCORD_OPENAPI"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


class OpenApi:
    """Collects what Discord's document would not accept. Without the document, only own rules."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.checked = 0
        self.violations: list[str] = []

    def watch(self, local: LocalDiscord) -> None:
        """Check every request from now on."""
        local.requests.observers.append(self.check)

    def check(self, request: Request) -> None:
        """Check one request and add its violations to `violations`."""
        if not request.route:
            self._note(request, "no such route")
        if request.body is None:
            return
        self.checked += 1
        for error in self._schema_errors(request):
            self._note(request, error)
        try:
            _check_by_hand(request)
        except Refused as refusal:
            self._note(request, json.dumps(refusal.body()))

    def _schema_errors(self, request: Request) -> Iterator[str]:
        if self.path is None or not request.route:
            return
        validator = _validator(self.path, request.method, request.route)
        if validator is None:
            return
        for error in validator.iter_errors(_with_text_ids(request.body)):
            yield f"{error.instance_path}: {error.message[:300]}"

    def _note(self, request: Request, problem: str) -> None:
        self.violations.append(f"{request.method} {request.route or request.path}: {problem}")


@cache
def _document(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text())
    return document


@cache
def _registry(path: Path) -> Registry:
    return Registry([(HERE, _document(path))], draft=Draft202012)


@cache
def _validator(path: Path, method: str, route: str) -> Draft202012Validator | None:
    body = _document(path)["paths"].get(route, {}).get(method.lower(), {}).get("requestBody")
    if body is None:
        return None
    step = route.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
    pointer = f"/paths/{step}/{method.lower()}/requestBody/content/application~1json/schema"
    return Draft202012Validator({"$ref": f"{HERE}#{pointer}"}, registry=_registry(path))


def _with_text_ids(body: Any) -> Any:
    # discord.py sends integers for new files, for the recipient of a direct conversation and for
    # the people and roles a message may ping where the document says string: known, harmless.
    body = deepcopy(body)
    if isinstance(body, dict) and "recipient_id" in body:
        body["recipient_id"] = str(body["recipient_id"])
    holders = [body, body.get("data")] if isinstance(body, dict) else []
    for holder in holders:
        for one in (holder or {}).get("attachments") or []:
            one["id"] = str(one["id"])
        mentions = (holder or {}).get("allowed_mentions") or {}
        for each in mentions.keys() & {"users", "roles"}:
            mentions[each] = [str(pinged) for pinged in mentions[each]]
    return body


def _check_by_hand(request: Request) -> None:
    if request.method == "PUT" and request.route.endswith("/commands"):
        check_commands(request.body)
    elif request.route.endswith("/callback"):
        data = request.body.get("data") or {}
        if request.body.get("type") == 9:
            check_modal(data)
        elif request.body.get("type") == 4:
            check_message(data, request.uploads)
    elif request.method == "POST" and request.route.endswith("/messages"):
        check_message(request.body, request.uploads)


@pytest.fixture
def openapi() -> Iterator[OpenApi]:
    """The check; the test fails at its end if anything sent was wrong."""
    oracle = OpenApi(document_path())
    yield oracle
    assert not oracle.violations, "\n".join(oracle.violations)
