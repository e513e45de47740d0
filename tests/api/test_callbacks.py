"""A callback's address proves itself; its body proves nothing."""

import json
from collections.abc import Callable

import pytest

from bot.api.callbacks import BODY_LIMIT, CallbackTokens, candidate

TASK = "abcdefghij0123456789"
tokens = CallbackTokens(b"0123456789abcdef0123456789abcdef")


def test_a_token_leads_back_to_its_task() -> None:
    assert tokens.task_id(tokens.token(TASK)) == TASK


def test_a_token_needs_no_escaping_in_a_path() -> None:
    assert set(tokens.token(TASK)) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
    )


def test_every_changed_letter_spoils_a_token() -> None:
    token = tokens.token(TASK)
    for place, letter in enumerate(token):
        changed = token[:place] + ("a" if letter != "a" else "b") + token[place + 1 :]
        if place != len(token) - 1 or changed != token:
            assert tokens.task_id(changed) is None


@pytest.mark.parametrize("end", ["", "\n", "=", "A", "/x"])
def test_nothing_may_follow_a_token(end: str) -> None:
    assert tokens.task_id(tokens.token(TASK) + end) == (None if end else TASK)


def test_another_secret_makes_other_tokens() -> None:
    assert CallbackTokens(b"x" * 32).task_id(tokens.token(TASK)) is None


def test_a_guessable_secret_is_not_taken() -> None:
    with pytest.raises(ValueError, match="24 bytes"):
        CallbackTokens(b"secret")


def test_the_body_names_the_apis_task(sample: Callable[[str], bytes]) -> None:
    assert candidate(sample("task_completed")) == "task-unified-1"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"id": 5}',
        b'{"id": "../v1/credits"}',
        b'{"id": ".."}',
        b'{"id": "a", "x": ' + b"[" * 50_000,
        json.dumps({"id": "a", "padding": "x" * BODY_LIMIT}).encode(),
    ],
)
def test_a_body_that_names_none_is_harmless(body: bytes) -> None:
    assert candidate(body) is None
