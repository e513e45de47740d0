"""The check against Discord's own document notices what it should."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.playground.guild import Request
from tests.openapi import OpenApi, document_path, require_document

POST = "/channels/{channel_id}/messages"
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"


def asked(method: str, route: str, body: Any) -> list[str]:
    oracle = OpenApi(document_path())
    at = datetime(2026, 11, 23, tzinfo=UTC)
    oracle.check(Request(method=method, path=route, route=route, at=at, body=body))
    return oracle.violations


@pytest.fixture(autouse=True)
def _document() -> None:
    require_document()


def test_an_ordinary_message_passes() -> None:
    assert asked("POST", POST, {"content": "hello", "flags": 0}) == []


def test_the_integer_ids_of_new_files_pass() -> None:
    assert asked("PATCH", POST + "/{message_id}", {"attachments": [{"id": 0}]}) == []


@pytest.mark.parametrize(
    ("route", "body"),
    [
        (POST, {"content": "x" * 2001}),
        (POST, {"content": 5}),
        (POST, {"flags": 1 << 15, "content": "x", "components": [{"type": 10, "content": "x"}]}),
        (POST, {"components": [{"type": 10, "content": "x"}]}),
        (CALLBACK, {"type": 99}),
        (CALLBACK, {"type": 9, "data": {"custom_id": "x", "title": "x" * 46, "components": []}}),
    ],
)
def test_a_body_that_discord_refuses_is_seen(route: str, body: dict[str, Any]) -> None:
    assert asked("POST", route, body)


def test_a_route_that_discord_does_not_have_is_seen() -> None:
    assert asked("POST", "", {})
