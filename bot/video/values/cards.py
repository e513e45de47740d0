"""Everything there is to show about one task. `bot.ui` decides how it looks."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from bot.video.values.limits import Shortage
from bot.video.values.posts import PUBLIC, Post, PostState
from bot.video.values.videos import State, VideoRequest, VideoTask
from bot.video.values.waiting import Halt

FAR = 200  # places; of a longer queue, a card only says that it is long


class BoardName(Struct, frozen=True, kw_only=True):
    """What people call a storyboard: by its words, or without any by its number; 0 is unknown."""

    words: str
    number: int = 0


class Take(Struct, frozen=True, kw_only=True):
    """Which take of which board a video is; the number counts from 1."""

    number: int
    board: BoardName
    message: tuple[int, int, int] | None = None  # the board's: server, channel and id


class Sheet(Struct, frozen=True, kw_only=True):
    """What the cards of a task are drawn from: all takes of its request in their order, and all
    their posts by id."""

    task: VideoTask
    request: VideoRequest
    takes: tuple[VideoTask, ...]
    posts: Mapping[str, Post]


class Card(Struct, frozen=True, kw_only=True):
    """Everything there is to show about one task."""

    request: VideoRequest
    task: VideoTask
    place: int | None = (
        None  # 1 is next, counted no further than to the first that is far; None if not waiting
    )
    turn_at: datetime | None = (
        None  # about when its turn comes; None if not waiting, or too far away
    )
    is_late: bool = False  # the start that its reply announced has passed
    credited_to: int | None = None  # the author of the video it follows
    film: Post | None = None
    reply: Post | None = None  # only for messages that link to it
    notice: Post | None = None  # tells that there is no video, besides the reply
    is_paused: bool = False  # nothing is submitted at the moment
    halt: Halt | None = None  # the pause that keeps it waiting
    shortage: Shortage | None = None  # why it still waits although its turn has come
    take: Take | None = None
    takes: tuple["Card", ...] = ()  # all takes of the request, if it is for several

    @property
    def all(self) -> tuple["Card", ...]:
        """The cards of all takes, or this one."""
        return self.takes or (self,)

    @property
    def is_far(self) -> bool:
        """Whether so many videos wait that nobody counts them."""
        return self.place is not None and self.place > FAR

    @property
    def number(self) -> int:
        """Its number on its board, else among the takes of its request; 0 for an only one."""
        return self.task.take if self.take is None else self.take.number

    @property
    def is_over(self) -> bool:
        """Whether every take has an outcome."""
        return all(each.task.is_over for each in self.all)

    @property
    def price(self) -> int:
        """Of all takes, in 1/10,000 credit."""
        return sum(each.task.price for each in self.all)

    @property
    def is_posted(self) -> bool:
        """Whether the video was posted where others see it, and still is."""
        if self.film is None or self.task.deleted_by is not None:
            return False
        return self.film.state is PostState.THERE and self.film.rung in PUBLIC

    @property
    def is_told(self) -> bool:
        """Whether a message of its own tells, where the reply is, that there is no video."""
        notice = self.notice
        return notice is not None and notice.state is PostState.THERE and notice.rung in PUBLIC

    @property
    def is_taken_away(self) -> bool:
        """Whether someone other than the requester removed the video."""
        return self.task.deleted_by not in (None, self.task.user_id)

    @property
    def removed_because(self) -> str:
        """The reason that a moderator gave for removing it; a failed video has the service's words
        in its place."""
        is_theirs = self.is_taken_away and self.task.state is not State.FAILED
        return self.task.error_message if is_theirs else ""
