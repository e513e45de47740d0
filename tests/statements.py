"""Statements of a test's own, where no named one says or does what it needs."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Executable

from bot.video.ports.books import Books
from bot.video.values.posts import Post


def executing(statement: Executable) -> Callable[[Any], Any]:
    """Work for `tx` that executes a statement."""
    return lambda books: books.connection.execute(statement)


def owed_posts(books: Books) -> list[Post]:
    """Every post that is due or being sent, the earliest first."""
    return [books.post(each.post_id) for each in books.survey().owed]
