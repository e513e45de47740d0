"""What is paused, for the card of `/moderate pause`; and the way on where a pause refused a
moderator."""

from typing import Any

import discord
from discord import ButtonStyle

from bot.errors import Refusal
from bot.services import Services
from bot.ui import cards
from bot.ui.items import Verb, VerbButton
from bot.ui.texts import say

GO_ON = {"paused_server": "button.go-on", "paused_channel": "button.go-on_here"}

Interaction = discord.Interaction[Any]


async def pause_card(interaction: Interaction, services: Services) -> discord.ui.LayoutView:
    """What is paused in this server now, with buttons for the server and this channel."""
    return cards.pauses(
        await services.settings.of(interaction.guild_id or 0),
        interaction.channel_id or 0,
        by_operator=await services.settings.is_bot_paused(),
        locale=str(interaction.locale),
    )


async def ways_on(interaction: Interaction, error: BaseException) -> list[VerbButton]:
    """A button that ends the pause which refused something, for those who may end it."""
    if not isinstance(error, Refusal) or error.reason not in GO_ON:
        return []
    try:
        await interaction.client.front.rights.check(interaction, "moderate")
    except Refusal:
        return []
    channel_id = error.facts.get("channel", 0) if error.reason == "paused_channel" else 0
    label = say(GO_ON[error.reason], str(interaction.locale))
    return [VerbButton(Verb.RESUME, str(channel_id), label=label, style=ButtonStyle.success)]
