"""`/privacy`: see everything that is kept of oneself, or have it forgotten."""

import asyncio
import io

import discord
from discord import ButtonStyle, app_commands
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui.answer import line, tell
from bot.ui.cards.parts import button, layout, row, text
from bot.ui.items import Verb, write_only
from bot.ui.texts import localised, say
from bot.video.servers import forgetting, privacy

Interaction = discord.Interaction[VideoBot]
FILE_LIMIT = 10 * 1024 * 1024  # bytes; what Discord takes anywhere


@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
class Privacy(
    commands.GroupCog, group_name="privacy", group_description=localised("command.privacy")
):
    """A person's own, in every server; in direct messages too, for who has left."""

    def __init__(self, bot: VideoBot) -> None:
        self._store = bot.services.store
        self._studio = bot.services.studio
        self._clock = bot.services.clock
        self._exporting = asyncio.Lock()  # one at a time: each takes memory
        bot.presses.enter(buttons={Verb.FORGET: self.forget_yes})

    @app_commands.command(name="export", description=localised("command.privacy.export"))
    async def export(self, interaction: Interaction) -> None:
        user_id, now = interaction.user.id, self._clock.now()
        if self._exporting.locked():
            raise Refusal("too_late")
        async with self._exporting:
            kept = await self._store.read(privacy.export, user_id, now)
        if len(kept) > FILE_LIMIT:
            raise Refusal("export_too_large")
        file = discord.File(io.BytesIO(kept), filename=f"video-bot-{now:%Y-%m-%d}.json")
        told = say("privacy.exported", str(interaction.locale))
        await interaction.response.send_message(told, file=file, ephemeral=True)

    @app_commands.command(name="forget", description=localised("command.privacy.forget"))
    async def forget(self, interaction: Interaction) -> None:
        locale = str(interaction.locale)
        yes = button(Verb.FORGET, str(interaction.user.id), locale, style=ButtonStyle.danger)
        await tell(interaction, view=layout(text(say("privacy.ask", locale)), row(yes)))

    async def forget_yes(self, interaction: Interaction, user_id: str) -> None:
        """Only one's own, whosever button it is."""
        if str(interaction.user.id) != user_id:
            raise Refusal("not_allowed")
        now, locale = self._clock.now(), str(interaction.locale)
        await forgetting.promise(self._studio.act, interaction.user.id, now)
        await interaction.response.defer()  # it may take longer than Discord waits
        done = await forgetting.keep_promise(
            self._store.read, self._studio.act, interaction.user.id, now
        )
        told = say("privacy.forgotten", locale, count=done.films)
        if done.under_way:
            told += " " + say("privacy.under_way", locale, count=done.under_way)
        await interaction.edit_original_response(view=write_only(line(told)))


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Privacy(bot))
