"""`/help`: what one can do here, with examples, what is left today, and the set-up for managers."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import cards
from bot.ui.answer import tell
from bot.ui.making import check_here, elsewhere
from bot.ui.replies import explain
from bot.ui.texts import localised
from bot.ui.today import today_of

Interaction = discord.Interaction[VideoBot]


class Help(commands.Cog):
    """Show the way in."""

    def __init__(self, bot: VideoBot) -> None:
        self._front = bot.front

    @app_commands.command(name="help", description=localised("command.help"))
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    async def help(self, interaction: Interaction) -> None:
        services, locale = self._front.services, str(interaction.locale)
        today = await today_of(services, interaction)
        why_not, where = today.blocked, list[int]()
        if not why_not:
            why_not, where = await self._why_not(interaction)
        left = cards.quota_lines(
            today.room,
            locale=locale,
            per_usd=services.per_usd,
            sample=today.sample,
            ordinary=today.ordinary,
            is_blocked=bool(today.blocked),
        )
        view = cards.help_card(
            locale=locale,
            left=left,
            why_not=why_not,
            where=where,
            may_manage=interaction.permissions.manage_guild,
        )
        await tell(interaction, view=view)

    async def _why_not(self, interaction: Interaction) -> tuple[str, list[int]]:
        """Why the person cannot make videos here, and where they can; "" if they can here."""
        front = self._front
        settings = await front.services.settings.of(interaction.guild_id or 0)
        try:
            await check_here(front.orders, settings, interaction)
        except Refusal as refusal:
            where = await elsewhere(front.rights, settings, interaction)
            return explain(refusal, str(interaction.locale)), where
        return "", []


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Help(bot))
