"""Paces the boards' messages: only the newest state, at most one edit in 3 s.

A message's row remembers what it showed last, to compare. `delivery.py` sends and edits."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.clock import Clock
from bot.video.doors.cards import Cards
from bot.video.life.agenda import Agenda
from bot.video.life.settling import hold
from bot.video.outbox.change import change, let_go
from bot.video.outbox.new_posts import board_post_id
from bot.video.ports.books import Books
from bot.video.ports.edges import Store
from bot.video.values.boards import BoardCard
from bot.video.values.contents import BoardContent, BoardLinkContent
from bot.video.values.posts import UNSETTLED, PostState

WIDTH = 4


class BoardPosts:
    """Hands the boards' messages to `deliver` when they are due."""

    def __init__(
        self,
        *,
        store: Store,
        cards: Cards,
        clock: Clock,
        deliver: Callable[[str], Awaitable[datetime | None]],
    ) -> None:
        self.agenda = Agenda(self._work, clock=clock, width=WIDTH, name="board")
        self._store = store
        self._cards = cards
        self._clock = clock
        self._deliver = deliver

    def touch(self, board_id: str) -> None:
        """Note that a board may look different now."""
        self.agenda.put(board_post_id(board_id), self._clock.now())

    async def _work(self, post_id: str) -> datetime | None:
        now = self._clock.now()
        at = await self._store.tx(turn_of, self._cards, post_id, now)
        return at if at is None or at > now else await self._deliver(post_id)


def turn_of(books: Books, cards: Cards, post_id: str, now: datetime) -> datetime | None:
    """When a board's message may be sent or edited; None if it is up to date. Marks one that looks
    different now as due. A line that leads to a board is edited only if that is owed."""
    it = hold(books, cards, post_id)
    post, said = it.post, it.post.content
    if post.state is PostState.GONE:
        return None
    if isinstance(it.about, BoardCard) and isinstance(said, BoardLinkContent):
        return now if post.state in UNSETTLED else None
    if not isinstance(it.about, BoardCard) or not isinstance(said, BoardContent):
        let_go(books, post_id)
        return None
    if post.message_id is None:
        return now
    if it.about.look() == said.look:
        if post.state is not PostState.THERE:
            change(books, post_id, state=PostState.THERE, due_at=None)
        return None
    if said.at <= now.timestamp() and now < said.free_at:  # the clock may have been set back
        return said.free_at
    change(books, post_id, at=now)
    return now
