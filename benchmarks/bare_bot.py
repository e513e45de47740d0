"""A bare discord.py bot whose only command defers: the baseline for ours."""

import asyncio
import os

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from benchmarks.probe import answering


class BareBot(discord.Client):
    """Syncs its command at each start, as the library's examples do."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self.tree = app_commands.CommandTree(self)

        @self.tree.command(name="video", description="Ask for a film")
        async def video(interaction: discord.Interaction, prompt: str) -> None:
            await interaction.response.defer()

    async def setup_hook(self) -> None:
        await self.tree.sync()


async def main() -> None:
    """Serve until the process is ended."""
    Route.BASE = os.environ["DISCORD_API_URL"]
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
    async with BareBot() as bot, asyncio.TaskGroup() as group:
        group.create_task(answering())
        await bot.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    asyncio.run(main())
