"""The real bot on the local Discord, for every test of a cog."""

from tests.cogs.harness import discord, harness

__all__ = ["discord", "harness"]
