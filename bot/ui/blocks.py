"""Blocks a member, by a command or a form, and says until when."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.errors import Refusal
from bot.ui.answer import tell
from bot.ui.forms import choice_field, form, sent_fields, text_field
from bot.ui.items import Verb
from bot.ui.texts import say
from bot.video.moderation.acts import REASON_LIMIT

LENGTH, REASON = "length", "reason"  # the names of the form's fields
FOREVER = "forever"
LENGTHS: Mapping[str, timedelta | None] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    FOREVER: None,
}

Interaction = discord.Interaction[Any]


def block_form(verb: Verb, subject: str, locale: str, *above: discord.ui.Item[Any]) -> Any:
    """A form that asks for how long and why, below other items."""
    lengths = [(each, f"choice.block.{each}") for each in LENGTHS]
    return form(
        verb,
        subject,
        locale,
        *above,
        choice_field(LENGTH, "modal.block.duration", locale, choices=lengths, chosen=FOREVER),
        text_field(REASON, "modal.block.reason", locale, limit=REASON_LIMIT, is_required=False),
    )


def read_block(interaction: Interaction) -> tuple[timedelta | None, str]:
    """How long and why, as the form says. Raises `Refusal`."""
    fields = sent_fields(interaction)
    return length_of(fields.get(LENGTH, "")), fields.get(REASON, "").strip()


def length_of(duration: str) -> timedelta | None:
    """How long a block lasts; None: until unblocked. Raises `Refusal`."""
    if duration not in LENGTHS:
        raise Refusal("unknown_choice", option="duration")
    return LENGTHS[duration]


def check_blockable(interaction: Interaction, user_id: int, *, is_bot: bool = False) -> None:
    """Raises `Refusal` that says why a person cannot be blocked."""
    guild, client = interaction.guild, interaction.client
    if is_bot or (client.user is not None and user_id == client.user.id):
        raise Refusal("cannot_block_bot")
    if user_id == interaction.user.id:
        raise Refusal("cannot_block_yourself")
    if guild is not None and user_id == guild.owner_id:
        raise Refusal("cannot_block_owner")


async def tell_blocked(
    interaction: Interaction, user_id: int, until: datetime | None, *, done: str = ""
) -> None:
    """Answer the moderator, after what else was `done`."""
    locale = str(interaction.locale)
    if until is None:
        said = say("moderate.blocked", locale, who=user_id)
    else:
        said = say("moderate.blocked_until", locale, who=user_id, until=until)
    await tell(interaction, f"{done} {said}".strip())


def server_name(interaction: Interaction) -> str:
    """The server's name, for messages to members."""
    return interaction.guild.name if interaction.guild else ""
