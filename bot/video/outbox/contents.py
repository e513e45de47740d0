"""What a kept message says, changed while nobody else changes it.

Whoever reads it first and writes it afterwards loses, on PostgreSQL, what came in between."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.video.ports.books import Books
from bot.video.values.posts import Post, PostState

Rewrite = Callable[[dict[str, Any]], Mapping[str, Any]]  # from what it says to what it is to say


def rewrite(books: Books, post_id: str, say: Rewrite, **changes: Any) -> Post:
    """Let a message say something else; raises KeyError, and what `say` raises."""
    content = say(json.loads(books.hold_post(post_id).content))
    return books.change_post(post_id, content=json.dumps(content), **changes)


def rewrite_shown(books: Books, post_id: str, say: Rewrite, at: datetime) -> Post:
    """The same; a message that is there is edited at that time."""
    is_there = books.hold_post(post_id).state is PostState.THERE
    again = {"state": PostState.DUE, "due_at": at} if is_there else {}
    return rewrite(books, post_id, say, **again)
