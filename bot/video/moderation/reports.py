"""Films that members report: one card a film in the moderators' channel, until it is dealt with."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from bot.errors import Refusal
from bot.video.moderation.acts import film_of
from bot.video.moderation.channel import move
from bot.video.outbox.contents import rewrite
from bot.video.ports.books import Books
from bot.video.servers import audit
from bot.video.servers.audit import Act
from bot.video.values.posts import Post, PostKind, PostState, Rung
from bot.video.values.videos import VideoTask
from bot.video.values.visible import seen

SUBJECT = "report"
REASON_LIMIT = 200  # characters
SHOWN = 5  # reports on a card; later ones are counted


def report_id(task_id: str) -> str:
    """The id of the post about a reported film."""
    return f"{task_id}.{SUBJECT}"


def report(
    books: Books,
    task_id: str,
    *,
    server_id: int,
    by: int,
    reason: str,
    now: datetime,
    choose: Callable[[str], str],
) -> None:
    """Tell the moderators. Raises `Refusal` where nobody would read it, or said so already."""
    task = film_of(books, server_id, task_id)
    if task.deleted_by is not None:
        raise Refusal("already_deleted")
    books.lock([f"server:{server_id}"])
    channel_id = books.settings(server_id).moderators_channel
    if channel_id is None:
        raise Refusal("no_reports_here")
    said = {"by": by, "reason": (reason := seen(reason))}
    known = books.look_up_post(report_id(task_id))
    was_gone = known is not None and known.state is PostState.GONE
    if known is None:
        books.add_post(_card(task, channel_id, json.dumps({"reports": [said]}), now))
    else:
        card = rewrite(
            books, report_id(task_id), partial(_with, said), state=PostState.DUE, due_at=now
        )
        if card.channel_id != channel_id or was_gone:
            move(books, card.id, channel_id, choose=choose, now=now)
    audit.record(
        books,
        "reported",
        choose=choose,
        now=now,
        server_id=server_id,
        actor_id=by,
        user_id=task.user_id,
        task_id=task_id,
        reason=reason,
    )


def dismiss(books: Books, act: Act, task_id: str) -> None:
    """Say on the card that the film may stay. Raises `Refusal`."""
    task = film_of(books, act.server_id, task_id)
    if books.look_up_post(report_id(task_id)) is None:
        raise Refusal("unknown_film", id=task_id)
    by = {"dismissed_by": act.by}
    again: dict[str, Any] = {"state": PostState.DUE, "due_at": act.now}
    rewrite(books, report_id(task_id), lambda said: said | by, **again)
    act.record(books, "report_dismissed", user_id=task.user_id, task_id=task_id)


def _with(said: dict[str, object], known: dict[str, Any]) -> dict[str, Any]:
    """A further report opens a dismissed card again."""
    if any(each["by"] == said["by"] for each in known["reports"]):
        raise Refusal("already_reported")
    return {"reports": [*known["reports"], said]}


def _card(task: VideoTask, channel_id: int, content: str, now: datetime) -> Post:
    return Post(
        id=report_id(task.id),
        kind=PostKind.CARD,
        state=PostState.DUE,
        rung=Rung.CHANNEL,
        nonce=f"{task.id}p",
        task_id=task.id,
        subject=SUBJECT,
        content=content,
        server_id=task.server_id,
        channel_id=channel_id,
        due_at=now,
    )
