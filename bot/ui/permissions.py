"""What the bot may do in a channel, before it promises anything there.

`bot.ui.rights` knows who may use a command, `bot.ui.places` what people may do in a channel."""

from typing import Any

import discord

from bot.errors import Refusal
from bot.video.storyboards.rights import Hand

ALWAYS = ("view_channel", "embed_links", "attach_files", "read_message_history")
NEEDED = discord.Permissions(
    **dict.fromkeys((*ALWAYS, "send_messages", "send_messages_in_threads"), True)
)


def check_permissions(interaction: discord.Interaction[Any]) -> None:
    """Raises `Refusal("missing_permissions")` that names what is missing.

    Discord sends the bot's permissions in the channel with each interaction (`app_permissions`).
    """
    in_thread = isinstance(interaction.channel, discord.Thread)
    needed = (*ALWAYS, "send_messages_in_threads" if in_thread else "send_messages")
    granted = interaction.app_permissions
    missing = [name for name in needed if not getattr(granted, name)]
    if missing and not granted.administrator:
        raise Refusal("missing_permissions", permissions=missing)


def check_may_post(interaction: discord.Interaction[Any], channel_id: int) -> None:
    """Raises `Refusal("missing_permissions")` if the bot could not write in a channel."""
    guild = interaction.guild
    channel = guild.get_channel(channel_id) if guild else None
    if guild is None or channel is None or guild.me is None:
        raise Refusal("unknown_channel")
    granted = channel.permissions_for(guild.me)
    missing = [name for name in (*ALWAYS, "send_messages") if not getattr(granted, name)]
    if missing:
        raise Refusal("missing_permissions", permissions=missing)


def is_public(guild: discord.Guild | None, channel_id: int | None) -> bool:
    """Whether everybody in the server can read a channel; False for one that the bot cannot see."""
    channel = guild.get_channel(channel_id) if guild and channel_id else None
    if guild is None or channel is None:
        return False
    return channel.permissions_for(guild.default_role).view_channel


def check_may_call(
    interaction: discord.Interaction[Any], role_id: int, channel_id: int | None
) -> None:
    """Raises `Refusal` for a role that the bot could not ping in the moderators' channel."""
    guild = interaction.guild
    role = guild.get_role(role_id) if guild else None
    if guild is None or role is None or role.is_default() or guild.me is None:
        raise Refusal("unknown_role")
    channel = guild.get_channel(channel_id) if channel_id else None
    granted = guild.me.guild_permissions if channel is None else channel.permissions_for(guild.me)
    if not (role.mentionable or granted.mention_everyone):
        raise Refusal("role_not_pinged", role=role_id)


def hand_of(interaction: discord.Interaction[Any]) -> Hand:
    """Who acts on a storyboard of this channel; whoever manages messages here moderates it."""
    return Hand(user_id=interaction.user.id, may_moderate=interaction.permissions.manage_messages)
