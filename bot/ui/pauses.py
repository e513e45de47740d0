"""Reads what is paused, for the card of `/moderate pause`."""

from typing import Any

import discord

from bot.services import Services
from bot.ui import cards

Interaction = discord.Interaction[Any]


async def pause_card(interaction: Interaction, services: Services) -> discord.ui.LayoutView:
    """What is paused in this server now, with buttons for the server and this channel."""
    return cards.pauses(
        await services.settings.of(interaction.guild_id or 0),
        interaction.channel_id or 0,
        by_operator=await services.settings.is_bot_paused(),
        locale=str(interaction.locale),
    )
