"""What a finished video's post says of its file: to be removed, kept by us, not fetched, gone."""

import json
from datetime import datetime
from typing import Any

from bot.video.outbox.contents import rewrite
from bot.video.ports.books import Books
from bot.video.values.posts import Post, PostState


def take_down(books: Books, post: Post, at: datetime) -> None:
    """Owe the removal of a message, and of the film that is kept for it."""
    _add(books, post.id, {"purge": True}, state=PostState.DUE, due_at=at)


def is_purged(post: Post) -> bool:
    """Whether a message, of a film with every copy, is to go or is gone."""
    return bool(json.loads(post.content).get("purge"))


def kept_address(film: Post) -> str | None:
    """The address of ours under which a film is kept that was too large for Discord."""
    address: str | None = json.loads(film.content).get("kept_at")
    return address


def note_kept(books: Books, post_id: str, address: str) -> None:
    """Remember where a film is kept."""
    _add(books, post_id, {"kept_at": address})


def is_unfetched(film: Post) -> bool:
    """Whether a film could not be fetched, so that its size is not known."""
    return bool(json.loads(film.content).get("unfetched"))


def note_unfetched(books: Books, post_id: str, *, is_unfetched: bool = True) -> None:
    """Remember whether a film could not be fetched the last time."""
    _add(books, post_id, {"unfetched": is_unfetched})


def is_gone(film: Post) -> bool:
    """Whether the film's link was dead before anybody fetched it."""
    return bool(json.loads(film.content).get("gone"))


def note_gone(books: Books, film: Post, now: datetime) -> None:
    """Remember that there is nothing left to fetch."""
    _add(books, film.id, {"unfetched": True, "gone": True})
    if film.task_id is not None:
        until = books.task(film.task_id).film_until
        books.note(film.task_id, film_until=now if until is None else min(now, until))


def _add(books: Books, post_id: str, facts: dict[str, object], **changes: Any) -> None:
    rewrite(books, post_id, lambda said: said | facts, **changes)
