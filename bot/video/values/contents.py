"""What a message says beside what its video says: a value for each kind of message.

`bot.db.contents` keeps them as JSON, so a field's name and a tag stay as they are."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from bot.video.values.videos import State

BOARD_INTERVAL = timedelta(seconds=3)  # between two edits of a storyboard's message


class Content(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """What any message may have."""

    is_purged: bool = False  # the message, of a video every copy, is to go or is gone
    is_hinted: bool = False  # its person was told that it is in their inbox


class Nothing(Content, frozen=True, kw_only=True, tag="nothing"):
    """Its video says it all, or what it said is forgotten."""


class FilmContent(Content, frozen=True, kw_only=True, tag="film"):
    """The file of a finished video."""

    kept_at: str | None = None  # our own address of a file that was too large for Discord
    is_unfetched: bool = False  # could not be fetched, so that its size is not known
    is_gone: bool = False  # the link was dead before anybody fetched it
    is_too_large: bool = False  # Discord has refused the upload


class Why(StrEnum):
    """Why a video waits for a moderator."""

    NEW = "new"
    ROLE = "role"
    PRICE = "price"
    RULE = "rule"
    MODERATOR = "moderator"  # one of them stopped it


class Decision(StrEnum):
    """What a moderator decided about a held video."""

    APPROVED = "approved"
    DENIED = "denied"


class ApprovalContent(Content, frozen=True, kw_only=True, tag="approval"):
    """A held video that waits for a moderator's decision."""

    why: Why | None = None
    rule: str = ""  # the name of the rule that holds it
    words: str = ""  # what the rule matched; "" when it is kept no longer
    is_costly: bool = False  # the rule took too long
    decision: Decision | None = None
    decided_by: int = 0


class Report(Struct, frozen=True, kw_only=True):
    """What one member reported."""

    by: int
    reason: str


class ReportContent(Content, frozen=True, kw_only=True, tag="report"):
    """A video that members reported."""

    reports: tuple[Report, ...] = ()
    dismissed_by: int | None = None


class QueueRow(Struct, frozen=True, kw_only=True):
    """A video that waits or runs, as moderators see it."""

    task_id: str
    user_id: int
    state: State
    price: int  # in 1/10,000 credit
    asked_at: int  # seconds since 1970
    words: str  # the beginning of its prompt
    is_first: bool = False  # a moderator put it first


class QueueContent(Content, frozen=True, kw_only=True, tag="queue"):
    """A page of a server's queue."""

    page: int = 0
    rows: tuple[QueueRow, ...] = ()
    has_more: bool = False
    locale: str | None = None
    is_closed: bool = False  # follows no longer; offers to open the queue again


class BoardContent(Content, frozen=True, kw_only=True, tag="board"):
    """What a storyboard's message showed last, and when."""

    board_id: str
    look: str = ""
    at: float = 0.0  # seconds since 1970

    @property
    def free_at(self) -> datetime:
        """When it may be edited again."""
        return datetime.fromtimestamp(self.at, UTC) + BOARD_INTERVAL


Facts = Mapping[str, object]  # by the names that a text of the catalogue has for them


class AuditContent(Content, frozen=True, kw_only=True, tag="audit"):
    """A line of the audit trail, in the server's audit channel."""

    action: str
    actor: int
    user: int = 0
    task: str | None = None
    message: tuple[int, int, int] | None = None  # about the video: its server, channel and id
    locale: str | None = None  # that the server set
    details: Facts = {}
    is_forgotten: bool = False  # nothing is left to say of whom it was about


class PersonContent(Content, frozen=True, kw_only=True):
    """A line to one person about a server."""

    locale: str
    server: str
    at: float | None = None  # seconds since 1970; None where it does not matter


class BlockedContent(PersonContent, frozen=True, kw_only=True, tag="blocked"):
    """A moderator blocked the person."""

    until: float | None = None  # seconds since 1970; None: until unblocked
    reason: str = ""


class UnblockedContent(PersonContent, frozen=True, kw_only=True, tag="unblocked"):
    """A moderator unblocked the person."""


class ModeratorsGoneContent(PersonContent, frozen=True, kw_only=True, tag="moderators_gone"):
    """Nobody reads what goes to the moderators' channel, says the bot to who owns the server."""


class BudgetContent(Content, frozen=True, kw_only=True, tag="budget"):
    """How much of its monthly budget a server has used, for its moderators."""

    share: int  # percent; 100: less is left than the cheapest video costs
    spent: int  # in 1/10,000 credit
    budget: int  # in 1/10,000 credit
    locale: str | None = None  # that the server set

    @property
    def text_key(self) -> str:
        """Its text in the catalogue."""
        return "budget.spent" if self.share == 100 else "budget.share"


class OperatorContent(Content, frozen=True, kw_only=True, tag="operator"):
    """News for the operator; the text is `operator.<cause>` of the catalogue."""

    cause: str
    facts: Facts = {}


AnyContent = (
    Nothing
    | FilmContent
    | ApprovalContent
    | ReportContent
    | QueueContent
    | BoardContent
    | AuditContent
    | BlockedContent
    | UnblockedContent
    | ModeratorsGoneContent
    | BudgetContent
    | OperatorContent
)
