"""Who asks, where, and in whose words, as Discord says with each interaction."""

from typing import Any

import discord

from bot.errors import Refusal
from bot.video.values.asker import Asker
from bot.video.values.visible import is_visible


def asker_of(interaction: discord.Interaction[Any]) -> Asker:
    """The person and the place; what Discord leaves out counts as absent."""
    user, channel = interaction.user, interaction.channel
    member = user if isinstance(user, discord.Member) else None
    return Asker(
        user_id=user.id,
        channel_id=interaction.channel_id or 0,
        parent_id=channel.parent_id if isinstance(channel, discord.Thread) else None,
        # Not `roles`, which leaves out roles the library does not know yet.
        role_ids=frozenset(member._roles) if member else frozenset(),
        joined_at=member.joined_at if member else None,
        may_moderate=interaction.permissions.moderate_members,
        is_age_restricted=_is_age_restricted(channel),
    )


def words_of(message: discord.Message) -> str:
    """The text of a message, or of the message it forwards. Raises `Refusal` if nothing in it is
    visible."""
    texts = [message.content, *(passed_on.content for passed_on in message.message_snapshots)]
    text = next(filter(is_visible, texts), None)
    if text is None:
        raise Refusal("no_words")
    return text


def seen_from(interaction: discord.Interaction[Any]) -> int | None:
    """The channel whose readers see this place: a public thread's parent; 0 for a private thread,
    which only its members see. None if Discord does not say."""
    channel = interaction.channel
    if isinstance(channel, discord.Thread):
        return 0 if channel.is_private() else channel.parent_id
    return None if channel is None else channel.id


def _is_age_restricted(channel: object) -> bool:
    """Whether it is age-restricted; threads follow their channel."""
    place = channel.parent if isinstance(channel, discord.Thread) else channel
    return bool(getattr(place, "nsfw", False))
