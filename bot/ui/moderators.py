"""Whether a server's moderators can read what the bot sends to their channel.

If not, the bot tells the server's owner, once per channel."""

from typing import Any

import discord

from bot.errors import Refusal
from bot.services import Services
from bot.ui.permissions import check_may_post

Interaction = discord.Interaction[Any]


async def check_moderators_read(interaction: Interaction, services: Services) -> None:
    """Raises `Refusal("reports_unread")` if the bot cannot write in the channel that is set."""
    guild, server_id = interaction.guild, interaction.guild_id or 0
    settings = await services.settings.of(server_id)
    channel_id = settings.moderators_channel
    if channel_id is None or guild is None:
        return
    try:
        check_may_post(interaction, channel_id)
    except Refusal:
        locale = settings.language or str(interaction.guild_locale or interaction.locale)
        await services.moderation.tell_manager(
            user_id=guild.owner_id or 0,
            server_id=server_id,
            server=guild.name,
            locale=locale,
            channel_id=channel_id,
        )
        raise Refusal("reports_unread") from None
