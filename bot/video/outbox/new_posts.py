"""Makes posts, with one function per kind. Callers add them."""

from datetime import datetime, timedelta

from bot.video.values.boards import Board
from bot.video.values.contents import (
    ApprovalContent,
    BoardContent,
    BoardLinkContent,
    Content,
    FilmContent,
    Nothing,
    QueueContent,
    Report,
    ReportContent,
    ShowcaseContent,
)
from bot.video.values.posts import Post, PostKind, PostState, Rung
from bot.video.values.videos import VideoRequest, VideoTask

# After this long without news of the first response, the bot looks for it.
ANSWER_PATIENCE = timedelta(seconds=6)
CARD_PATIENCE = timedelta(seconds=30)  # and in a rush, until the bot shows the card once more
_ALONE = FilmContent()


def reply_id(task_id: str) -> str:
    """The id of the post that answers the command."""
    return f"{task_id}.reply"


def film_id(task_id: str) -> str:
    """The id of the post for a finished video."""
    return f"{task_id}.film"


def showcase_id(task_id: str) -> str:
    """The id of the post that shows a video in the server's showcase."""
    return f"{task_id}.showcase"


def approval_id(task_id: str) -> str:
    """The id of the post that asks the moderators about a held video."""
    return f"{task_id}.approval"


def report_id(task_id: str) -> str:
    """The id of the post about a reported video."""
    return f"{task_id}.report"


def board_post_id(board_id: str) -> str:
    """The id of the post for a storyboard's message."""
    return f"board.{board_id}"


def board_link_id(board_id: str) -> str:
    """The id of the post that leads to a storyboard in a thread."""
    return f"board_link.{board_id}"


def pinned_queue_id(server_id: int) -> str:
    """The id of the post for the queue in the moderators' channel."""
    return f"queue.{server_id}"


def private_queue_id(message_id: int) -> str:
    """The id of the post for a moderator's private queue."""
    return f"desk.{message_id}"


def reply(
    request: VideoRequest,
    task_id: str,
    *,
    application_id: int,
    token: str,
    token_until: datetime,
    now: datetime,
    message_id: int | None = None,
) -> Post:
    """The reply, `sending` from the start: it is sent as soon as this is committed. With
    `message_id` it replaces a "thinking" message."""
    return Post(
        id=reply_id(task_id),
        kind=PostKind.REPLY,
        state=PostState.SENDING,
        rung=Rung.TOKEN,
        nonce=f"{task_id}r",
        task_id=task_id,
        server_id=request.server_id,
        channel_id=request.channel_id,
        user_id=request.user_id,
        message_id=message_id,
        due_at=now + (ANSWER_PATIENCE if message_id is None else CARD_PATIENCE),
        application_id=application_id,
        token=token,
        token_until=token_until,
    )


def film(
    request: VideoRequest,
    task_id: str,
    content: FilmContent = _ALONE,
    *,
    now: datetime | None,
) -> Post:
    """The finished video; first tried in the request's channel. Without a time, another video's
    message shows it."""
    return _to_requester(
        PostKind.FILM, content, request, task_id, film_id(task_id), f"{task_id}f", now
    )


def showcase(task: VideoTask, channel_id: int, content: ShowcaseContent, *, now: datetime) -> Post:
    """A video in the server's showcase. It goes nowhere else."""
    return due(
        PostKind.SHOWCASE,
        content,
        post_id=showcase_id(task.id),
        nonce=f"{task.id}s",
        at=now,
        task_id=task.id,
        server_id=task.server_id,
        channel_id=channel_id,
    )


def outcome(request: VideoRequest, task_id: str, *, now: datetime) -> Post:
    """The news that there is no video; first tried in the request's channel."""
    return _to_requester(
        PostKind.OUTCOME, Nothing(), request, task_id, f"{task_id}.notice", f"{task_id}n", now
    )


def approval(task: VideoTask, channel_id: int, content: ApprovalContent, *, now: datetime) -> Post:
    """The card that asks the moderators about a held video."""
    return due(
        PostKind.APPROVAL,
        content,
        post_id=approval_id(task.id),
        nonce=f"{task.id}h",
        at=now,
        task_id=task.id,
        server_id=task.server_id,
        channel_id=channel_id,
    )


def report(
    task: VideoTask, channel_id: int, first: Report, *, calls: int = 0, now: datetime
) -> Post:
    """The card about a reported video; `calls` is the role that it pings."""
    return due(
        PostKind.REPORT,
        ReportContent(reports=(first,), calls=calls),
        post_id=report_id(task.id),
        nonce=f"{task.id}p",
        at=now,
        task_id=task.id,
        server_id=task.server_id,
        channel_id=channel_id,
    )


def board(board_id: str, *, server_id: int, channel_id: int, now: datetime) -> Post:
    """A storyboard's message. It belongs to its channel and goes nowhere else."""
    return due(
        PostKind.BOARD,
        BoardContent(board_id=board_id),
        post_id=board_post_id(board_id),
        nonce=f"{board_id}b",
        at=now,
        server_id=server_id,
        channel_id=channel_id,
    )


def board_link(board: Board, *, channel_id: int, now: datetime) -> Post:
    """The line that leads a channel to a storyboard in a thread."""
    return due(
        PostKind.BOARD,
        BoardLinkContent(board_id=board.id),
        post_id=board_link_id(board.id),
        nonce=f"{board.id}l",
        at=now,
        server_id=board.server_id,
        channel_id=channel_id,
    )


def private_queue(
    server_id: int,
    message_id: int,
    content: QueueContent,
    *,
    channel_id: int,
    application_id: int,
    token: str,
    token_until: datetime,
) -> Post:
    """A moderator's open queue: a message that exists, edited with its token."""
    return Post(
        id=private_queue_id(message_id),
        kind=PostKind.QUEUE,
        state=PostState.THERE,
        rung=Rung.TOKEN,
        nonce=f"d{message_id}",
        content=content,
        server_id=server_id,
        channel_id=channel_id,
        message_id=message_id,
        application_id=application_id,
        token=token,
        token_until=token_until,
    )


def due(
    kind: PostKind,
    content: Content,
    *,
    post_id: str,
    nonce: str,
    at: datetime | None,
    task_id: str | None = None,
    server_id: int = 0,
    channel_id: int = 0,
    user_id: int = 0,
    rung: Rung = Rung.CHANNEL,
) -> Post:
    """A message to a channel, to a person, or without either to the operator."""
    return Post(
        id=post_id,
        kind=kind,
        state=PostState.DUE,
        rung=rung,
        nonce=nonce,
        task_id=task_id,
        content=content,
        server_id=server_id,
        channel_id=channel_id,
        user_id=user_id,
        due_at=at,
    )


def _to_requester(
    kind: PostKind,
    content: Content,
    request: VideoRequest,
    task_id: str,
    post_id: str,
    nonce: str,
    now: datetime | None,
) -> Post:
    return due(
        kind,
        content,
        post_id=post_id,
        nonce=nonce,
        at=now,
        task_id=task_id,
        server_id=request.server_id,
        channel_id=request.channel_id,
        user_id=request.user_id,
    )
