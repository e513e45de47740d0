"""Updates the replies of unfinished tasks: only the newest state, rarely enough, best effort.

A reply's last edit is owed; `delivery.py` makes it."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from bot.clock import Clock
from bot.errors import Fate, PostError
from bot.outages import level
from bot.video.doors.cards import EXACT_PLACES, Cards, start_of
from bot.video.life import settling
from bot.video.life.agenda import Agenda
from bot.video.life.fence import sharing
from bot.video.life.pace import ChannelPace
from bot.video.outbox.ladder import backoff, by_living_token, next_rung
from bot.video.outbox.new_posts import reply_id
from bot.video.ports.books import Books
from bot.video.ports.edges import Announcer, Lease, Store
from bot.video.values.cards import Card
from bot.video.values.posts import Post, PostState
from bot.video.values.surveys import Near
from bot.video.values.videos import State, VideoTask

log = logging.getLogger(__name__)

WIDTH = 4
INTERVAL = 3.0  # seconds between two edits of one reply, at least
SHOW_AGAIN = timedelta(seconds=10)  # after an edit that Discord may still carry out
CHANNEL_INTERVAL = 1.5  # and this many per task in the channel: its pace, plus the way there


TURN = timedelta(seconds=1)  # in which the next video is claimed and submitted


class Shown(Struct, frozen=True, kw_only=True):
    """What a reply shows, so that nothing is edited without a visible change."""

    at: datetime
    channel_id: int
    visible: tuple[object, ...]
    place: int | None
    start: datetime | None  # the start it promised a waiting video, however that has moved since
    is_late: bool
    is_several: bool  # takes, of which other processes may drive some


class Progress:
    """Edits replies as their tasks progress; calls `touch_board` when a board's take does, and
    `hint` with news of a task that another process drives."""

    def __init__(
        self,
        *,
        store: Store,
        announcer: Announcer,
        cards: Cards,
        lease: Lease,
        clock: Clock,
        touch_board: Callable[[str], None],
        hint: Callable[[str], Awaitable[None]],
    ) -> None:
        self.agenda = Agenda(self._edit, clock=clock, width=WIDTH, name="show")
        self._store = store
        self._announcer = announcer
        self._cards = cards
        self._lease = lease
        self._clock = clock
        self._touch_board = touch_board
        self._hint = hint
        self._heard: set[str] = set()  # from other processes: no news for them
        self._shown: dict[str, Shown] = {}
        self._pace = ChannelPace(clock, lease)
        self._closed: set[str] = set()  # tasks whose reply takes no more progress edits

    def touch(self, task_id: str) -> None:
        """Note that a task may look different now."""
        now = self._clock.now()
        shown = self._shown.get(task_id)
        self.agenda.put(task_id, now if shown is None else max(now, self._free_at(shown, now)))

    def heard(self, task_id: str) -> None:
        """Note that another process has news of a task."""
        self._heard.add(task_id)
        self.touch(task_id)

    def watch(self, waiting: Near) -> None:
        """Note that a video's place in the queue, which every process sees, may have changed. While
        its undo seconds last, the first response shows it; soon after, it may have had its turn."""
        if waiting.ready_at is None:
            return
        start = waiting.ready_at + TURN
        if waiting.task_id not in self._shown and self._clock.now() < start:
            self._heard.add(waiting.task_id)
            self.agenda.put(waiting.task_id, start)
        else:
            self.heard(waiting.task_id)

    def look_again(self) -> None:
        """Look at what other processes may have news of."""
        for task_id in [each for each, shown in self._shown.items() if shown.is_several]:
            self.touch(task_id)

    async def hush(self, task_id: str) -> bool:
        """Stop a task's progress edits, as its last edit must not wait. Returns True if one was
        under way; Discord may still carry it out."""
        was_under_way = await self.agenda.cancel(task_id)
        if (shown := self._shown.get(task_id)) is not None:
            self._pace.count(shown.channel_id)  # the last edit counts in the channel as well
        self._forget(task_id)
        return was_under_way

    async def _edit(self, task_id: str) -> datetime | None:
        if (busy_until := self._busy_until(task_id)) is not None:
            return busy_until  # no look: many wait for the same channel
        post, card = await self._store.tx(self._read, task_id)
        now = self._clock.now()
        if card.request.board_id is not None:
            self._touch_board(card.request.board_id)
        if card.all[0].task.id != task_id:  # the first take's reply shows them all
            self.touch(card.all[0].task.id)
            return None
        is_ours = await self._is_ours(task_id, card)
        if post is None or card.is_over or not is_ours or not self._lease.is_held():
            self._forget(task_id)
            return None
        if task_id in self._closed:
            return None
        shown = self._shown.get(task_id)
        card = replace(card, place=_place(card, shown))
        card = replace(card, is_late=_is_late(card, shown, now))
        if shown is None and _is_fresh(card, now):
            self._shown[task_id] = _shown(post, card, now)
        elif shown is None or (shown.visible, shown.is_late) != (look_of(card, now), card.is_late):
            if (free_at := self._pace.free_at(post.channel_id, now)) > now:
                waits = replace(_shown(post, card, now), visible=())  # so that it waits unread
                self._shown.setdefault(task_id, waits)
                return free_at
            try:
                with self._pace.turn(post.channel_id):
                    await self._announcer.edit(by_living_token(post, now), card)
            except PostError as error:
                await self._check_overtaken(post, card, now + SHOW_AGAIN)
                return await self._not_shown(post, card, error, now)
            await self._check_overtaken(post, card, now)
            self._shown[task_id] = _shown(post, card, now)
        return _changes_at(card, self._shown[task_id], now)

    async def _check_overtaken(self, post: Post, card: Card, at: datetime) -> None:
        """Have the end shown again at `at` if another process took a waiting video's turn, and
        ended it, while this one's edit was on its way."""
        is_takeable = sharing(self._lease) is not None and card.task.state is State.QUEUED
        if is_takeable and await self._store.tx(settling.owe_end_again, post, at):
            await self._hint(card.task.id)

    async def _is_ours(self, task_id: str, card: Card) -> bool:
        """Whether this process drives a task; tells others of news that they do not know."""
        is_ours = sharing(self._lease) in (None, card.task.owner)
        if not is_ours and task_id not in self._heard:
            await self._hint(task_id)
        self._heard.discard(task_id)
        return is_ours

    def _busy_until(self, task_id: str) -> datetime | None:
        if (shown := self._shown.get(task_id)) is None:
            return None
        now = self._clock.now()
        free_at = self._pace.free_at(shown.channel_id, now)
        return free_at if free_at > now else None

    def _read(self, books: Books, task_id: str) -> tuple[Post | None, Card]:
        sheet = books.sheet(task_id)
        post, card = sheet.posts[reply_id(sheet.takes[0].id)], self._cards.of(books, sheet)
        return (post if post.state is PostState.THERE else None), card

    async def _not_shown(
        self, post: Post, card: Card, error: PostError, now: datetime
    ) -> datetime | None:
        said = "Could not update %s: %s"
        log.log(level(error), said, post.id, error, extra={"action": "show"})
        if error.fate is not Fate.REFUSED:
            return now + max(timedelta(seconds=INTERVAL), backoff(2, error.retry_after))
        step = next_rung(post, error.code)
        if step is None:
            self._closed.add(card.task.id)
            return None  # deleted or out of reach; the last edit handles that
        await self._store.tx(lambda books: books.mark_delivery(post.id, **step))
        return now

    def _forget(self, task_id: str) -> None:
        self._shown.pop(task_id, None)
        self._closed.discard(task_id)

    def _free_at(self, shown: Shown, now: datetime) -> datetime:
        neighbours = sum(each.channel_id == shown.channel_id for each in self._shown.values())
        return min(shown.at, now) + timedelta(seconds=max(INTERVAL, CHANNEL_INTERVAL * neighbours))


def _shown(post: Post, card: Card, now: datetime) -> Shown:
    return Shown(
        at=now,
        channel_id=post.channel_id,
        visible=look_of(card, now),
        place=card.place,
        start=None if card.is_late else start_of(card),
        is_late=card.is_late,
        is_several=len(card.all) > 1,
    )


def _place(card: Card, shown: Shown | None) -> int | None:
    """The place to show; in a long queue, only that it is no worse than the last one shown."""
    if shown is None or shown.place is None or card.place is None or card.place <= EXACT_PLACES:
        return card.place
    return min(shown.place, card.place)


def _changes_at(card: Card, shown: Shown, now: datetime) -> datetime | None:
    """When the card looks different although nothing has happened."""
    opens_at = None if card.shortage is None else card.shortage.opens_at
    late = [late_at(each.task) for each in card.all]
    moments = [card.task.ready_at, *late, shown.start, opens_at]
    later = [moment for moment in moments if moment is not None and moment > now]
    return min(later, default=None)


def _is_late(card: Card, shown: Shown | None, now: datetime) -> bool:
    """Whether the start people were shown has passed while others still come first. A new estimate
    would pass as well, so the card gets one only when something else changes."""
    if shown is None or shown.visible != look_of(card, now):
        return False
    if shown.is_late or shown.start is None or card.turn_at is None:
        return shown.is_late
    return shown.start <= now < card.turn_at


def _is_fresh(card: Card, now: datetime) -> bool:
    """Whether the first response still shows the video's state: during its undo seconds."""
    task = card.task
    return task.state is State.QUEUED and task.ready_at is not None and task.ready_at > now


def late_at(task: VideoTask) -> datetime | None:
    """When a running task exceeds the API's estimate."""
    if task.submitted_at is None or task.estimate is None:
        return None
    return task.submitted_at + timedelta(seconds=task.estimate)


def look_of(card: Card, now: datetime) -> tuple[object, ...]:
    """Everything that is visible on an unfinished task's card."""
    takes = [
        (each.task.state, each.task.progress, (late := late_at(each.task)) and late <= now)
        for each in card.all
    ]
    return (
        *takes,
        card.task.muted,
        card.place,
        card.is_paused,
        card.halt,
        card.shortage,
        card.task.ready_at is not None and card.task.ready_at <= now,
    )
