"""All named statements on storage, within one transaction. `bot.db.books` implements them.

Statements decide nothing; their callers do."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from msgspec import Struct

from bot.video.ports.bill import BillBooks
from bot.video.ports.boards import BoardBooks
from bot.video.ports.deferrals import DeferralBooks
from bot.video.ports.limits import LimitBooks
from bot.video.ports.moderation import ModerationBooks
from bot.video.ports.presets import PresetBooks
from bot.video.ports.retention import RetentionBooks
from bot.video.ports.servers import ServerBooks
from bot.video.ports.sheets import SheetBooks
from bot.video.ports.standing import StandingBooks
from bot.video.values.ledgers import Allowance, Bill, Billed, Charges, Use
from bot.video.values.posts import Post, PostKind
from bot.video.values.videos import State, VideoRequest, VideoTask
from bot.video.values.waiting import Busy, Queue, Waiting


class Search(Struct, frozen=True, kw_only=True):
    """The filters of a list of videos, which shows the newest first."""

    user_id: int | None = None
    server_id: int | None = None
    channel_id: int | None = None  # with its public threads
    words: tuple[str, ...] = ()  # each in the prompt or in a shot
    since: datetime | None = None
    until: datetime | None = None  # before this time
    seen_by: int | None = None  # this person's own, plus those made in `seen_in` and still posted
    seen_in: frozenset[int] = frozenset()
    moderated_in: frozenset[int] = frozenset()  # everything made there is visible
    offset: int = 0
    limit: int = 10


class OwedPost(Struct, frozen=True, kw_only=True):
    """A post that is due or being sent, and when to look at it. `is_first`: a reply that nobody is
    known to have seen."""

    post_id: str
    kind: PostKind
    at: datetime
    is_first: bool = False


class Books(
    LimitBooks,
    ModerationBooks,
    ServerBooks,
    BoardBooks,
    BillBooks,
    PresetBooks,
    DeferralBooks,
    RetentionBooks,
    SheetBooks,
    StandingBooks,
    Protocol,
):
    """All named statements of one transaction."""

    def lock(self, scopes: Iterable[str]) -> None:
        """Lock each scope until the commit; always in sorted order, which avoids deadlocks."""
        ...

    # Requests and tasks

    def add_request(self, request: VideoRequest) -> None: ...

    def add_task(self, task: VideoTask, *, seconds: int, grant_id: str | None = None) -> None:
        """Add a task with its reservation (paid by a grant, if given) and its expected charge.

        A charge counts as ordered when its task is submitted: both dates change together.
        """
        ...

    def request(self, request_id: str) -> VideoRequest:
        """The request with this id. Raises KeyError."""
        ...

    def task(self, task_id: str) -> VideoTask:
        """The task with this id. Raises KeyError."""
        ...

    def find_task(self, task_id: str) -> VideoTask | None: ...

    def takes_of(self, request_id: str) -> Sequence[VideoTask]:
        """The tasks of a request, in the order of their numbers."""
        ...

    def task_by_remote_id(self, remote_id: str) -> VideoTask | None: ...

    def search(self, search: Search) -> Sequence[tuple[VideoRequest, VideoTask]]:
        """Matches among the newest 10,000 videos of the server, or of the person there."""
        ...

    def is_cut(self, search: Search) -> bool:
        """Whether there are older videos, which `search` does not look through."""
        ...

    def move(self, task: VideoTask, to: State, **changes: Any) -> VideoTask | None:
        """Compare-and-set by the driver: state, owner and epoch must be as in `task`.

        Returns the task as it is now, or None after a duplicate, a lost race or a lost lease.
        """
        ...

    def move_from(
        self, task_id: str, states: Iterable[State], to: State, **changes: Any
    ) -> VideoTask | None:
        """Compare-and-set by people and callbacks: the state must be one of `states`."""
        ...

    def note(self, task_id: str, **changes: Any) -> VideoTask:
        """Change fields outside the state (muted, deleted_by). Raises KeyError."""
        ...

    def begin_undo(self, task_id: str, until: datetime) -> VideoTask | None:
        """Start the undo seconds; None if they had started before."""
        ...

    def waiting(self, *, most: int) -> Sequence[Waiting]:
        """The first `most` queued tasks, oldest first."""
        ...

    def line(self, *, doubted_since: datetime) -> tuple[Sequence[Waiting], Sequence[Busy]]:
        """All queued tasks, and `busy`, in one look; costly with a long queue."""
        ...

    def ready(self, now: datetime) -> Sequence[Waiting]:
        """The queued tasks whose undo seconds are over, oldest first."""
        ...

    def foremost(self, now: datetime, *, but: Collection[int], most: int) -> Sequence[Waiting]:
        """Those of `ready` that moderators moved to the front, and the oldest `most` of servers
        where they moved none, without these servers'."""
        ...

    def oldest_in(
        self, server_id: int, now: datetime, *, but: Collection[int], most: int
    ) -> Sequence[Waiting]:
        """The first of `ready` in a server, without these people's."""
        ...

    def oldest_of(
        self, server_id: int, user_id: int, now: datetime, *, most: int
    ) -> Sequence[Waiting]:
        """The first of `ready` of one person in a server."""
        ...

    def next_ready(self, *, after: datetime | None = None) -> datetime | None:
        """When the first queued task's undo seconds end, in the past or future, or the first
        `after` a time; None if no task's undo seconds have started."""
        ...

    def under_way(
        self, server_id: int | None, *, limit: int, offset: int = 0, user_id: int | None = None
    ) -> Sequence[VideoTask]:
        """The tasks without an outcome, oldest first: a server's, or one person's there or (None)
        anywhere."""
        ...

    def entries(self, server_id: int, *, limit: int, offset: int = 0) -> Sequence[VideoTask]:
        """Like `under_way` of a server, but takes of one request that wait alike count once."""
        ...

    def reprice(self, task_id: str, *, request_id: str, price: int, seconds: int) -> VideoTask:
        """Make a task stand for another request, in both ledgers as well."""
        ...

    def task_ids_in(self, states: Collection[State]) -> Sequence[str]:
        """All tasks in these states, whichever process drives them."""
        ...

    def servers_waiting(self) -> Sequence[int]:
        """The servers with held or queued videos."""
        ...

    def queued_in(self, server_id: int, channel_ids: Collection[int]) -> Collection[str]:
        """The queued tasks ordered in these channels, or in their public threads."""
        ...

    def is_paused(self) -> bool:
        """Whether the operator paused the whole bot."""
        ...

    def cheapest_waiting(self, *, but: str = "") -> int | None:
        """The lowest price of the queued tasks except `but`, in 1/10,000 credit."""
        ...

    def queue(self, *, doubted_since: datetime, recent: int, most: int) -> Queue:
        """The queue in one look, its length counted up to `most`; the average time comes from the
        last `recent` completed videos."""
        ...

    def average_price(self, limit: int) -> float | None:
        """The average price of the latest orders, in 1/10,000 credit."""
        ...

    def busy(self, *, doubted_since: datetime) -> Sequence[Busy]:
        """All tasks that hold a place at the API; doubtful ones only if submitted since this
        time."""
        ...

    def due(self, *, owner: int) -> Sequence[tuple[str, datetime]]:
        """All tasks of a process that need a look, and when."""
        ...

    def has_written(self) -> bool:
        """Whether this transaction may have changed anything."""
        ...

    def drive_as(self, owner: int) -> None:
        """Let each change of a task or post tell whether this process still drives videos."""
        ...

    def drives(self, owner: int) -> bool:
        """Whether a process may go on driving videos: no other process has ended it. Asks only if
        no change has told."""
        ...

    def versions(self) -> Sequence[str]:
        """The program's versions that run on this database; an unknown one is empty."""
        ...

    def adopt(self, owner: int) -> Sequence[str]:
        """Take over what no living process drives: set owner, raise epochs. Returns the tasks'
        ids."""
        ...

    def tasks_in(self, state: State, *, owner: int) -> Sequence[VideoTask]: ...

    # The two ledgers

    def uses(self, user_id: int, *, since: datetime) -> Sequence[Use]:
        """What counts against a person's allowances in all servers, oldest first; without uses paid
        by grants."""
        ...

    def ordered(self, *, since: datetime, server_id: int | None = None) -> int:
        """What was ordered after `since` and not released, in 1/10,000 credit."""
        ...

    def billed(self, *, since: datetime, amount: int, server_id: int | None = None) -> Billed:
        """Like `ordered`, plus everything that waits and costs at most `amount`: what costs more
        will never be ordered."""
        ...

    def raise_tally(self, price: int, *, amount: int, since: datetime, now: datetime) -> int | None:
        """Add a price to what the whole bot's bill is at most, if a cap of `amount` surely leaves
        room for it; returns the sum. None if not, or if the bill was not counted for this cap
        after `since`."""
        ...

    def set_tally(self, at_most: int, *, amount: int, now: datetime) -> None:
        """Save what the whole bot's bill is at most, as counted now."""
        ...

    def oldest_orders(self, price: int, *, since: datetime) -> Charges | None:
        """The oldest orders that add up to a price; None if all together do not."""
        ...

    def settle(self, task_id: str, allowance: Allowance, bill: Bill) -> None:
        """Close both entries of a task."""
        ...

    def reduce_bill(self, task_id: str, price: int) -> None:
        """Bill a task that ended without a video at most this much, in 1/10,000 credit."""
        ...

    def discrepancies(self) -> Sequence[str]:
        """One line for each task whose ledgers disagree with it; empty if the books are right."""
        ...

    # Posts

    def add_post(self, post: Post) -> bool:
        """Add a post; False if one with this nonce exists."""
        ...

    def post(self, post_id: str) -> Post:
        """The post with this id. Raises KeyError."""
        ...

    def hold_post(self, post_id: str) -> Post:
        """A post, locked until the commit. Raises KeyError."""
        ...

    def posts(self, task_id: str) -> Sequence[Post]: ...

    def find_post(self, task_id: str, kind: PostKind) -> Post | None: ...

    def look_up_post(self, post_id: str) -> Post | None: ...

    def open_queues(self) -> Sequence[Post]:
        """All servers' queue messages that are sent or being sent."""
        ...

    def moderators_cards(self, server_id: int) -> Sequence[Post]:
        """Everything ever owed to a server's moderators' channel, in any state."""
        ...

    def change_post(self, post_id: str, **changes: Any) -> Post:
        """Change a post; only for `outbox.change`, which locks it first."""
        ...

    def owe_edits(self, task_id: str, kinds: Collection[PostKind], at: datetime) -> None:
        """Make the messages of these kinds that show a task or another take of its request due for
        an edit, where they are there. All of them are locked until the commit."""
        ...

    def mark_delivery(self, post_id: str, **changes: Any) -> Post:
        """Note the result of sending; only for `life`. Raises TypeError for any other change."""
        ...

    def claim_post(self, post_id: str, owner: int) -> Post | None:
        """Make `owner` the one that delivers a post without a task, until it is settled; None if
        another living process does."""
        ...

    def owed(self, *, owner: int | None = None) -> Sequence[OwedPost]:
        """Every post that is due or being sent; for `owner`, without tasks that another process
        drives."""
        ...

    def inbox(self, user_id: int) -> Sequence[Post]: ...

    # Steps of the clock

    def move_times(
        self, owner: int, by: timedelta, *, since: datetime, now: datetime, is_alone: bool
    ) -> None:
        """Move times by a step of the clock to `now`: all that this process waits for, and what it
        (if alone, any process) booked since `since`. Past events stay past."""
        ...

    # Interactions that were handled

    def keep_interaction(self, interaction_id: int, *, by: int) -> bool:
        """Whether this hearing may act; False if another one has the interaction. Never blocks."""
        ...

    def forget_interactions(self, *, before: int) -> None:
        """Forget interactions with lower ids, which are older."""
        ...

    # Small facts kept between starts

    def fact(self, name: str) -> str | None: ...

    def set_fact(self, name: str, value: str) -> None: ...

    def count_up(self, name: str) -> int:
        """Raise a fact that is a number by one, from 0, and return it."""
        ...
