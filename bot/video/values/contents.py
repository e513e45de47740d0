"""What a message says besides its video's card: one value for each kind of message.

`bot.db.contents` stores them as JSON, so names of fields and tags never change."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from bot.video.values.videos import State

BOARD_INTERVAL = timedelta(seconds=3)  # between two edits of a storyboard's message


class Content(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """Fields that any message may have."""

    is_purged: bool = False  # the message (for a video, every copy) is to be removed, or was
    is_hinted: bool = False  # its person was told that it is in their inbox
    calls: int = 0  # the role that it pings


class Nothing(Content, frozen=True, kw_only=True, tag="nothing"):
    """No content: the video's card says it all, or the content was deleted."""


class FilmContent(Content, frozen=True, kw_only=True, tag="film"):
    """A finished video's file."""

    kept_at: str | None = None  # our own address of a file that was too large for Discord
    is_unfetched: bool = False  # the download failed, so the size is unknown
    is_gone: bool = False  # the link was dead before the first download
    is_too_large: bool = False  # Discord refused the upload
    with_others: tuple[str, ...] = ()  # the tasks whose videos are in the same message
    carried_by: str = ""  # the task whose post sends that message, if it is not this one's


class ShowcaseContent(FilmContent, frozen=True, kw_only=True, tag="showcase"):
    """A finished video in the server's showcase."""

    source: str | None = None  # Discord's own copy, if the service's link was over


class Why(StrEnum):
    """Why a video waits for a moderator."""

    NEW = "new"
    ROLE = "role"
    PRICE = "price"
    RULE = "rule"
    MODERATOR = "moderator"  # a moderator stopped it


class Decision(StrEnum):
    """What a moderator decided about a held video."""

    APPROVED = "approved"
    DENIED = "denied"


class ApprovalContent(Content, frozen=True, kw_only=True, tag="approval"):
    """A held video that waits for a moderator's decision."""

    why: Why | None = None
    rule: str = ""  # the rule that holds it
    words: str = ""  # what the rule matched; "" once it is deleted
    is_costly: bool = False  # the rule took too long
    above: int | None = None  # credits from which approval is needed, if that is why
    new_days: int | None = None  # days during which a member is new, if that is why
    role: int | None = None  # the role that needs approval, if that is why
    decision: Decision | None = None
    decided_by: int = 0


class Report(Struct, frozen=True, kw_only=True):
    """One member's report."""

    by: int
    reason: str


class ReportContent(Content, frozen=True, kw_only=True, tag="report"):
    """A video that members reported."""

    reports: tuple[Report, ...] = ()
    dismissed_by: int | None = None


class QueueRow(Struct, frozen=True, kw_only=True):
    """A waiting or running video, as moderators see it."""

    task_id: str
    user_id: int
    state: State
    price: int  # in 1/10,000 credit
    asked_at: int  # seconds since 1970
    words: str  # the start of its prompt
    is_first: bool = False  # a moderator moved it to the front
    takes: int = 1  # of one request; the price is of all of them
    seconds: int = 0  # of each; 0: unknown, in a row of an earlier version
    channel_id: int = 0


class QueueContent(Content, frozen=True, kw_only=True, tag="queue"):
    """A page of a server's queue."""

    page: int = 0
    rows: tuple[QueueRow, ...] = ()
    has_more: bool = False
    locale: str | None = None
    is_paused: bool = False  # the server, or the whole bot
    may_resume: bool = False  # the server is paused, which its moderators can end
    is_closed: bool = False  # no longer updated; offers to reopen the queue


class BoardContent(Content, frozen=True, kw_only=True, tag="board"):
    """What a storyboard's message showed last, and when."""

    board_id: str
    look: str = ""
    at: float = 0.0  # seconds since 1970

    @property
    def free_at(self) -> datetime:
        """When it may be edited again."""
        return datetime.fromtimestamp(self.at, UTC) + BOARD_INTERVAL


class BoardLinkContent(Content, frozen=True, kw_only=True, tag="board_link"):
    """Leads from a channel to a storyboard in a thread."""

    board_id: str


Facts = Mapping[str, object]  # by the placeholders of the catalogue's text


class AuditContent(Content, frozen=True, kw_only=True, tag="audit"):
    """A line of the audit, in the server's audit channel."""

    action: str
    actor: int
    user: int = 0
    task: str | None = None
    message: tuple[int, int, int] | None = None  # the video's message: server, channel and id
    locale: str | None = None  # the server's setting
    details: Facts = {}
    is_forgotten: bool = False  # everything about its person was deleted


class PersonContent(Content, frozen=True, kw_only=True):
    """A line to one person about a server."""

    locale: str
    server: str
    at: float | None = None  # seconds since 1970; None if it does not matter


class BlockedContent(PersonContent, frozen=True, kw_only=True, tag="blocked"):
    """A moderator blocked the person."""

    until: float | None = None  # seconds since 1970; None: until unblocked
    reason: str = ""


class UnblockedContent(PersonContent, frozen=True, kw_only=True, tag="unblocked"):
    """A moderator unblocked the person."""


class ModeratorsGoneContent(PersonContent, frozen=True, kw_only=True, tag="moderators_gone"):
    """Tells a server's owner that nobody reads the moderators' channel."""


class WelcomeContent(PersonContent, frozen=True, kw_only=True, tag="welcome"):
    """The bot's first words in a server: in a channel of it, or else to its owner."""


class BudgetContent(Content, frozen=True, kw_only=True, tag="budget"):
    """How much of its monthly budget a server has used, for its moderators."""

    share: int  # percent; 100: the rest is less than the cheapest video costs
    spent: int  # in 1/10,000 credit
    budget: int  # in 1/10,000 credit
    locale: str | None = None  # the server's setting

    @property
    def text_key(self) -> str:
        """The key of its text in the catalogue."""
        return "budget.spent" if self.share == 100 else "budget.share"


class CallContent(Content, frozen=True, kw_only=True, tag="call"):
    """Tells moderators, after their quiet hours, that something waits."""

    at: float  # seconds since 1970: the end of the quiet hours
    waiting: int = 0  # cards without a decision
    locale: str | None = None  # the server's setting


class OperatorContent(Content, frozen=True, kw_only=True, tag="operator"):
    """News for the operator, worded by the text `operator.<cause>`."""

    cause: str
    facts: Facts = {}


AnyContent = (
    Nothing
    | FilmContent
    | ShowcaseContent
    | ApprovalContent
    | ReportContent
    | QueueContent
    | BoardContent
    | BoardLinkContent
    | AuditContent
    | BlockedContent
    | UnblockedContent
    | ModeratorsGoneContent
    | WelcomeContent
    | BudgetContent
    | CallContent
    | OperatorContent
)
