"""Hostile stories run on the real bot on the local Discord, or on the middle with fakes."""

from tests.cogs.harness import discord, harness
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
