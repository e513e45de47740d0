"""Tree: sends every command through the front, and every error of one to where errors are
explained."""

from typing import Any

import discord
from discord import app_commands

from bot.errors import Refusal
from bot.ui.answer import SILENT

Interaction = discord.Interaction[Any]


class Tree(app_commands.CommandTree[Any]):
    """The commands of a client that has a `front`."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        is_act = interaction.type is not discord.InteractionType.autocomplete
        front, command = interaction.client.front, _command(interaction)
        try:
            await front.check(interaction, command)
        except Exception as error:  # the edge: the library would only log it
            if is_act:
                await self._refuse(interaction, error)
            return False
        return True

    async def _call(self, interaction: Interaction) -> None:
        """Let every command wait for its turn; suggestions while somebody types do not wait.

        Overrides discord.py's own call of all commands (2.7.1), which has no hook.
        """
        try:
            if interaction.type is discord.InteractionType.autocomplete:
                await super()._call(interaction)
            else:
                async with self.client.front.turn(interaction):
                    await super()._call(interaction)
        except (Refusal, *SILENT) as error:
            await self._refuse(interaction, error)

    async def on_error(
        self, interaction: Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        await self._refuse(interaction, error)

    async def _refuse(self, interaction: Interaction, error: Exception) -> None:
        router = interaction.client.front.router
        await router.refuse_command(interaction, error, _command(interaction))


def _command(interaction: discord.Interaction[Any]) -> str:
    """The name of the used command, without subcommands."""
    name: str = getattr(interaction.command, "qualified_name", "")
    return name.partition(" ")[0]
