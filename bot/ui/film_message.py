"""The message with a film, once it is there: a fresh address of its file."""

import asyncio
from collections.abc import Sequence

import discord

from bot.ui.rest import CUT
from bot.video.models import Post, PostState

LOOK_SECONDS = 1.5  # the person waits for the answer meanwhile


async def fresh_address(client: discord.Client, film: Post | None) -> str | None:
    """The uploaded film's address as of now; Discord's addresses end after a day.

    None when there is no such message, or when Discord does not say in time.
    """
    message = _message(client, film)
    if message is None:
        return None
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            found = await message.fetch()
    except (discord.HTTPException, discord.RateLimited, *CUT):
        return None
    attached = {attachment.url for attachment in found.attachments}
    return next(iter([*attached, *_galleries(found.components)]), None)


def _message(client: discord.Client, film: Post | None) -> discord.PartialMessage | None:
    if film is None or film.message_id is None or film.state is not PostState.THERE:
        return None
    channel = client.get_partial_messageable(film.sent_to or film.channel_id)
    return channel.get_partial_message(film.message_id)


def _galleries(components: Sequence[discord.Component]) -> list[str]:
    """The addresses of uploaded files in galleries, at any depth; linked ones have no id."""
    found: list[str] = []
    for component in components:
        if isinstance(component, discord.MediaGalleryComponent):
            found += [item.media.url for item in component.items if item.media.attachment_id]
        elif isinstance(component, discord.Container):
            found += _galleries(component.children)
    return found
