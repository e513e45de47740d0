"""The messages that the bot owes or has sent."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from bot.video.values.contents import Content, Nothing


class PostKind(StrEnum):
    """What a message is for."""

    REPLY = "reply"  # the answer to the command, edited until the end
    FILM = "film"  # the finished video, as its own message
    SHOWCASE = "showcase"  # the finished video in the server's showcase
    OUTCOME = "outcome"  # tells that there is no video, besides the reply
    APPROVAL = "approval"  # asks the moderators about a held video
    REPORT = "report"  # tells the moderators about a reported video
    QUEUE = "queue"  # a page of the queue, for moderators
    BOARD = "board"  # a storyboard, or the line that leads to one
    AUDIT = "audit"  # a line in the audit channel
    PERSON = "person"  # a line to one person about a server
    BUDGET = "budget"  # a line to a server's moderators: about its budget, or what still waits
    OPERATOR = "operator"  # a line to the operator


# These stay in their channel; changes edit them there.
CARDS = frozenset({PostKind.APPROVAL, PostKind.REPORT, PostKind.QUEUE, PostKind.BOARD})


WITH_FILM = frozenset({PostKind.FILM, PostKind.SHOWCASE})  # their file is uploaded once


class PostState(StrEnum):
    """How far a message is."""

    DUE = "due"
    SENDING = "sending"  # committed before the call: the message may or may not be there
    THERE = "there"
    GONE = "gone"  # no place to show it, or deleted; nothing more is owed
    INBOX = "inbox"  # kept for `/videos inbox`


UNSETTLED = frozenset({PostState.DUE, PostState.SENDING})


class Rung(StrEnum):
    """Where a message goes; after a definite refusal, the next rung."""

    TOKEN = "token"  # the reply, with the interaction's token
    MESSAGE = "message"  # the reply, with the bot's own token
    CHANNEL = "channel"
    PARENT = "parent"  # the thread's parent channel
    DM = "dm"
    INBOX = "inbox"


PUBLIC = frozenset({Rung.CHANNEL, Rung.PARENT})  # where people other than the requester see a video


class Post(Struct, frozen=True, kw_only=True):
    """A message we owe or have sent: one row. Discord recognises a repeat by `nonce`."""

    id: str
    kind: PostKind
    state: PostState
    rung: Rung
    nonce: str
    task_id: str | None = None
    content: Content = Nothing()
    server_id: int = 0
    channel_id: int = 0
    user_id: int = 0
    message_id: int | None = None
    sent_to: int | None = None  # the channel it went to, if not `channel_id`
    attempts: int = 0
    is_doubted: bool = False  # it may be there already, so a repeat does not ping
    due_at: datetime | None = None
    application_id: int = 0
    token: str = ""  # the interaction's; wiped once it is useless
    token_until: datetime | None = None
    owner: int = 0  # the process that delivers it now, if it belongs to no task
    first_due_at: datetime | None = None  # of one that belongs to no task
