"""Chooses the next task to submit, and writes the intent in the same transaction."""

from collections.abc import Container, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from bot.video.life.agreed_gate import SUBMIT, read_gate
from bot.video.life.gate import Gate, SavedGate
from bot.video.life.restored import advance_epoch
from bot.video.limits.effective import Limits
from bot.video.limits.spending import Spending
from bot.video.limits.turns import at_api, fair_order, next_turns
from bot.video.ports.books import Books
from bot.video.servers.pauses import Paused
from bot.video.values.videos import State, VideoRequest, VideoTask
from bot.video.values.waiting import Busy, Waiting

NARROW = timedelta(seconds=1)  # between looks whether another process's submission is through


class Claim(Struct, frozen=True, kw_only=True):
    """A task whose submission has started."""

    task: VideoTask
    request: VideoRequest
    number: int  # of all submissions so far


def claim_next(
    books: Books,
    owner: int,
    slots: int | None,
    limits: Limits,
    now: datetime,
    last: Container[str] = (),
    known: int | None = None,
) -> Claim | SavedGate | datetime | None:
    """Write the intent to submit the next task that is not paused, and that cap and budget can pay
    for, whoever drove it so far; tasks in `last` come after all others.

    Without one, returns when there may be one, or None if only news can help. Where processes
    share the gate, `known` is the version that this one knows; a newer one is returned instead.
    """
    next_ready, is_paused = books.head()
    if next_ready is None or next_ready > now:
        return next_ready  # mostly, and without another statement
    if is_paused:
        return None
    if slots is not None and len(at_api(books, now)) >= slots:
        return None
    # Two processes must not both take the last slot, or spend the same credits. What is accepted
    # or refunded meanwhile does not raise the sum of orders.
    books.lock([SUBMIT])
    if known is not None and (held := _held_up(books, known, slots, now)) is not None:
        return held
    busy = at_api(books, now)
    if slots is not None and len(busy) >= slots:
        return None
    paused = Paused(books)
    spending = Spending(books, limits, now, paused.settings)
    left_out: list[Waiting] = []
    for each in _turns(books, busy, now, last):
        if paused.holds(each):
            continue
        if spending.lacks(each.server_id, each.price):
            left_out.append(each)
        elif (claim := _begin(books, owner, each, now)) is not None:
            return claim
    return _next_chance(books, spending, left_out, now)


def _turns(
    books: Books, busy: Sequence[Busy], now: datetime, last: Container[str]
) -> Iterator[Waiting]:
    """All turns in their order; a long queue is read only if nothing can be done about the first
    few."""
    first = [each for each in next_turns(books, busy, now) if each.task_id not in last]
    yield from first
    rest = {each.task_id: each for each in fair_order(books.ready(now), busy)}
    for each in first:
        rest.pop(each.task_id, None)
    yield from sorted(rest.values(), key=lambda each: each.task_id in last)


def unclaim(books: Books, owner: int, *, but: Container[str]) -> None:
    """Queue tasks again that an unknown commit claimed; they were never sent."""
    for task in books.tasks_in(State.SUBMITTING, owner=owner):
        if task.id not in but:
            books.move(task, State.QUEUED, submitted_at=None)


def _held_up(
    books: Books, known: int, slots: int | None, now: datetime
) -> SavedGate | datetime | None:
    """The gate if it is newer than known; a moment if as many are being submitted, by all
    processes, as it lets through."""
    gate = read_gate(books)
    if gate.version != known:
        return gate
    is_narrow = gate.width < Gate(most=slots).widest
    if is_narrow and len(books.task_ids_in({State.SUBMITTING})) >= gate.width:
        return now + NARROW
    return None


def _begin(books: Books, owner: int, waiting: Waiting, now: datetime) -> Claim | None:
    """Claim a task; it may have been cancelled meanwhile, and another process may adopt it."""
    claimed = books.move_from(
        waiting.task_id, {State.QUEUED}, State.SUBMITTING, owner=owner, submitted_at=now
    )
    if claimed is None:
        return None
    number = advance_epoch(books)
    return Claim(task=claimed, request=books.request(claimed.request_id), number=number)


def _next_chance(
    books: Books, spending: Spending, left_out: Sequence[Waiting], now: datetime
) -> datetime | None:
    """When one of the skipped tasks can be ordered, or another becomes ready."""
    cheapest: dict[int, int] = {}
    for each in left_out:
        cheapest[each.server_id] = min(each.price, cheapest.get(each.server_id, each.price))
    shortages = [spending.shortage(server_id, price) for server_id, price in cheapest.items()]
    chances = [shortage.opens_at for shortage in shortages if shortage is not None]
    chances.append(books.next_ready(after=now))
    return min((at for at in chances if at is not None), default=None)
