"""The takes of one request: who leads them, and the message that ends them.

Each take is a task of its own. The first one's posts, the leader's, answer for all."""

from collections.abc import Sequence
from datetime import datetime

from bot.errors import Reason
from bot.video.outbox import new_posts
from bot.video.outbox.film_post import file_of, take_down
from bot.video.outbox.new_posts import film_id, reply_id
from bot.video.ports.books import Books
from bot.video.values.contents import FilmContent
from bot.video.values.posts import WITH_FILM, Post
from bot.video.values.videos import State, VideoRequest, VideoTask

# Ends that the person caused, or that end a whole queue: only the card tells of them.
QUIET_ENDS = frozenset({Reason.CANCELLED, Reason.WITHDRAWN, Reason.NOT_ADMITTED, Reason.RESTORED})
# A callback may come after hours, or a moderator.
OPEN_ENDED = frozenset({State.UNCONFIRMED, State.HELD})


def takes_of(books: Books, task: VideoTask) -> Sequence[VideoTask]:
    """A task and the others of its request, in the order of their numbers."""
    return books.takes_of(task.request_id) if task.take else [task]


def leader_of(books: Books, task: VideoTask) -> str:
    """The id of the task whose posts answer for a task."""
    return task.id if task.take <= 1 else books.takes_of(task.request_id)[0].id


def owe_news(books: Books, task: VideoTask, request: VideoRequest, now: datetime) -> None:
    """Owe the message that pings the person: the videos, or that there are none. The videos wait
    for takes that are expected soon. It is stored once, whatever repeats."""
    if not task.take:
        _owe(books, [task], request, now)
        return
    hold_news(books, task)
    takes = books.takes_of(request.id)
    if not any(map(_is_awaited, takes)):
        _owe(books, takes, request, now)


def hold_news(books: Books, task: VideoTask) -> None:
    """Let nobody else decide about the request's messages until the commit: of two takes that end
    at once, the second sees the first one's end."""
    books.hold_post(reply_id(leader_of(books, task)))


def _is_awaited(task: VideoTask) -> bool:
    """Whether the other videos wait for this one: not for hours, for what may never come."""
    return not (task.is_over or task.stalled or task.state in OPEN_ENDED)


def _owe(books: Books, takes: Sequence[VideoTask], request: VideoRequest, now: datetime) -> None:
    shown = [each for each in takes if each.deleted_by is None]
    made = [each for each in shown if each.state is State.COMPLETED]
    if made:
        _owe_films(books, made, request, now)
    elif all(each.is_over for each in takes) and any(map(_is_told, shown)):
        books.add_post(new_posts.outcome(request, takes[0].id, now=now))


def _is_told(task: VideoTask) -> bool:
    return not task.muted and task.reason not in QUIET_ENDS


def _owe_films(
    books: Books, made: Sequence[VideoTask], request: VideoRequest, now: datetime
) -> None:
    """Owe one message with all videos that have none. A late one gets a message of its own."""
    if len(made) > 1:
        made = [each for each in made if books.look_up_post(film_id(each.id)) is None]
    first, *others = [each.id for each in made] or [""]
    if not first:
        return
    films = FilmContent(with_others=tuple(others))
    books.add_post(new_posts.film(request, first, films, now=now))
    for each in others:
        books.add_post(new_posts.film(request, each, FilmContent(carried_by=first), now=None))


def carried(books: Books, film: Post) -> list[Post]:
    """The posts of the other videos in this one's message."""
    return [books.hold_post(film_id(each)) for each in file_of(film).with_others]


def remove(books: Books, task: VideoTask, by: int, now: datetime) -> None:
    """Owe the removal of a video's message with every video in it, and note who asked."""
    for each in takes_of(books, task):
        books.note(each.id, deleted_by=by)
        for post in (each for each in books.posts(each.id) if each.kind in WITH_FILM):
            if not post.content.is_purged:
                take_down(books, post, now)
