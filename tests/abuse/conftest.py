"""The real bot on the local Discord, for the hostile stories."""

from tests.local_bot import discord, local

__all__ = ["discord", "local"]
