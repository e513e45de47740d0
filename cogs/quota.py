"""`/quota`: how much one can still make; and the smaller video that a refusal offered."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import cards
from bot.ui.answer import tell
from bot.ui.items import Verb
from bot.ui.texts import localised
from bot.ui.today import today_of
from bot.video.values.options import Options

Interaction = discord.Interaction[VideoBot]


class Quota(commands.Cog):
    """See one's own allowance, and use it."""

    def __init__(self, bot: VideoBot) -> None:
        front = self._front = bot.front
        self._videos = front.services.videos
        front.router.register(buttons={Verb.SMALLER: self.smaller})

    @app_commands.command(name="quota", description=localised("command.quota"))
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    async def quota(self, interaction: Interaction) -> None:
        today = await today_of(self._front.services, interaction)
        view = cards.quota(
            today.room,
            locale=str(interaction.locale),
            per_usd=self._front.services.per_usd,
            sample=today.sample,
            ordinary=today.ordinary,
            held=today.held,
            blocked=today.blocked,
        )
        await tell(interaction, view=view)

    async def smaller(self, interaction: Interaction, draft_id: str) -> None:
        """Make the smaller video that a refusal offered, once."""
        user_id, server_id = interaction.user.id, _server(interaction)
        request = await self._videos.offered(draft_id, user_id=user_id, server_id=server_id)
        await self._front.orders.take(
            interaction,
            Options.of(request.spec),
            parent_id=request.parent_id,
            offer=draft_id,
            board_id=request.board_id,
        )


def _server(interaction: Interaction) -> int:
    if interaction.guild_id is None:
        raise Refusal("guild_only")
    return interaction.guild_id


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Quota(bot))
