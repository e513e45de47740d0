"""Ends what waits in servers that are not admitted any more: nothing is ordered for them.

Who is admitted is the operator's word, or Discord's; while Discord says nothing, nothing ends."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import Reason
from bot.video.outbox import owed
from bot.video.ports.books import Books
from bot.video.ports.edges import Servers, Store
from bot.video.values.posts import PUBLIC, Post, PostKind, PostState, Rung
from bot.video.values.videos import WAITING, State, VideoTask

log = logging.getLogger(__name__)

LOOK = 60.0  # seconds between looks
BATCH = 500  # films a transaction
LOOK_FOR_BOARD = timedelta(hours=1)  # between looks whether a board's server is admitted again


class Everywhere:
    """Every server is admitted."""

    async def admits(self, server_id: int) -> bool | None:
        return True


class ShutOut:
    """Looks at the servers in which films wait. `notify` says that there is news of a film."""

    def __init__(
        self, *, store: Store, servers: Servers, clock: Clock, notify: Callable[[str], None]
    ) -> None:
        self._store = store
        self._servers = servers
        self._clock = clock
        self._notify = notify

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self.look()
            await self._clock.sleep(LOOK)

    async def look(self) -> None:
        """One round."""
        for server_id in await self._store.tx(lambda books: books.servers_waiting()):
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


def end_waiting(books: Books, server_id: int, now: datetime) -> Sequence[str]:
    """End one batch of what waits in a server; which films."""
    waiting = [
        task
        for task in books.under_way(server_id, limit=BATCH)
        if task.state in WAITING and end(books, task.id, now) is not None
    ]
    return [task.id for task in waiting]


def end(books: Books, task_id: str, now: datetime) -> VideoTask | None:
    """End a film that is not submitted; its person gets everything back."""
    return owed.end_from(
        books, task_id, set(WAITING), State.CANCELLED, now=now, reason=Reason.NOT_ADMITTED
    )


def turn_away(books: Books, task: VideoTask, now: datetime) -> None:
    """End a film whose turn had come; nothing of it was sent."""
    if books.move(task, State.QUEUED, submitted_at=None) is not None:
        end(books, task.id, now)


def lead_away(books: Books, post: Post, now: datetime) -> datetime | None:
    """A post goes nowhere in its server: what is a person's goes to them, a board waits, the rest
    is not sent. Gives when to go on with it."""
    current = books.hold_post(post.id)
    if current.kind is PostKind.BOARD:
        return now + LOOK_FOR_BOARD
    if current.user_id and current.rung in PUBLIC:
        changes = {"rung": Rung.DM, "state": PostState.DUE, "due_at": now}
        return books.mark_delivery(post.id, **changes).due_at
    books.mark_delivery(post.id, state=PostState.GONE, due_at=None, token="")
    return None


def is_for(post: Post) -> bool:
    """Whether a post is for its server: not a reply, nor what goes to a person or is removed."""
    if not post.server_id or post.kind is PostKind.REPLY:
        return False
    return post.rung is not Rung.DM or post.kind is PostKind.PERSON
