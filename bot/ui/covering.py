"""Redraws the message with a video, such as behind a spoiler; its uploaded file stays."""

from typing import Any

import discord

from bot.errors import Refusal
from bot.services import Services
from bot.ui import cards
from bot.ui.film_message import Sight, look_up
from bot.ui.items import write_only
from bot.video.values.cards import Card


async def redraw_film(client: discord.Client, card: Card, services: Services) -> None:
    """Show a posted video as it is now. Raises `Refusal` if Discord does not show the message, or
    the library's errors."""
    post = card.film
    if post is None or post.message_id is None:
        return  # it will be posted as it is by then
    found = await look_up(client, post)
    if found.message is Sight.UNKNOWN:
        raise Refusal("cover_unknown")
    if found.message is Sight.GONE:
        return
    uploaded_as = cards.film_name(card.task.id) if found.url else None
    view: Any = cards.film(
        card,
        post,
        per_usd=services.per_usd,
        uploaded_as=uploaded_as,
        kept_at=await services.inbox.kept_at(card),
        ai_label=services.ai_label,
    )
    channel = client.get_partial_messageable(post.sent_to or post.channel_id)
    await channel.get_partial_message(post.message_id).edit(
        view=write_only(view), allowed_mentions=discord.AllowedMentions.none()
    )
