"""A short word when the bot joins a server: what it does, and how its managers set it up."""

import asyncio
import logging
from datetime import timedelta

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import StorageDown
from bot.video.values.contents import WelcomeContent

FRESH = timedelta(days=1)  # a join that the bot was not running for still counts as news
_log = logging.getLogger(__name__)


class Welcome(commands.Cog):
    """Greet admitted servers, one at a time: a crowd of joins must not use up Discord's limits."""

    def __init__(self, bot: VideoBot) -> None:
        self._front = bot.front
        self._one = asyncio.Lock()

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Greet a server that the bot just joined."""
        async with self._one:
            await self._greet(guild)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Greet a server that the bot joined while it was not running."""
        joined, now = guild.me.joined_at, self._front.services.clock.now()
        if joined is not None and now - joined < FRESH:
            await self.on_guild_join(guild)

    async def _greet(self, guild: discord.Guild) -> None:
        if not await self._front.admission.admits(guild.id):
            return
        said = WelcomeContent(locale=str(guild.preferred_locale), server=guild.name)
        try:
            await self._front.services.welcome.greet(
                guild.id, said, channel_id=_channel(guild), owner_id=guild.owner_id or 0
            )
        except StorageDown:
            _log.warning("Could not greet server %d: the database is down", guild.id)


def _channel(guild: discord.Guild) -> int:
    """The system channel, if the bot may write there; otherwise 0."""
    channel = guild.system_channel
    if channel is None:
        return 0
    granted = channel.permissions_for(guild.me)
    return channel.id if granted.view_channel and granted.send_messages else 0


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Welcome(bot))
