"""Videos as frozen values: requests, tasks, and news about them."""

import json
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from bot.errors import Reason
from bot.video.values.catalogue import DEFAULT_MODEL, AspectRatio, Quality, ShotType, Sound

ID_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
MOST_TAKES = 4  # of one request
ID_LENGTH = 20  # fits a Discord nonce (25) and an Idempotency-Key (16 to 96)


def new_id(choose: Callable[[str], str]) -> str:
    """An id for a request, task or post; `choose` picks one letter, like `secrets.choice`."""
    return "".join(choose(ID_LETTERS) for _ in range(ID_LENGTH))


class Shot(Struct, frozen=True, kw_only=True):
    """One shot that a person wrote: 1 to 512 characters, at least 1 second."""

    prompt: str
    seconds: int
    is_free: bool = False  # on its storyboard it had no set length, only its share
    author_id: int = 0  # its writer on a storyboard; 0 is the requester. The last, see forgetting


class VideoSpec(Struct, frozen=True, kw_only=True):
    """What to make: the part of a request that Again and Edit copy."""

    prompt: str
    negative_prompt: str = ""
    duration: int = 5
    aspect_ratio: AspectRatio = AspectRatio.WIDE
    sound: Sound = Sound.OFF
    quality: Quality = Quality.STANDARD
    shot_type: ShotType = ShotType.ONE
    shots: tuple[Shot, ...] = ()
    watermark: bool = False
    model: str = DEFAULT_MODEL
    takes: int = 1  # how many videos like this, each of its own


class Origin(Struct, frozen=True, kw_only=True):
    """Who asks for a video, where and when; `parent_id` if it follows another one."""

    id: str  # of the request
    parent_id: str | None = None  # the task whose video it follows
    server_id: int
    channel_id: int
    user_id: int
    locale: str  # the person's, for private texts
    server_locale: str  # the server's, for public ones
    created_at: datetime
    board_id: str | None = None  # the storyboard it is a take of
    seen_from: int | None = None  # a public thread's parent, whose readers see it; 0: nobody
    thread_of: int | None = None  # the channel of the thread it was asked for in


class VideoRequest(Origin, frozen=True, kw_only=True):
    """What a person asked for. Never changes."""

    spec: VideoSpec


class State(StrEnum):
    """The states of a video; the table in docs/architecture.md shows the moves between them."""

    HELD = "held"
    QUEUED = "queued"
    SUBMITTING = "submitting"
    UNCONFIRMED = "unconfirmed"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"


WAITING = frozenset({State.HELD, State.QUEUED})
AT_API = frozenset({State.SUBMITTING, State.UNCONFIRMED, State.RUNNING})
OUTCOMES = frozenset({State.COMPLETED, State.FAILED, State.CANCELLED, State.LOST})
UNDER_WAY = tuple(state for state in State if state not in OUTCOMES)  # an index finds these


class VideoTask(Struct, frozen=True, kw_only=True):
    """One paid attempt at a request: one row. Only a move in the store changes it."""

    id: str
    request_id: str
    server_id: int
    user_id: int
    state: State
    price: int  # in units of 1/10,000 credit, like the API's own
    take: int = 0  # its number in a request for several, from 1; 0: it is the only one
    created_at: datetime
    decided_by: str = "{}"  # the limits that allowed it, as JSON, for later questions
    owner: int = 0  # the process that drives it
    epoch: int = 0  # rises with each move
    ready_at: datetime | None = None  # earliest submission; None: no first response yet
    submitted_at: datetime | None = None
    remote_id: str | None = None
    progress: int = 0  # percent, as the API said
    estimate: int | None = None  # seconds from submission, as the API said
    due_at: datetime | None = None  # when to look at it again
    ended_at: datetime | None = None
    reason: Reason | None = None  # why it ended without a video
    error_code: str = ""  # the API's own code; only shown
    error_message: str = ""
    candidate: str | None = None  # ids that callbacks named; not believed until read back
    film_url: str | None = None
    film_until: datetime | None = None  # when the link expires
    muted: bool = False  # the person asked not to be pinged
    deleted_by: int | None = None  # who deleted the video
    first_at: datetime | None = None  # when a moderator moved it to the front of its server's queue
    tries: int = 0  # how often the API refused it for its own sake
    stalled: bool = False  # takes far too long: still watched, but frees its place

    @property
    def is_over(self) -> bool:
        """Whether it has an outcome."""
        return self.state in OUTCOMES

    @property
    def may_turn_up(self) -> bool:
        """Whether a lost task's late video would be noticed: the bot still looks for it, or the API
        has a callback address."""
        return self.due_at is not None or self.reason is Reason.NO_CALLBACK

    @property
    def is_spoiler(self) -> bool:
        """Whether the video is hidden behind a spoiler."""
        return bool(json.loads(self.decided_by).get("spoiler"))

    @property
    def asked(self) -> dict[str, object]:
        """The duration, quality and sound that its requester asked for, if a moderator approved
        a cheaper version; else empty."""
        return dict(json.loads(self.decided_by).get("asked", {}))


class RemoteStatus(StrEnum):
    """`status` of the video API; `cancelled` occurs although the reference page lacks it."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"  # an unknown word: the bot looks again, and it is never an outcome


class VideoUpdate(Struct, frozen=True, kw_only=True):
    """News about a task, from the answer to its submission or from reading it."""

    remote_id: str
    status: RemoteStatus
    model: str = ""
    created_at: datetime | None = None
    duration: int | None = None  # `task_info.video_duration`, seconds
    progress: int | None = None
    estimate: int | None = None  # `task_info.estimated_time`, seconds
    reserved: float | None = None  # `usage.credits_reserved`, in credits or in 1/10,000 of one
    film_url: str | None = None
    ended_at: datetime | None = None  # by the API's clock, if it says
    reason: Reason | None = None  # why it failed or was cancelled
    error_code: str = ""
    error_message: str = ""
    is_released: bool = False  # the API itself says that nothing is charged
    returned: float = 0.0  # the share of the charge that it says it returned, 0 to 1


class Balance(Struct, frozen=True, kw_only=True):
    """Credits left on the account, and for this key if it has its own limit."""

    account: float
    key: float | None = None

    @property
    def credits(self) -> float:
        """What can be spent."""
        return self.account if self.key is None else min(self.account, self.key)
