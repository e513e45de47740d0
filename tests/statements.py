"""Statements of a test's own, where no named one says or does what it needs."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Executable


def executing(statement: Executable) -> Callable[[Any], Any]:
    """Work for `tx` that executes a statement."""
    return lambda books: books.connection.execute(statement)
