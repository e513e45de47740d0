"""`/quota`: what one may still make today."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import cards
from bot.ui.answer import tell
from bot.ui.texts import localised
from bot.video.models import VideoSpec

ORDINARY = VideoSpec(prompt="-")  # a film with no options set


class Quota(commands.Cog):
    """See one's own allowance."""

    def __init__(self, bot: VideoBot) -> None:
        self._studio = bot.services.studio
        self._per_usd = bot.services.per_usd

    @app_commands.command(name="quota", description=localised("command.quota"))
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    async def quota(self, interaction: discord.Interaction[VideoBot]) -> None:
        if interaction.guild_id is None:
            raise Refusal("guild_only")
        found = await self._studio.quota(
            server_id=interaction.guild_id, user_id=interaction.user.id
        )
        locale = str(interaction.locale)
        view = cards.quota(
            found, locale=locale, per_usd=self._per_usd, ordinary=self._studio.price(ORDINARY)
        )
        await tell(interaction, view=view)


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Quota(bot))
