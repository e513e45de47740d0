"""What the bot may do in a channel, before anything is promised there, and people with a film.

Who may use a command: `bot.ui.rights`."""

from typing import Any

import discord

from bot.errors import Refusal
from bot.video.models import Card
from bot.video.storyboards.boards import Hand

ALWAYS = ("view_channel", "embed_links", "attach_files", "read_message_history")
NEEDED = discord.Permissions(
    **dict.fromkeys((*ALWAYS, "send_messages", "send_messages_in_threads"), True)
)


def check_permissions(interaction: discord.Interaction[Any]) -> None:
    """Raises `Refusal("missing_permissions")` that names what is missing.

    Discord sends the bot's own rights in the channel with each interaction (`app_permissions`).
    """
    in_thread = isinstance(interaction.channel, discord.Thread)
    needed = (*ALWAYS, "send_messages_in_threads" if in_thread else "send_messages")
    granted = interaction.app_permissions
    missing = [name for name in needed if not getattr(granted, name)]
    if missing and not granted.administrator:
        raise Refusal("missing_permissions", permissions=missing)


def check_may_post(interaction: discord.Interaction[Any], channel_id: int) -> None:
    """Raises `Refusal("missing_permissions")` when the bot could not write into a channel."""
    guild = interaction.guild
    channel = guild.get_channel(channel_id) if guild else None
    if guild is None or channel is None or guild.me is None:
        raise Refusal("unknown_channel")
    granted = channel.permissions_for(guild.me)
    missing = [name for name in (*ALWAYS, "send_messages") if not getattr(granted, name)]
    if missing:
        raise Refusal("missing_permissions", permissions=missing)


def hand_of(interaction: discord.Interaction[Any]) -> Hand:
    """Whose hand is on a storyboard of this channel; who manages messages here moderates it."""
    return Hand(user_id=interaction.user.id, may_moderate=interaction.permissions.manage_messages)


def may_moderate(interaction: discord.Interaction[Any], card: Card) -> bool:
    """Whether the person may manage messages in the film's channel."""
    return _permissions(interaction, card).manage_messages


def may_see(interaction: discord.Interaction[Any], card: Card) -> bool:
    """Whether the person may see a film: theirs, or made in a channel that they see."""
    if interaction.user.id == card.request.user_id:
        return True
    return _permissions(interaction, card).read_messages


def channels_seen(interaction: discord.Interaction[Any]) -> frozenset[int]:
    """The channels and public threads whose films a person may see; this one surely."""
    guild, member = interaction.guild, interaction.user
    if guild is None or not isinstance(member, discord.Member):
        return frozenset()
    places = [*guild.channels, *(each for each in guild.threads if not each.is_private())]
    seen = {each.id for each in places if each.permissions_for(member).read_messages}
    return frozenset(seen | {interaction.channel_id or 0})


def _permissions(interaction: discord.Interaction[Any], card: Card) -> discord.Permissions:
    """The person's rights where the film is or was asked for; none where that is not known."""
    posted_in = None if card.film is None else card.film.sent_to
    if interaction.channel_id in (card.request.channel_id, posted_in):
        return interaction.permissions
    guild = interaction.guild
    if guild is None or guild.id != card.request.server_id:
        return discord.Permissions.none()
    channel = guild.get_channel_or_thread(card.request.channel_id)
    if channel is None or not isinstance(interaction.user, discord.Member):
        return discord.Permissions.none()
    if isinstance(channel, discord.Thread) and channel.is_private():
        return discord.Permissions.none()  # who is in it is not known here
    return channel.permissions_for(interaction.user)
