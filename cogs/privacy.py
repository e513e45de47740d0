"""`/privacy`: see everything the bot keeps about oneself, or have it deleted."""

import asyncio
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import VideoBot
from bot.errors import Refusal
from bot.ui.answer import line
from bot.ui.cards.parts import text
from bot.ui.exported import Parts
from bot.ui.forms import form
from bot.ui.items import Verb, write_only
from bot.ui.texts import localised, say

Interaction = discord.Interaction[VideoBot]
EXPORT_SECONDS = 600.0  # an interaction's token lives for 15 minutes


@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
class Privacy(
    commands.GroupCog, group_name="privacy", group_description=localised("command.privacy")
):
    """A person's own data in every server; also by direct message, for people who left."""

    def __init__(self, bot: VideoBot) -> None:
        front = bot.front
        self._own = front.services.privacy
        self._clock = front.services.clock
        self._exporting = asyncio.Lock()  # one export at a time
        front.router.register(
            buttons={Verb.FORGET: self.forget_yes}, forms={Verb.FORGET: self.forget_yes}
        )

    @app_commands.command(name="export", description=localised("command.privacy.export"))
    async def read_out(self, interaction: Interaction) -> None:
        if self._exporting.locked():
            raise Refusal("too_late")
        async with self._exporting, asyncio.timeout(EXPORT_SECONDS):
            await self._own.begin()
            await interaction.response.defer(ephemeral=True, thinking=True)
            with TemporaryDirectory(prefix="video-bot-") as folder:
                await self._send(interaction, await self._written(interaction, Path(folder)))

    async def _written(self, interaction: Interaction, folder: Path) -> list[Path]:
        user_id = interaction.user.id
        parts = await asyncio.to_thread(Parts, folder, user_id=user_id, now=self._clock.now())
        try:
            async for kind, rows in self._own.pages(user_id):
                await asyncio.to_thread(parts.add, kind, rows)
        finally:
            written = await asyncio.to_thread(parts.close)
        return written

    async def _send(self, interaction: Interaction, paths: list[Path]) -> None:
        """Send one private message per file: together they exceed Discord's limit."""
        day, locale = f"video-bot-{self._clock.now():%Y-%m-%d}", str(interaction.locale)
        for number, path in enumerate(paths, 1):
            told, name = say("privacy.exported", locale), day
            if len(paths) > 1:
                told += " " + say("privacy.part", locale, number=number, count=len(paths))
                name = f"{day}-{number}-{len(paths)}"
            with closing(discord.File(path, filename=f"{name}.json")) as file:
                await interaction.followup.send(told, file=file, ephemeral=True)

    @app_commands.command(name="forget", description=localised("command.privacy.forget"))
    async def forget(self, interaction: Interaction) -> None:
        locale = str(interaction.locale)
        ask, person = text(say("privacy.ask", locale)), str(interaction.user.id)
        await interaction.response.send_modal(form(Verb.FORGET, person, locale, ask))

    async def forget_yes(self, interaction: Interaction, user_id: str) -> None:
        """Forget the person; only they can, whoever got the button."""
        if str(interaction.user.id) != user_id:
            raise Refusal("not_allowed")
        locale = str(interaction.locale)
        asked_at = await self._own.promise(interaction.user.id)
        is_form = interaction.type is discord.InteractionType.modal_submit
        # It may take longer than Discord waits.
        await interaction.response.defer(ephemeral=is_form, thinking=is_form)
        done = await self._own.forget(interaction.user.id, asked_at)
        told = say("privacy.forgotten", locale, count=done.films)
        if done.under_way:
            told += " " + say("privacy.under_way", locale, count=done.under_way)
        await interaction.edit_original_response(view=write_only(line(told)))


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Privacy(bot))
