"""Hostile stories run on the real bot on the local Discord, or on the middle with fakes."""

from tests.cogs.harness import discord, harness
from tests.video.harness import announcer, api, clock, films, start
from tests.video.harness import harness as middle

__all__ = ["announcer", "api", "clock", "discord", "films", "harness", "middle", "start"]
