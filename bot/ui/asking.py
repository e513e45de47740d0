"""Who asks, where, and in whose words, as Discord says it with each interaction."""

from typing import Any

import discord

from bot.errors import Refusal
from bot.video.values.asker import Asker
from bot.video.values.visible import is_visible


def asker_of(interaction: discord.Interaction[Any]) -> Asker:
    """The person and the place; what Discord does not say is taken as not there."""
    user, channel = interaction.user, interaction.channel
    member = user if isinstance(user, discord.Member) else None
    return Asker(
        user_id=user.id,
        channel_id=interaction.channel_id or 0,
        parent_id=channel.parent_id if isinstance(channel, discord.Thread) else None,
        # Not `roles`: that leaves out what the library has not heard of yet.
        role_ids=frozenset(member._roles) if member else frozenset(),
        joined_at=member.joined_at if member else None,
        may_moderate=interaction.permissions.moderate_members,
        is_age_restricted=_is_age_restricted(channel),
    )


def words_of(message: discord.Message) -> str:
    """A message's text, or that of the message it passes on. Raises `Refusal` where nothing of it
    can be seen."""
    texts = [message.content, *(passed_on.content for passed_on in message.message_snapshots)]
    text = next(filter(is_visible, texts), None)
    if text is None:
        raise Refusal("no_words")
    return text


def seen_from(interaction: discord.Interaction[Any]) -> int | None:
    """The channel whose readers see the place: the one a public thread belongs to, 0 for a private
    thread, which only those in it see. None where Discord does not say."""
    channel = interaction.channel
    if isinstance(channel, discord.Thread):
        return 0 if channel.is_private() else channel.parent_id
    return None if channel is None else channel.id


def _is_age_restricted(channel: object) -> bool:
    """A thread is as restricted as the channel it belongs to."""
    place = channel.parent if isinstance(channel, discord.Thread) else channel
    return bool(getattr(place, "nsfw", False))
