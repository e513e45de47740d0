"""Keeps the messages of storyboards up to date: the newest state only, one edit in 3 s at most.

What a message shows is compared with what it showed last, which its row remembers."""

import json
import logging
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from bot.clock import Clock
from bot.errors import Fate, PostError
from bot.video.doors.cards import Cards
from bot.video.life.agenda import Agenda
from bot.video.life.fence import when_held
from bot.video.life.shut_out import Everywhere
from bot.video.outbox.ladder import backoff, is_due
from bot.video.outbox.owed import board_post_id
from bot.video.ports.books import Books
from bot.video.ports.edges import Announcer, Lease, SentMessage, Servers, Store
from bot.video.values.boards import BoardCard, BoardState
from bot.video.values.posts import Post, PostState
from bot.video.values.prices import Prices

log = logging.getLogger(__name__)

WIDTH = 4
INTERVAL = timedelta(seconds=3)
LOOK_AFTER = timedelta(seconds=5)  # after an unknown outcome
SHOWN_TAKES = 6
SHUT_OUT = timedelta(hours=1)  # between looks whether the board's server is admitted again
ARCHIVED = 50083  # Discord's code for a thread that sleeps; the next word in it wakes it


class Shown(Struct, frozen=True, kw_only=True):
    """What a board's message showed last, and when; kept in the post's `content`."""

    look: str = ""
    at: float = 0.0

    @property
    def free_at(self) -> datetime:
        """When it may be edited again."""
        return datetime.fromtimestamp(self.at, UTC) + INTERVAL


def read_board(books: Books, board_id: str, cards: Cards, prices: Prices) -> BoardCard | None:
    """The card of a board as the books stand."""
    board = books.find_board(board_id)
    if board is None:
        return None
    takes = books.takes(board_id)
    return BoardCard(
        board=board,
        takes=tuple(cards.of(books, task) for task in takes[-SHOWN_TAKES:]),
        take_count=len(takes),
        price=(prices.price_now(board.film()) or 0) if board.shots else 0,
    )


class BoardPosts:
    """Sends and edits the boards' messages as rows say."""

    def __init__(
        self,
        *,
        store: Store,
        announcer: Announcer,
        cards: Cards,
        prices: Prices,
        lease: Lease,
        clock: Clock,
        servers: Servers | None = None,
    ) -> None:
        self._servers = servers or Everywhere()
        self.agenda = Agenda(self._deliver, clock=clock, width=WIDTH, name="board")
        self._store = store
        self._announcer = announcer
        self._cards = cards
        self._prices = prices
        self._lease = lease
        self._clock = clock

    def touch(self, board_id: str) -> None:
        """Something about a board may look different now."""
        self.agenda.put(board_post_id(board_id), self._clock.now())

    async def _deliver(self, post_id: str) -> datetime | None:
        post, card = await self._store.tx(self._read, post_id)
        now = self._clock.now()
        if card is None or post.state is PostState.GONE:
            return None
        if not self._lease.is_held():
            return when_held(self._lease, now)
        if await self._servers.admits(post.server_id) is False:
            return now + SHUT_OUT
        is_owed = post.state is not PostState.THERE
        if is_owed and post.due_at is not None and not is_due(post, now):
            return post.due_at
        try:
            if post.message_id is None:
                return await self._send(post, card, now)
            return await self._edit(post, card, now)
        except PostError as error:
            log.info("%s not shown: %s", post.id, error, extra={"action": "show_board"})
            return await self._store.tx(_failed, post, error, now)

    def _read(self, books: Books, post_id: str) -> tuple[Post, BoardCard | None]:
        post = books.post(post_id)
        return post, read_board(books, _board_id(post), self._cards, self._prices)

    async def _send(self, post: Post, card: BoardCard, now: datetime) -> datetime | None:
        """Look before repeating: a message whose sending was cut off may be there."""
        sent = await self._announcer.find(post) if post.state is PostState.SENDING else None
        if sent is not None:
            return await self._store.tx(self._settle, post, Shown(), sent)
        post = await self._store.tx(_begin_sending, post.id)
        if not self._lease.is_held():  # what is marked is looked for before it is repeated
            return when_held(self._lease, self._clock.now())
        sent = await self._announcer.send_board(post, card)
        return await self._store.tx(
            self._settle, post, Shown(look=card.look(), at=now.timestamp()), sent
        )

    async def _edit(self, post: Post, card: BoardCard, now: datetime) -> datetime | None:
        shown = Shown(**json.loads(post.content))
        look = card.look()
        if look != shown.look:
            if shown.at <= now.timestamp() and now < shown.free_at:  # the clock may be set back
                return shown.free_at
            if not self._lease.is_held():
                return when_held(self._lease, self._clock.now())
            await self._announcer.edit_board(post, card)
            shown = Shown(look=look, at=now.timestamp())
        return await self._store.tx(self._settle, post, shown, None)

    def _settle(
        self, books: Books, post: Post, shown: Shown, sent: SentMessage | None
    ) -> datetime | None:
        """Done, unless there was news while it was on its way."""
        fresh = books.hold_post(post.id)  # who changes the board meanwhile owes the next edit
        card = read_board(books, _board_id(post), self._cards, self._prices)
        is_old = card is not None and card.look() != shown.look
        books.change_post(
            post.id,
            state=PostState.DUE if is_old else PostState.THERE,
            due_at=shown.free_at if is_old else None,
            content=json.dumps({"look": shown.look, "at": shown.at}),
            message_id=fresh.message_id if sent is None else sent.message_id,
        )
        return shown.free_at if is_old else None


def _board_id(post: Post) -> str:
    return post.subject.removeprefix(board_post_id(""))


def _begin_sending(books: Books, post_id: str) -> Post:
    post = books.hold_post(post_id)
    return books.change_post(post_id, state=PostState.SENDING, attempts=post.attempts + 1)


def _failed(books: Books, post: Post, error: PostError, now: datetime) -> datetime | None:
    """What to do after Discord did not take it. A board whose message is gone is closed."""
    current = books.hold_post(post.id)
    if error.code == ARCHIVED and current.message_id is not None:
        books.change_post(post.id, state=PostState.THERE, due_at=None)
        return None
    if error.fate is Fate.REFUSED:
        books.change_post(post.id, state=PostState.GONE, due_at=None)
        _close(books, _board_id(post), now)
        return None
    attempts = current.attempts + 1
    due_at = now + backoff(attempts, error.retry_after)
    if error.fate is Fate.UNKNOWN:
        due_at = max(due_at, now + LOOK_AFTER)
        books.change_post(post.id, due_at=due_at, attempts=attempts)
        return due_at
    state = PostState.DUE if current.message_id is not None else post.state
    books.change_post(post.id, state=state, due_at=due_at, attempts=attempts)
    return due_at


def _close(books: Books, board_id: str, now: datetime) -> None:
    board = books.find_board(board_id)
    if board is not None and board.state is not BoardState.CLOSED:
        closed = replace(board, state=BoardState.CLOSED, version=board.version + 1, changed_at=now)
        books.save_board(closed)
