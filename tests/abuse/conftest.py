"""The real bot on the local Discord, and the middle with fakes, for the hostile stories."""

from tests.local_bot import discord, local
from tests.video.conftest import announcer, api, clock, desk, films, start

__all__ = ["announcer", "api", "clock", "desk", "discord", "films", "local", "start"]
