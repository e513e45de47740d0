"""The hint that something waits in a person's inbox: given once for each post kept there.

How a post gets there is `delivery.py`'s business, how it is shown is `bot.ui`'s."""

import json

from bot.video.ports.books import Books

HINTED = "hinted"  # set in a kept post's content once its person has been told


def take_hint(books: Books, user_id: int) -> bool:
    """Whether the person is to be told of something new in the inbox; true once a post."""
    fresh = [post for post in books.inbox(user_id) if HINTED not in json.loads(post.content)]
    for post in fresh:
        content = json.loads(post.content) | {HINTED: True}
        books.change_post(post.id, content=json.dumps(content))
    return bool(fresh)
