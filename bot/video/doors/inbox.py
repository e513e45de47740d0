"""A person's inbox: what could be delivered nowhere else, and the hint that something is there.

How a post gets there is `life/delivery.py`'s business, how it is shown is `bot.ui`'s."""

import json
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from bot.video.outbox.contents import rewrite
from bot.video.outbox.film_post import kept_address, take_down
from bot.video.ports.books import Books
from bot.video.values.posts import Post, PostState

HINTED = "hinted"  # set in a kept post's content once its person has been told


class Inbox(Struct, frozen=True, kw_only=True):
    """What waits: films by their tasks, the newest first, and lines that are about none."""

    task_ids: Sequence[str]
    lines: Sequence[Post]


def inbox_of(books: Books, user_id: int) -> Inbox:
    """What waits for a person now."""
    found = books.inbox(user_id)
    tasks = dict.fromkeys(post.task_id for post in found if post.task_id is not None)
    lines = [post for post in found if post.task_id is None]
    return Inbox(task_ids=list(tasks), lines=lines)


def take_lines(books: Books, lines: Sequence[Post]) -> None:
    """Lines that were read wait no longer; films do, for they are looked at again."""
    for line in lines:
        books.change_post(line.id, state=PostState.GONE)


def take_hint(books: Books, user_id: int) -> bool:
    """Whether the person is to be told of something new in the inbox; true once a post."""
    fresh = [post.id for post in books.inbox(user_id) if _is_fresh(post)]
    # Of two commands at once, the one that comes second finds them told.
    untold = [post_id for post_id in fresh if _is_fresh(books.hold_post(post_id))]
    for post_id in untold:
        rewrite(books, post_id, lambda said: said | {HINTED: True})
    return bool(untold)


def _is_fresh(post: Post) -> bool:
    return post.state is PostState.INBOX and HINTED not in json.loads(post.content)


def empty(books: Books, post: Post, at: datetime) -> Post:
    """It waits for a person no more; a film that was kept for them goes. The post as it is now."""
    if kept_address(post) is not None:
        take_down(books, post, at)
        return books.post(post.id)
    return books.change_post(post.id, state=PostState.GONE)
