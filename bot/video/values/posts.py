"""The messages that the bot owes or has sent."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class PostKind(StrEnum):
    """What a message is for."""

    REPLY = "reply"  # the answer to the command, edited until the end
    FILM = "film"  # the finished film, a message of its own
    NOTICE = "notice"  # a line to the operator, or to a person
    CARD = "card"  # a message that stands for something other than one task


class PostState(StrEnum):
    """Where a message we owe stands."""

    DUE = "due"
    SENDING = "sending"  # committed before the call: it may or may not be there
    THERE = "there"
    GONE = "gone"  # nowhere to show it, or deleted; nothing is owed any more
    INBOX = "inbox"  # kept for `/videos inbox`


class Rung(StrEnum):
    """Where a message goes; a definite refusal leads to the next one."""

    TOKEN = "token"  # the reply, by the interaction's token
    MESSAGE = "message"  # the reply, by the bot's own token
    CHANNEL = "channel"
    PARENT = "parent"  # the thread's parent channel
    DM = "dm"
    INBOX = "inbox"


PUBLIC = frozenset({Rung.CHANNEL, Rung.PARENT})  # where others than the requester see a film


class Post(Struct, frozen=True, kw_only=True):
    """A message we owe or have sent: a row. `nonce` lets Discord recognise a repeat."""

    id: str
    kind: PostKind
    state: PostState
    rung: Rung
    nonce: str
    task_id: str | None = None
    subject: str = ""  # what a notice or card is about
    content: str = "{}"  # what a notice or card says, as JSON
    server_id: int = 0
    channel_id: int = 0
    user_id: int = 0
    message_id: int | None = None
    sent_to: int | None = None  # the channel it was sent to, when not `channel_id`
    attempts: int = 0
    is_doubted: bool = False  # it may be there already: a repeat does not ping
    due_at: datetime | None = None
    application_id: int = 0
    token: str = ""  # of the interaction; wiped when it is of no use any more
    token_until: datetime | None = None
