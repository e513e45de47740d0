"""Runs the unmodified discord.py client on a local Discord."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import discord

from bot.playground.guild import LocalDiscord

Setup = Callable[[discord.Client, discord.app_commands.CommandTree[Any]], Awaitable[None]]


@asynccontextmanager
async def running(
    local: LocalDiscord, client: discord.Client, setup: Setup | None = None
) -> AsyncIterator[discord.Client]:
    """The client, logged in and connected."""
    tree = discord.app_commands.CommandTree(client)
    await client.login(local.token)
    if setup is not None:
        await setup(client, tree)
        await tree.sync()
    connecting = asyncio.create_task(client.connect())
    try:
        await local.changed(lambda: local.gateway.online or connecting.done())
        yield client
    finally:
        await client.close()
        await asyncio.gather(connecting, return_exceptions=True)
