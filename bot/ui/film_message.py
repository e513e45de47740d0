"""The message with a video after it was posted: whether it still exists, and its file's address."""

import asyncio
from collections.abc import Sequence
from enum import StrEnum

import discord
from msgspec import Struct

from bot.ui.rest import CUT
from bot.video.values.posts import Post, PostState

LOOK_SECONDS = 1.5  # the person is waiting


class Sight(StrEnum):
    """What Discord says about a video's message."""

    THERE = "there"
    GONE = "gone"
    UNKNOWN = "unknown"  # Discord does not say


class Whereabouts(Struct, frozen=True, kw_only=True):
    """Where a video is right now."""

    message: Sight = Sight.THERE
    url: str | None = None  # of its uploaded file; Discord's addresses expire after a day
    urls: Sequence[str] = ()  # of all uploaded files in the message
    kept_at: str | None = None  # our own copy's address, while it exists


async def look_up(client: discord.Client, film: Post | None) -> Whereabouts:
    """Ask Discord for the message with a video."""
    message = _message(client, film)
    if message is None:
        return Whereabouts(message=Sight.GONE)
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            found = await message.fetch()
    except discord.NotFound:
        return Whereabouts(message=Sight.GONE)
    except discord.Forbidden:
        return Whereabouts()  # the bot cannot reach it, though people may
    except (discord.HTTPException, discord.RateLimited, *CUT):
        return Whereabouts(message=Sight.UNKNOWN)
    urls = urls_in(found)
    own = [each for each in urls if film is not None and str(film.task_id) in each]
    return Whereabouts(message=Sight.THERE, url=next(iter([*own, *urls]), None), urls=urls)


def urls_in(message: discord.Message) -> list[str]:
    """The addresses of all uploaded files in a message."""
    attached = [attachment.url for attachment in message.attachments]
    return [*attached, *_galleries(message.components)]


async def check_reach(client: discord.Client, film: Post | None) -> None:
    """Raises `discord.Forbidden` if the message exists but the bot cannot reach it."""
    message = _message(client, film)
    if message is None:
        return
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            await message.fetch()
    except discord.Forbidden:
        raise
    except (discord.HTTPException, discord.RateLimited, *CUT):
        return  # gone already, or delivery tries until Discord answers


def _message(client: discord.Client, film: Post | None) -> discord.PartialMessage | None:
    if film is None or film.message_id is None or film.state is not PostState.THERE:
        return None
    channel = client.get_partial_messageable(film.sent_to or film.channel_id)
    return channel.get_partial_message(film.message_id)


def _galleries(components: Sequence[discord.Component]) -> list[str]:
    """The addresses of uploaded files in galleries, at any depth; linked files have no id."""
    found: list[str] = []
    for component in components:
        if isinstance(component, discord.MediaGalleryComponent):
            found += [item.media.url for item in component.items if item.media.attachment_id]
        elif isinstance(component, discord.Container):
            found += _galleries(component.children)
    return found
