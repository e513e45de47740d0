"""Searches videos by person, place, time and words, newest first."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from bot.db.tables import posts, requests, tasks
from bot.db.tasks import ASKED, TASK, folded, read_request, read_task
from bot.video.ports.tasks import Search
from bot.video.values.posts import PUBLIC, PostKind, PostState
from bot.video.values.videos import VideoRequest, VideoTask

_FOUND = (
    select(tasks, *ASKED)
    .join(requests, tasks.c.request_id == requests.c.id)
    .order_by(tasks.c.created_at.desc(), tasks.c.id.desc())
)

LOOKED_THROUGH = 10_000  # a person's newest videos; searching more takes too long
_POSTED = and_(
    tasks.c.deleted_by.is_(None),
    exists(
        select(posts.c.id).where(
            posts.c.task_id == tasks.c.id,
            posts.c.kind == PostKind.FILM,
            posts.c.state == PostState.THERE,
            posts.c.rung.in_(PUBLIC),
        )
    ),
)


class SearchSqlBooks:
    """Searches in one transaction."""

    connection: Connection

    def is_cut(self, search: Search) -> bool:
        older = select(tasks.c.id).where(*_in_index(search))
        ordered = older.order_by(tasks.c.created_at.desc(), tasks.c.id.desc())
        row = self.connection.execute(ordered.offset(LOOKED_THROUGH).limit(1)).first()
        return row is not None

    def search(self, search: Search) -> Sequence[tuple[VideoRequest, VideoTask]]:
        newest = (
            select(tasks.c.id)
            .where(*_in_index(search))
            .order_by(tasks.c.created_at.desc(), tasks.c.id.desc())
            .limit(LOOKED_THROUGH)
        )
        found = (
            _FOUND.where(tasks.c.id.in_(newest), *_narrowed(search))
            .offset(search.offset)
            .limit(search.limit)
        )
        rows = self.connection.execute(found).all()
        return [(read_request(row[len(TASK) :]), read_task(row[: len(TASK)])) for row in rows]


def _in_index(search: Search) -> Iterator[ColumnElement[bool]]:
    """Conditions on person, place and time, which have an index."""
    if search.user_id is not None:
        yield tasks.c.user_id == search.user_id
    if search.server_id is not None:
        yield tasks.c.server_id == search.server_id
    if search.since is not None:
        yield tasks.c.created_at >= search.since
    if search.until is not None:
        yield tasks.c.created_at < search.until


def _narrowed(search: Search) -> Iterator[ColumnElement[bool]]:
    if search.channel_id is not None:
        yield or_(
            requests.c.channel_id == search.channel_id,
            requests.c.seen_from == search.channel_id,
        )
    if search.seen_by is not None:
        is_theirs = tasks.c.user_id == search.seen_by
        posted = and_(_made_in(search.seen_in), _POSTED)
        yield or_(is_theirs, posted, _made_in(search.moderated_in))
    yield from map(_says, search.words)


def _made_in(places: frozenset[int]) -> ColumnElement[bool]:
    return or_(requests.c.channel_id.in_(places), requests.c.seen_from.in_(places))


def _says(word: str) -> ColumnElement[bool]:
    """Whether the prompt contains a word, in any case."""
    return requests.c.sought.contains(folded(word), autoescape=True)
