"""What a person can still make today, read for `/quota` and `/help`."""

from collections.abc import Sequence
from typing import Any

import discord
from msgspec import Struct

from bot.errors import Refusal
from bot.services import Services
from bot.ui.asking import asker_of
from bot.ui.replies import explain
from bot.video.limits.room import Room
from bot.video.moderation.approval import HeldVideo
from bot.video.values.options import NOTHING_CHOSEN
from bot.video.values.prices import Cost
from bot.video.values.specs import completed
from bot.video.values.videos import VideoSpec


class Today(Struct, frozen=True, kw_only=True):
    """A person's room, what waits for a moderator, a video with default options and its cost, and
    what a blocked person is told."""

    room: Room
    held: Sequence[HeldVideo]
    sample: VideoSpec
    ordinary: Cost
    blocked: str = ""


async def today_of(services: Services, interaction: discord.Interaction[Any]) -> Today:
    """Read it for whoever asks. Raises `Refusal` outside servers."""
    server_id = interaction.guild_id
    if server_id is None:
        raise Refusal("guild_only")
    sample = completed(NOTHING_CHOSEN)
    ordinary = services.videos.prices.cost(sample)
    room, held = await services.videos.quota(server_id, asker_of(interaction), ordinary)
    blocked = ""
    try:
        await services.moderation.check_block(server_id, interaction.user.id)
    except Refusal as refusal:
        blocked = explain(refusal, str(interaction.locale))
    return Today(room=room, held=held, sample=sample, ordinary=ordinary, blocked=blocked)
