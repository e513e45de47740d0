"""The private card of `/moderate user`: drawn for the command, and anew after each of its buttons,
so that it offers what can be done now."""

import contextlib
from collections.abc import Collection
from typing import Any

import discord

from bot.services import Services
from bot.ui import cards
from bot.ui.items import CustomId, Verb, write_only
from bot.ui.recognition import custom_ids
from bot.ui.rest import CUT
from bot.video.values.asker import Asker

Interaction = discord.Interaction[Any]


async def member_card(
    interaction: Interaction, services: Services, user_id: int, role_ids: Collection[int]
) -> discord.ui.LayoutView:
    """What moderators read about a person with these roles."""
    server_id = interaction.guild_id or 0
    asker = Asker(
        user_id=user_id,
        channel_id=interaction.channel_id or 0,
        role_ids=frozenset(role_ids),
    )
    found = await services.moderation.record(server_id, user_id)
    room = await services.videos.room(server_id, asker)
    return cards.member_record(user_id, found, room, locale=str(interaction.locale))


async def follow(interaction: Interaction, services: Services, user_id: int) -> None:
    """After an act: if it was pressed on a person's card, answer with the card as it is now. Does
    nothing if Discord does not take it: the act is done, and is confirmed besides."""
    mark = str(CustomId(Verb.RESET, str(user_id)))
    message = interaction.message
    if message is None or not message.flags.ephemeral or mark not in custom_ids(message.components):
        return
    with contextlib.suppress(discord.HTTPException, *CUT):
        roles = await _roles(interaction, user_id)
        view = await member_card(interaction, services, user_id, roles)
        await interaction.response.edit_message(view=write_only(view))


async def _roles(interaction: Interaction, user_id: int) -> list[int]:
    """A member's roles, as Discord says now; none of somebody who left."""
    try:
        found = await interaction.client.http.get_member(interaction.guild_id, user_id)
    except discord.NotFound:
        return []
    return [int(each) for each in found["roles"]]
