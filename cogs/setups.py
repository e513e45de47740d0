"""Presets of `/settings`, and settings as a file: shown first, then applied at once, with Undo."""

from typing import Any

import discord
from discord.ext import commands

from bot.client import VideoBot
from bot.ui import cards
from bot.ui.answer import tell
from bot.ui.cards.parts import text
from bot.ui.cards.setups import PLAN_PLACE
from bot.ui.front_page import front_page
from bot.ui.items import Verb, write_only
from bot.ui.setup_plans import check_setup, show_plan
from bot.ui.setups import PRESETS, fitting, paths, read_setup, written
from bot.ui.texts import say
from bot.ui.wordfile import read_card_file

Interaction = discord.Interaction[VideoBot]


class Setups(commands.Cog):
    """Needs what `/settings` and `/limits` need."""

    def __init__(self, bot: VideoBot) -> None:
        self._front = bot.front
        self._setups = bot.front.services.setups
        bot.front.router.register(
            buttons={
                Verb.SETUP: self.show,
                Verb.SETUP_APPLY: self.apply,
                Verb.SETUP_FILE: self.export,
                Verb.UNDO_SETUP: self.undo,
            }
        )

    async def show(self, interaction: Interaction, name: str) -> None:
        """Show what a preset would change."""
        await show_plan(interaction, self._front, PRESETS[name], name)

    async def apply(self, interaction: Interaction, name: str) -> None:
        """Apply a preset, or the card's file."""
        where = await check_setup(interaction, self._front)
        setup = PRESETS.get(name)
        if setup is None:
            setup = read_setup(await read_card_file(interaction, PLAN_PLACE))
        fits, _ = fitting(interaction, setup)
        entry = await self._setups.apply(where, fits, name)
        await self._show(interaction, cards.setup_applied(name, entry, str(interaction.locale)))

    async def undo(self, interaction: Interaction, entry_id: str) -> None:
        """Put back what a preset or a file changed."""
        await self._setups.undo(await check_setup(interaction, self._front), entry_id)
        await self._show(interaction, [text(say("setup.undone", str(interaction.locale)))])

    async def _show(self, interaction: Interaction, done: list[discord.ui.Item[Any]]) -> None:
        """Show the overview as it is now, below what was done."""
        server_id, locale = interaction.guild_id or 0, str(interaction.locale)
        view = await front_page(
            self._front.services, server_id, locale, done, guild=interaction.guild
        )
        await interaction.response.edit_message(view=write_only(view), attachments=[])

    async def export(self, interaction: Interaction, _: str) -> None:
        """Give the settings and limits as a file."""
        server_id, _by = await check_setup(interaction, self._front)
        present = await self._setups.present(server_id, paths())
        file = cards.setup_file(written(present))
        said = say("setup.exported", str(interaction.locale))
        await tell(interaction, said, files=[file])


async def setup(bot: VideoBot) -> None:
    await bot.add_cog(Setups(bot))
