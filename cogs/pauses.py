"""The buttons of `/moderate pause`: pause the server or a channel, and go on."""

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.ui.answer import tell
from bot.ui.items import Verb, write_only
from bot.ui.pauses import pause_card
from bot.ui.pressed import take_away

Interaction = discord.Interaction[VideoBot]


class Pauses(commands.Cog):
    """Needs `/moderate`; checked at every press."""

    def __init__(self, bot: VideoBot) -> None:
        front = self._front = bot.front
        self._settings = front.services.settings
        front.router.register(
            buttons={
                Verb.PAUSE: self.pause,
                Verb.GO_ON: self.go_on,
                Verb.RESUME: self.resume,
            }
        )

    async def pause(self, interaction: Interaction, channel_id: str) -> None:
        await self._set(interaction, int(channel_id), is_paused=True)

    async def go_on(self, interaction: Interaction, channel_id: str) -> None:
        await self._set(interaction, int(channel_id), is_paused=False)

    async def resume(self, interaction: Interaction, channel_id: str) -> None:
        """Like `go_on`, with an answer of its own: the refusal has the text that was typed."""
        view = await self._paused(interaction, int(channel_id), False)
        await take_away(interaction)
        await tell(interaction, view=view)

    async def _set(self, interaction: Interaction, channel_id: int, *, is_paused: bool) -> None:
        view = await self._paused(interaction, channel_id, is_paused)
        await interaction.response.edit_message(view=write_only(view))

    async def _paused(
        self, interaction: Interaction, channel_id: int, is_paused: bool
    ) -> discord.ui.LayoutView:
        """Change it, and return what is paused now."""
        where = await self._front.rights.check(interaction, "moderate"), interaction.user.id
        await self._settings.pause(where, channel_id, is_paused=is_paused)
        return await pause_card(interaction, self._front.services)


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Pauses(bot))
