"""The real bot on the local Discord, for every test of a cog."""

from tests.local_bot import discord, local

__all__ = ["discord", "local"]
