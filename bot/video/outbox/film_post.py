"""A finished video's post and its file: to be removed, kept by us, not downloaded, or gone."""

from datetime import datetime

from msgspec.structs import replace

from bot.video.outbox.change import change, saying
from bot.video.ports.books import Books
from bot.video.values.contents import FilmContent
from bot.video.values.posts import Post, PostState


def file_of(film: Post) -> FilmContent:
    """What is known about a video's file."""
    return film.content if isinstance(film.content, FilmContent) else FilmContent()


def take_down(books: Books, post: Post, at: datetime) -> Post:
    """Owe the removal of a message, and of the file kept for it."""
    return change(
        books,
        post.id,
        lambda said: replace(said, is_purged=True),
        state=PostState.DUE,
        due_at=at,
    )


def note_file(books: Books, post_id: str, /, **facts: object) -> None:
    """Note facts about a video's file, by `FilmContent`'s field names."""
    change(books, post_id, saying(FilmContent, lambda file: replace(file, **facts)))


def note_gone(books: Books, film: Post, now: datetime) -> None:
    """Note that there is nothing left to download."""
    note_file(books, film.id, is_unfetched=True, is_gone=True)
    if film.task_id is not None:
        until = books.task(film.task_id).film_until
        books.note(film.task_id, film_until=now if until is None else min(now, until))
