"""Posts in forums: opens one, and finds one whose opening was in doubt."""

from typing import Any

import discord

from bot.ui.recognition import names
from bot.video.ports.edges import SentMessage
from bot.video.values.posts import Post

LATEST = 20  # of the forum's posts to look at


async def open_post(forum: discord.ForumChannel, title: str, **content: Any) -> SentMessage:
    """Open a post, which pings nobody. Its first message has the post's id. Raises the library's
    errors."""
    tags = forum.available_tags[:1] if forum.flags.require_tag else []
    quiet = discord.AllowedMentions.none()
    made = await forum.create_thread(
        name=title, allowed_mentions=quiet, applied_tags=tags, **content
    )
    return SentMessage(channel_id=made.thread.id, message_id=made.message.id)


async def seek_post(
    forum: discord.ForumChannel, post: Post, author: discord.abc.Snowflake | None
) -> discord.Message | None:
    """Look for the post among the latest of ours. Raises the library's errors."""
    threads = [each for each in await forum.guild.active_threads() if each.parent_id == forum.id]
    ours = [each for each in threads if author is not None and each.owner_id == author.id]
    for thread in sorted(ours, key=lambda each: each.id, reverse=True)[:LATEST]:
        try:
            message = await thread.fetch_message(thread.id)
        except discord.NotFound:
            continue
        if names(message, post):
            return message
    return None
