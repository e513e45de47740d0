"""Ends waiting videos in servers that are no longer admitted: nothing is ordered for them.

The operator decides who is admitted, or Discord's list; while Discord is silent, nothing ends."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import Reason
from bot.video.life.settling import settle_carried
from bot.video.outbox import owed
from bot.video.ports.books import Books
from bot.video.ports.edges import Servers, Store
from bot.video.values.posts import PUBLIC, Post, PostKind, PostState, Rung
from bot.video.values.videos import WAITING, State, VideoTask

log = logging.getLogger(__name__)

LOOK = 60.0  # seconds between looks
PAGE = 500  # videos of each state whose servers are looked at, of a long queue
BATCH = 500  # videos per transaction
TICK = timedelta(milliseconds=1)  # the precision of stored times
LOOK_FOR_BOARD = timedelta(hours=1)  # between checks whether a board's server is admitted again


class Everywhere:
    """Admits every server."""

    async def admits(self, server_id: int) -> bool | None:
        return True


class ShutOut:
    """Checks the servers with waiting videos. Calls `notify` when there is news of a video."""

    def __init__(
        self, *, store: Store, servers: Servers, clock: Clock, notify: Callable[[str], None]
    ) -> None:
        self._store = store
        self._servers = servers
        self._clock = clock
        self._notify = notify
        self._since: dict[State, datetime | None] = {}

    async def run(self) -> None:
        """Look forever."""
        while True:
            await self.look()
            await self._clock.sleep(LOOK)

    async def look(self) -> None:
        """Look at the next servers of a long queue, or at all of a short one."""
        for state in WAITING:
            since = self._since.get(state)
            found = await self._store.tx(page_of, state, since)
            self._since[state] = _next(found, since)
            for server_id in {server_id for server_id, _ in found}:
                if await self._servers.admits(server_id) is False:
                    await self._end(server_id)

    async def _end(self, server_id: int) -> None:
        while ended := await self._store.tx(end_waiting, server_id, self._clock.now()):
            log.warning(
                "Server %d is not admitted: %d waiting videos end with a refund",
                server_id,
                len(ended),
                extra={"action": "shut_out"},
            )
            for task_id in ended:
                self._notify(task_id)


def page_of(books: Books, state: State, since: datetime | None) -> Sequence[tuple[int, datetime]]:
    """The servers of the next videos in a state, and when they were ordered."""
    return books.servers_of(state, since=since, most=PAGE)


def _next(found: Sequence[tuple[int, datetime]], since: datetime | None) -> datetime | None:
    """Where the next look goes on; None: at the oldest."""
    if len(found) < PAGE:
        return None
    _, last = found[-1]
    return last + TICK if last == since else last


def end_waiting(books: Books, server_id: int, now: datetime) -> Sequence[str]:
    """End one batch of a server's waiting videos; returns them."""
    waiting = [
        task
        for task in books.under_way(server_id, limit=BATCH)
        if task.state in WAITING and end(books, task.id, now) is not None
    ]
    return [task.id for task in waiting]


def end(books: Books, task_id: str, now: datetime) -> VideoTask | None:
    """End a video that was not submitted, with a full refund."""
    return owed.end_from(
        books, task_id, set(WAITING), State.CANCELLED, now=now, reason=Reason.NOT_ADMITTED
    )


def turn_away(books: Books, task: VideoTask, now: datetime) -> None:
    """End a video whose turn had come; nothing was sent."""
    if books.move(task, State.QUEUED, submitted_at=None) is not None:
        end(books, task.id, now)


def lead_away(books: Books, post: Post, now: datetime) -> datetime | None:
    """Send nothing to this server: posts for a person go to them, a board waits, others are
    dropped. Returns when to continue."""
    current = books.hold_post(post.id)
    if current.kind is PostKind.BOARD:
        return now + LOOK_FOR_BOARD
    if current.user_id and current.rung in PUBLIC:
        changes = {"rung": Rung.DM, "state": PostState.DUE, "due_at": now}
        return books.mark_delivery(post.id, **changes).due_at
    ended = books.mark_delivery(post.id, state=PostState.GONE, due_at=None, token="")
    settle_carried(books, ended)
    return None


def is_for(post: Post) -> bool:
    """Whether a post is for its server: not a reply, nor for a person, nor a removal."""
    if not post.server_id or post.kind is PostKind.REPLY:
        return False
    return post.rung is not Rung.DM or post.kind is PostKind.PERSON
