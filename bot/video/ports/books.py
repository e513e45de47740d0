"""The port of named statements on storage; all of one transaction. `bot.db.books` implements it.

Nothing here decides anything: what a statement is for is the business of who calls it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from msgspec import Struct

from bot.video.ports.bill import BillBooks
from bot.video.ports.boards import BoardBooks
from bot.video.ports.limits import LimitBooks
from bot.video.ports.moderation import ModerationBooks
from bot.video.ports.servers import ServerBooks
from bot.video.values.posts import Post, PostKind
from bot.video.values.videos import State, VideoRequest, VideoTask


class Bill(StrEnum):
    """Where a charge on the operator's account stands."""

    EXPECTED = "expected"
    CHARGED = "charged"
    RELEASED = "released"  # on proof: never accepted, or the API said so
    POSSIBLE = "possible"  # possibly spent: no proof either way


class Allowance(StrEnum):
    """Where a person's use stands."""

    RESERVED = "reserved"
    SETTLED = "settled"
    REFUNDED = "refunded"


class Use(Struct, frozen=True, kw_only=True):
    """One film that counts against a person's allowance, or came to nothing and may have been
    charged all the same."""

    at: datetime
    price: int  # 1/10,000 credit
    seconds: int
    server_id: int = 0
    is_returned: bool = False  # the person got it back; it counts in the second allowance only


class Charges(Struct, frozen=True, kw_only=True):
    """Some of the bill, added up."""

    at: datetime  # of the latest of them
    price: int  # 1/10,000 credit


class Billed(Struct, frozen=True, kw_only=True):
    """What counts against a ceiling or a budget, in 1/10,000 credit."""

    ordered: int
    waiting: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.ordered + self.waiting


class Waiting(Struct, frozen=True, kw_only=True):
    """A task in the queue, as much of it as its turn depends on."""

    task_id: str
    server_id: int
    user_id: int
    created_at: datetime
    price: int  # 1/10,000 credit
    first_at: datetime | None = None


class Busy(Struct, frozen=True, kw_only=True):
    """A task at the API: whose it is."""

    server_id: int
    user_id: int


class Queue(Struct, frozen=True, kw_only=True):
    """How many films wait, how many are at the API, and how long a film took there lately."""

    length: int
    at_api: int
    seconds: float | None  # on average; None before any was completed


class Search(Struct, frozen=True, kw_only=True):
    """What a list of films is narrowed to, newest first."""

    user_id: int | None = None
    server_id: int | None = None
    channel_id: int | None = None  # with its public threads
    words: tuple[str, ...] = ()  # each in the prompt or in a shot
    since: datetime | None = None
    until: datetime | None = None  # before this
    seen_by: int | None = None  # only theirs, or made where `seen_in` says and standing there
    seen_in: frozenset[int] = frozenset()
    moderated_in: frozenset[int] = frozenset()  # where whatever was made is seen
    offset: int = 0
    limit: int = 10


class Books(LimitBooks, ModerationBooks, ServerBooks, BoardBooks, BillBooks, Protocol):
    """Named statements of one transaction."""

    def lock(self, scopes: Iterable[str]) -> None:
        """Hold each scope until the commit; taken in sorted order, so nobody deadlocks."""
        ...

    # Requests and tasks

    def add_request(self, request: VideoRequest) -> None: ...

    def add_task(self, task: VideoTask, *, seconds: int, grant_id: str | None = None) -> None:
        """Add a task with its reservation, by a grant where there is one, and expected charge.

        A charge is ordered when its task is submitted: what changes one date changes the other.
        """
        ...

    def request(self, request_id: str) -> VideoRequest:
        """Raises KeyError."""
        ...

    def task(self, task_id: str) -> VideoTask:
        """Raises KeyError."""
        ...

    def find_task(self, task_id: str) -> VideoTask | None: ...

    def task_by_remote_id(self, remote_id: str) -> VideoTask | None: ...

    def search(self, search: Search) -> Sequence[tuple[VideoRequest, VideoTask]]:
        """Of the newest 10,000 of the server, or of the person there, in those days."""
        ...

    def is_cut(self, search: Search) -> bool:
        """Whether there are older ones, which `search` does not look through."""
        ...

    def move(self, task: VideoTask, to: State, **changes: Any) -> VideoTask | None:
        """Compare-and-set by the driver: state, owner and epoch must be as in `task`.

        Returns the task as it is now, or None: a duplicate, a lost race or a lost lease.
        """
        ...

    def move_from(
        self, task_id: str, states: Iterable[State], to: State, **changes: Any
    ) -> VideoTask | None:
        """Compare-and-set by people and callbacks: only the state must be one of `states`."""
        ...

    def note(self, task_id: str, **changes: Any) -> VideoTask:
        """Change what is no state (muted, deleted_by); raises KeyError."""
        ...

    def begin_undo(self, task_id: str, until: datetime) -> VideoTask | None:
        """Let the undo seconds run; None where they had begun before."""
        ...

    def waiting(self) -> Sequence[Waiting]:
        """The queued tasks, oldest first. A long queue is costly: ask for its length first."""
        ...

    def ready(self, now: datetime) -> Sequence[Waiting]:
        """Those of them whose undo seconds are over, oldest first."""
        ...

    def next_ready(self, *, after: datetime | None = None) -> datetime | None:
        """When the undo seconds of the first of the queued tasks are over, past or future, or the
        first `after` a time; None when those of no task have begun."""
        ...

    def under_way(
        self, server_id: int | None, *, limit: int, offset: int = 0, user_id: int | None = None
    ) -> Sequence[VideoTask]:
        """The tasks of a server, or of one person there or (None) anywhere, without an outcome,
        oldest first."""
        ...

    def reprice(self, task_id: str, *, request_id: str, price: int, seconds: int) -> VideoTask:
        """Let a task stand for another request, in both ledgers too."""
        ...

    def task_ids_in(self, states: Collection[State]) -> Sequence[str]:
        """All tasks in these states, whoever drives them."""
        ...

    def servers_waiting(self) -> Sequence[int]:
        """The servers in which films are held or queued."""
        ...

    def queue_length(self) -> int: ...

    def cheapest_waiting(self, *, but: str = "") -> int | None:
        """The lowest price of the queued tasks, in 1/10,000 credit, one of them left out."""
        ...

    def queue(self, *, doubted_since: datetime, recent: int) -> Queue:
        """The queue in one look; how long films took from `recent` of them, completed last."""
        ...

    def average_price(self, limit: int) -> float | None:
        """In 1/10,000 credit, of the films asked for last."""
        ...

    def busy(self, *, doubted_since: datetime) -> Sequence[Busy]:
        """All tasks that hold a place at the API; where that is in doubt, those submitted since."""
        ...

    def due(self, *, owner: int) -> Sequence[tuple[str, datetime]]:
        """Every task of a process that is to be looked at, with when."""
        ...

    def drives(self, owner: int) -> bool:
        """Whether a process may go on driving films: no other has ended it."""
        ...

    def adopt(self, owner: int) -> Sequence[str]:
        """Take over what no living process drives: sets owner, raises epochs; the tasks' ids."""
        ...

    def tasks_in(self, state: State, *, owner: int) -> Sequence[VideoTask]: ...

    # The two ledgers

    def uses(self, user_id: int, *, since: datetime) -> Sequence[Use]:
        """What counts against a person's allowances, in all servers, oldest first; by grants is
        not part of it."""
        ...

    def ordered(self, *, since: datetime, server_id: int | None = None) -> int:
        """What was ordered after `since` and is not released, in 1/10,000 credit."""
        ...

    def billed(self, *, since: datetime, amount: int, server_id: int | None = None) -> Billed:
        """The same beside all that waits, however long; what `amount` never pays for is not going
        to be ordered, so it counts for nothing."""
        ...

    def oldest_orders(self, price: int, *, since: datetime) -> Charges | None:
        """The oldest of what was ordered that add up to a price; None where all do not."""
        ...

    def settle(self, task_id: str, allowance: Allowance, bill: Bill) -> None:
        """Close both entries of a task."""
        ...

    def reduce_bill(self, task_id: str, price: int) -> None:
        """Bill a task that ended without a film no more than this, in 1/10,000 credit."""
        ...

    def discrepancies(self) -> Sequence[str]:
        """Where ledgers and tasks disagree, a line each; empty when the books are right."""
        ...

    # Posts

    def add_post(self, post: Post) -> bool:
        """False when a post with this nonce exists already."""
        ...

    def post(self, post_id: str) -> Post:
        """Raises KeyError."""
        ...

    def hold_post(self, post_id: str) -> Post:
        """A post that nobody else changes until the commit; raises KeyError."""
        ...

    def posts(self, task_id: str) -> Sequence[Post]: ...

    def find_post(self, task_id: str, kind: PostKind) -> Post | None: ...

    def look_up_post(self, post_id: str) -> Post | None: ...

    def open_cards(self, subject: str) -> Sequence[Post]:
        """The cards about a subject that are there or on their way."""
        ...

    def moderators_cards(self, server_id: int) -> Sequence[Post]:
        """What was ever owed to the moderators' channel of a server, in whatever state."""
        ...

    def change_post(self, post_id: str, **changes: Any) -> Post: ...

    def owed(self, *, owner: int | None = None) -> Sequence[tuple[str, datetime]]:
        """Every post that is due or sending, with when to look at it; for `owner` without those of
        tasks that another process drives."""
        ...

    def inbox(self, user_id: int) -> Sequence[Post]: ...

    # Steps of the clock

    def move_times(
        self, owner: int, by: timedelta, *, since: datetime, now: datetime, is_alone: bool
    ) -> None:
        """Move all that the process waits for, and what it or, if it is alone, any before it
        booked since `since`, by a step of the clock to `now`; what has happened stays past."""
        ...

    # Interactions that were heard

    def keep_interaction(self, interaction_id: int, *, by: int) -> bool:
        """Whether it is this hearing's; False where another one has it, which waits for nobody."""
        ...

    def forget_interactions(self, *, before: int) -> None:
        """Forget those with a lower id, which are older."""
        ...

    # Small facts kept between starts

    def fact(self, name: str) -> str | None: ...

    def set_fact(self, name: str, value: str) -> None: ...
