"""`/quota`: how much one can still make; and the smaller video that a refusal offered."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui import cards
from bot.ui.answer import tell
from bot.ui.asking import asker_of
from bot.ui.items import Verb
from bot.ui.replies import explain
from bot.ui.texts import localised
from bot.video.values.options import NOTHING_CHOSEN, Options
from bot.video.values.specs import completed

Interaction = discord.Interaction[VideoBot]


class Quota(commands.Cog):
    """See one's own allowance, and use it."""

    def __init__(self, bot: VideoBot) -> None:
        front = self._front = bot.front
        self._videos = front.services.videos
        self._per_usd = front.services.per_usd
        front.router.register(buttons={Verb.SMALLER: self.smaller})

    @app_commands.command(name="quota", description=localised("command.quota"))
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    async def quota(self, interaction: Interaction) -> None:
        server_id, locale = _server(interaction), str(interaction.locale)
        sample = completed(NOTHING_CHOSEN)
        ordinary = self._videos.prices.cost(sample)
        room, held = await self._videos.quota(server_id, asker_of(interaction), ordinary)
        view = cards.quota(
            room,
            locale=locale,
            per_usd=self._per_usd,
            sample=sample,
            ordinary=ordinary,
            held=held,
            blocked=await self._blocked(server_id, interaction.user.id, locale),
        )
        await tell(interaction, view=view)

    async def _blocked(self, server_id: int, user_id: int, locale: str) -> str:
        """What a blocked person is told; "" for others."""
        try:
            await self._front.services.moderation.check_block(server_id, user_id)
        except Refusal as refusal:
            return explain(refusal, locale)
        return ""

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
