"""Whether, and where, a person may make videos in a server: asked without an order."""

from typing import Any

import discord
from msgspec.structs import replace

from bot.errors import RuleRefusal
from bot.ui.asking import asker_of
from bot.ui.orders import VIDEO, Orders
from bot.ui.permissions import ALWAYS
from bot.ui.places import channels_seen
from bot.ui.rights import CommandRights
from bot.video.servers.places import check_place
from bot.video.values.settings import ServerSettings

SHOWN = 5  # channels

Interaction = discord.Interaction[Any]


async def check_here(orders: Orders, settings: ServerSettings, interaction: Interaction) -> None:
    """Raise the `Refusal` that an order from here would meet for its place or its person."""
    await orders.check(interaction)
    check_place(settings, asker_of(interaction))


async def elsewhere(
    rights: CommandRights, settings: ServerSettings, interaction: Interaction
) -> list[int]:
    """Channels that the person sees and may make videos in, at most `SHOWN`."""
    if interaction.guild is None:
        return []
    seen, found = channels_seen(interaction), list[int]()
    for channel in interaction.guild.text_channels:
        granted = seen.get(channel.id)
        if granted is None or len(found) == SHOWN:
            continue
        may_order = granted.send_messages and granted.use_application_commands
        is_open = _bot_may_post(channel) and _is_open(settings, interaction, channel)
        if may_order and is_open and await rights.may_use_in(interaction, VIDEO, channel.id):
            found.append(channel.id)
    return found


def _bot_may_post(channel: discord.TextChannel) -> bool:
    granted = channel.permissions_for(channel.guild.me)
    return all(getattr(granted, name) for name in (*ALWAYS, "send_messages"))


def _is_open(
    settings: ServerSettings, interaction: Interaction, channel: discord.TextChannel
) -> bool:
    there = replace(
        asker_of(interaction),
        channel_id=channel.id,
        parent_id=None,
        is_age_restricted=channel.nsfw,
    )
    try:
        check_place(settings, there)
    except RuleRefusal:
        return False
    return True
