"""Recognises a post's message when the answer to its sending was lost.

Discord does not show the nonce of older messages, so the task's id in the buttons counts."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import discord

from bot.ui.answer import TOKEN_LIFE
from bot.ui.items import CustomId, Verb
from bot.ui.needs import NEEDS, About
from bot.video.values.contents import BoardContent
from bot.video.values.posts import Post, PostKind

# Messages to search, a hundred per call: a reply is among the first after its interaction, others
# are among the latest.
FIRST, LATEST = 100, 300
# The buttons that identify a message, by its post's kind; one is enough.
_MARKS = {
    PostKind.FILM: {Verb.MORE, Verb.DELETE},
    PostKind.SHOWCASE: {Verb.REPORT},
    PostKind.APPROVAL: {Verb.APPROVE},
    PostKind.REPORT: {Verb.DISMISS},
}
_OF_A_FILM = (About.FILM, About.PUBLIC_FILM, About.POSTED_FILM)


async def seek(
    channel: discord.abc.Messageable, post: Post, author: discord.abc.Snowflake | None
) -> discord.Message | None:
    """The post's message in a channel's history. Raises the library's errors."""
    async for message in _where_it_may_be(channel, post):
        if message.author == author and _is(message, post):
            return message
    return None


def names(message: discord.Message, post: Post) -> bool:
    """Whether a message has a button of the post's board or task. A video's message has More or
    Delete, a card is for moderators, the others have neither button."""
    pressed = [CustomId.parse(each) for each in custom_ids(message.components)]
    if isinstance(post.content, BoardContent):
        board_id = post.content.board_id
        return any(each is not None and each.subject.startswith(board_id) for each in pressed)
    if post.kind is PostKind.QUEUE:
        return any(each is not None and each.verb is Verb.DESK for each in pressed)
    verbs = {each.verb for each in pressed if each is not None and each.subject == post.task_id}
    if post.kind in _MARKS:
        return bool(_MARKS[post.kind] & verbs)
    return bool(verbs) and not verbs & set().union(*_MARKS.values())


def shows(message: discord.Message, task_id: str) -> bool:
    """Whether a message has a button of this task; a reply always has one."""
    pressed = map(CustomId.parse, custom_ids(message.components))
    return any(each is not None and each.subject == task_id for each in pressed)


def film_of(message: discord.Message, author: discord.abc.Snowflake | None) -> str | None:
    """The video that one of our messages is about, by its buttons: a reply or a video."""
    if message.author != author:
        return None
    pressed = map(CustomId.parse, custom_ids(message.components))
    about = (each.subject for each in pressed if each and NEEDS[each.verb].about in _OF_A_FILM)
    return next(about, None)


def _where_it_may_be(
    channel: discord.abc.Messageable, post: Post
) -> AsyncIterator[discord.Message]:
    if post.kind is PostKind.REPLY and post.token_until is not None:
        asked_at = post.token_until - TOKEN_LIFE - timedelta(seconds=1)
        return channel.history(limit=FIRST, after=asked_at, oldest_first=True)
    return channel.history(limit=LATEST)


def _is(message: discord.Message, post: Post) -> bool:
    if message.nonce is not None and str(message.nonce) == post.nonce:
        return True
    is_reply = message.interaction_metadata is not None
    return is_reply is (post.kind is PostKind.REPLY) and names(message, post)


def custom_ids(components: Any) -> list[str]:
    """The custom ids in a message, at any depth."""
    found: list[str] = []
    for component in components:
        found += [each] if (each := getattr(component, "custom_id", None)) else []
        found += custom_ids(getattr(component, "children", []))
    return found
