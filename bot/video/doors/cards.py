"""Gathers everything there is to show about a video or board. `bot.ui` decides how it looks."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from bot.clock import Clock
from bot.video.limits.effective import Limits
from bot.video.limits.spending import Spending
from bot.video.limits.turns import DOUBT_HOLDS, fair_order
from bot.video.outbox.new_posts import board_post_id, film_id, reply_id
from bot.video.ports.books import Books
from bot.video.servers.pauses import halt_of
from bot.video.values.boards import Board, BoardCard
from bot.video.values.cards import FAR, Card, Sheet, Take
from bot.video.values.limits import Shortage
from bot.video.values.posts import Post, PostKind, PostState
from bot.video.values.prices import PRICES, Prices
from bot.video.values.videos import WAITING, State, VideoTask
from bot.video.values.waiting import Queue

EXACT_PLACES = 50  # in a longer queue, the exact place is shown only when the turn is near
RECENT = 10  # latest completed videos, to learn how long one takes
TYPICAL_SECONDS = 180.0  # per video, before any is known
SHOWN_TAKES = 6  # of a storyboard
STEP = 30  # seconds; the precision of estimates


class Cards(Struct, frozen=True, kw_only=True):
    """Reads cards; `slots` is how many videos may be at the API at once, None is unlimited."""

    slots: int | None
    clock: Clock
    limits: Limits = Limits(daily=None, at_once=None, bot_daily=None)
    is_paused: Callable[[], bool] = lambda: False
    prices: Prices = PRICES

    def of(
        self, books: Books, sheet: Sheet, take: Take | None = None, *, is_new: bool = False
    ) -> Card:
        """A task's card as the books are now; as a `take` of a board, it is alone. What `is_new`
        was accepted in this transaction, which checked that nothing is paused."""
        task, request = sheet.task, sheet.request
        parent = books.find_task(request.parent_id) if request.parent_id else None
        takes = sheet.takes if task.take and take is None else ()
        first = next((each for each in takes if each.state in WAITING), task)
        place, turn_at = self._turn(books, first) if first.state in WAITING else (None, None)
        card = Card(
            request=request,
            task=task,
            place=place,
            turn_at=turn_at,
            credited_to=None if parent is None else parent.user_id,
            film=_film_of(sheet, task),
            notice=_notice_of(sheet),
            is_paused=self.is_paused(),
            halt=None if is_new else halt_of(books, first, request),
            shortage=self._shortage(books, first),
            take=take or _take_of(books, task, request.board_id),
        )
        return replace(card, takes=tuple(_of_take(sheet, card, each) for each in takes))

    def shown(self, books: Books, sheet: Sheet, post: Post) -> Card:
        """The card that a post of the sheet's task shows."""
        card = self.of(books, sheet)
        if post.kind is not PostKind.OUTCOME:
            return card
        return replace(card, reply=sheet.posts.get(reply_id(sheet.task.id)))

    def board(self, books: Books, board_id: str) -> BoardCard | None:
        """A storyboard's card as the books are now."""
        board = books.find_board(board_id)
        if board is None:
            return None
        takes = list(enumerate(books.takes(board_id), start=1))
        return BoardCard(
            board=board,
            takes=tuple(
                self.of(books, books.sheet(task.id), Take(number=number, board=board.name))
                for number, task in takes
                if number > len(takes) - SHOWN_TAKES or task.id == board.best
            ),
            votes=books.votes(board_id),
            price=(self.prices.price_now(board.film()) or 0) if board.shots else 0,
        )

    def _shortage(self, books: Books, task: VideoTask) -> Shortage | None:
        """The purse that cannot pay for a video whose turn could have come."""
        now = self.clock.now()
        if task.state is not State.QUEUED or task.ready_at is None or task.ready_at > now:
            return None  # accepted a moment ago
        return Spending(books, self.limits, now).shortage(task.server_id, task.price)

    def _turn(self, books: Books, task: VideoTask) -> tuple[int, datetime | None]:
        now = self.clock.now()
        queue = books.queue(
            doubted_since=now - DOUBT_HOLDS, recent=RECENT, most=FAR + 1, exact=EXACT_PLACES
        )
        place = queue.length
        if place <= EXACT_PLACES:
            place = place_of(task, queue)
        if place > FAR:
            return place, None
        return place, now + timedelta(seconds=self._wait(queue, place))

    def _wait(self, queue: Queue, place: int) -> int:
        """About how many seconds until this turn, judging by recent videos."""
        if self.slots is None:
            return 0
        turns = place - (self.slots - queue.at_api)
        if turns <= 0:
            return 0
        typical = TYPICAL_SECONDS if queue.seconds is None else queue.seconds
        return round(typical * turns / self.slots)


def start_of(card: Card) -> datetime | None:
    """When a waiting video starts, according to its card: exact if it only waits for the undo
    seconds, else estimated. None if the card names no start."""
    ready_at, turn_at = card.task.ready_at, card.turn_at
    is_kept_waiting = card.is_paused or card.halt is not None or card.shortage is not None
    if card.task.state is not State.QUEUED or is_kept_waiting or card.is_far:
        return None
    if turn_at is None or (ready_at is not None and ready_at >= turn_at):
        return ready_at
    return datetime.fromtimestamp(-(-turn_at.timestamp() // STEP) * STEP, UTC)


def _film_of(sheet: Sheet, task: VideoTask) -> Post | None:
    return sheet.posts.get(film_id(task.id)) if task.state is State.COMPLETED else None


def _notice_of(sheet: Sheet) -> Post | None:
    """The message that tells of a request without any video."""
    if any(not each.is_over or each.state is State.COMPLETED for each in sheet.takes):
        return None
    told = (post for post in sheet.posts.values() if post.kind is PostKind.OUTCOME)
    return next(told, None)


def _of_take(sheet: Sheet, card: Card, task: VideoTask) -> Card:
    """The card of another take of the same request."""
    take = card.take
    if take is not None:
        take = replace(take, number=take.number - card.task.take + task.take)
    return replace(card, task=task, film=_film_of(sheet, task), take=take)


def _take_of(books: Books, task: VideoTask, board_id: str | None) -> Take | None:
    board = books.find_board(board_id) if board_id else None
    if board is None:
        return None
    numbers = {each.id: number for number, each in enumerate(books.takes(board.id), start=1)}
    return Take(number=numbers[task.id], board=board.name, message=_message(books, board))


def _message(books: Books, board: Board) -> tuple[int, int, int] | None:
    """A board's message, while it is there."""
    post = books.look_up_post(board_post_id(board.id))
    if post is None or post.message_id is None or post.state is PostState.GONE:
        return None
    return board.server_id, board.channel_id, post.message_id


def place_of(task: VideoTask, queue: Queue) -> int:
    """A waiting task's turn in a short queue; 1 is next."""
    order = [each.task_id for each in fair_order(queue.waiting, queue.busy)]
    return order.index(task.id) + 1 if task.id in order else len(order)
