"""Hostile stories run on the real bot on the local Discord, or on the middle with fakes."""

import pytest

from tests.cogs.harness import discord, harness, rush
from tests.db.conftest import accept, new_request, new_task
from tests.video.harness import announcer, api, clock, films, start
from tests.video.harness import harness as middle

__all__ = [
    "accept",
    "announcer",
    "api",
    "clock",
    "discord",
    "films",
    "harness",
    "middle",
    "new_request",
    "new_task",
    "start",
]


@pytest.fixture
def in_a_rush(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every answer is deferred."""
    rush(monkeypatch)
