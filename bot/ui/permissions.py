"""What the bot must be allowed to do in a channel before anything is promised there."""

from typing import Any

import discord

from bot.errors import Refusal

ALWAYS = ("view_channel", "embed_links", "attach_files", "read_message_history")


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


def may_moderate(interaction: discord.Interaction[Any]) -> bool:
    """Whether the presser may manage messages where they pressed."""
    return interaction.permissions.manage_messages or interaction.permissions.administrator
