"""Discord's refusals: status, code and the nested tree for an invalid body.

https://docs.discord.com/developers/topics/opcodes-and-status-codes"""

from enum import Enum
from typing import Any

Path = tuple[str | int, ...]


class Reason(Enum):
    """Status, JSON code and message, as Discord words them."""

    UNAUTHORIZED = (401, 0, "401: Unauthorized")
    NO_ROUTE = (404, 0, "404: Not Found")
    UNKNOWN_APPLICATION = (404, 10002, "Unknown Application")
    UNKNOWN_CHANNEL = (404, 10003, "Unknown Channel")
    UNKNOWN_GUILD = (404, 10004, "Unknown Guild")
    UNKNOWN_MEMBER = (404, 10007, "Unknown Member")
    UNKNOWN_MESSAGE = (404, 10008, "Unknown Message")
    UNKNOWN_EMOJI = (400, 10014, "Unknown Emoji")
    UNKNOWN_USER = (404, 10013, "Unknown User")
    UNKNOWN_WEBHOOK = (404, 10015, "Unknown Webhook")
    UNKNOWN_INTERACTION = (404, 10062, "Unknown interaction")
    UNKNOWN_COMMAND = (404, 10063, "Unknown application command")
    NO_OVERRIDES = (404, 10066, "Unknown application command permissions")
    FOLLOW_UPS = (429, 0, "You are being rate limited.")
    OLD_EDITS = (
        429,
        30046,
        "Maximum number of edits to messages older than 1 hour reached. Try again later",
    )
    MANY_COMMANDS = (400, 30032, "Maximum number of application commands reached (100)")
    MANY_PINS = (400, 30003, "Maximum number of pins reached for the channel (250)")
    MANY_REACTIONS = (400, 30010, "Maximum number of reactions reached (20)")
    TOO_LARGE = (413, 40005, "Request entity too large")
    ALREADY_ANSWERED = (400, 40060, "Interaction has already been acknowledged.")
    MISSING_ACCESS = (403, 50001, "Missing Access")
    NOT_IN_DMS = (403, 50003, "Cannot execute action on a DM channel")
    NOT_THE_AUTHOR = (403, 50005, "Cannot edit a message authored by another user")
    EMPTY = (400, 50006, "Cannot send an empty message")
    DMS_CLOSED = (403, 50007, "Cannot send messages to this user")
    NOT_A_TEXT_CHANNEL = (400, 50008, "Cannot send messages in a non-text channel")
    MISSING_PERMISSIONS = (403, 50013, "Missing Permissions")
    BULK_COUNT = (
        400,
        50016,
        "Provided too few or too many messages to delete."
        " Must provide at least 2 and fewer than 100 messages to delete",
    )
    NO_DM_WITH_ONESELF = (400, 50007, "Cannot send messages to this user")
    TOO_OLD_FOR_BULK = (
        400,
        50034,
        "A message provided was too old to bulk delete",
    )
    WRONG_KIND = (400, 50024, "Cannot execute action on this channel type")
    DEAD_TOKEN = (401, 50027, "Invalid Webhook Token")
    INVALID_BODY = (400, 50035, "Invalid Form Body")
    ARCHIVED = (400, 50083, "Thread is archived")
    BAD_JSON = (400, 50109, "The request body contains invalid JSON.")
    THREAD_EXISTS = (400, 160004, "A thread has already been created for this message")
    LOCKED = (400, 160005, "This thread is locked")
    WORD_FILTER = (
        400,
        200000,
        "Message was blocked by automatic moderation",
    )
    HARMFUL_LINK = (400, 240000, "Message blocked by harmful links filter")


class Refused(Exception):
    """An error that answers a request instead of an effect."""

    def __init__(
        self,
        reason: Reason,
        *,
        errors: dict[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.reason = reason
        self.retry_after = retry_after
        self.status, self.code, self.message = reason.value
        self.errors = errors
        super().__init__(f"{self.status} {self.code}: {self.message}")

    def body(self) -> dict[str, Any]:
        """The JSON of Discord's answer."""
        shape: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.retry_after is not None:
            shape |= {"retry_after": self.retry_after, "global": False}
        return shape if self.errors is None else {**shape, "errors": self.errors}

    def headers(self) -> dict[str, str]:
        """The headers of a 429: how long to wait, and that Discord itself sent it."""
        if self.retry_after is None:
            return {}
        told = {"Retry-After": f"{self.retry_after:.3f}", "Via": "1.1 local"}
        shared = {"X-RateLimit-Scope": "shared"} if self.reason is Reason.FOLLOW_UPS else {}
        return told | shared


class Problems:
    """Collects what is wrong with a body, field by field, and refuses it once."""

    def __init__(self) -> None:
        self.tree: dict[str, Any] = {}

    def add(self, path: Path, code: str, message: str) -> None:
        """`path` leads to the field, `code` is Discord's word such as BASE_TYPE_BAD_LENGTH."""
        node = self.tree
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def length(self, path: Path, text: object, least: int, most: int) -> None:
        """Check the size of a string or list; anything else is a problem as well."""
        if not isinstance(text, str | list):
            self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif not least <= len(text) <= most:
            message = f"Must be between {least} and {most} in length."
            self.add(path, "BASE_TYPE_BAD_LENGTH", message)

    def refuse(self) -> None:
        """Raises `Refused` with 50035 if there are problems."""
        if self.tree:
            raise Refused(Reason.INVALID_BODY, errors=self.tree)
