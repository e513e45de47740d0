"""A server's queue as moderators see it, and the messages that keep showing it.

A moderator's private message follows until shortly before its token ends, the pinned one in the
moderators' channel forever. A row holds what a message shows, so that nothing is edited in vain."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from bot.errors import Refusal
from bot.video.ports.books import Books
from bot.video.servers.audit import Act
from bot.video.values.posts import Post, PostKind, PostState, Rung
from bot.video.values.videos import VideoTask, new_id

SUBJECT = "queue"
PAGE = 5  # videos
WORDS = 120  # characters of a prompt
CLOSES = timedelta(minutes=2)  # before the token ends: looks are a minute apart
INTERVAL = timedelta(seconds=3)  # between two edits of a message


def page_of(books: Books, server_id: int, page: int) -> dict[str, Any]:
    """A page of what waits and runs, ready for JSON; the first page if this one is gone."""
    tasks = books.under_way(server_id, limit=PAGE + 1, offset=page * PAGE)
    if page and not tasks:
        return page_of(books, server_id, 0)
    rows = [_row(books, task) for task in tasks[:PAGE]]
    return {"page": page, "rows": rows, "more": len(tasks) > PAGE}


def private_id(message_id: int) -> str:
    """The id of the post for a moderator's private queue."""
    return f"desk.{message_id}"


def pinned_id(server_id: int) -> str:
    """The id of the post for the queue in the moderators' channel."""
    return f"{SUBJECT}.{server_id}"


def follow(
    books: Books,
    server_id: int,
    message_id: int,
    shown: Mapping[str, Any],
    *,
    channel_id: int,
    application_id: int,
    token: str,
    token_until: datetime,
) -> None:
    """Note that a message now shows this page of the queue, and keep it up to date."""
    content = json.dumps(shown)
    pinned = books.look_up_post(pinned_id(server_id))
    if pinned is not None and pinned.message_id == message_id:
        books.change_post(pinned.id, content=content)
        return
    alive = {"content": content, "token": token, "token_until": token_until}
    if books.look_up_post(private_id(message_id)) is not None:
        books.change_post(
            private_id(message_id), state=PostState.THERE, due_at=None, rung=Rung.TOKEN, **alive
        )
        return
    books.add_post(
        Post(
            id=private_id(message_id),
            kind=PostKind.CARD,
            state=PostState.THERE,
            rung=Rung.TOKEN,
            nonce=f"d{message_id}",
            subject=SUBJECT,
            server_id=server_id,
            channel_id=channel_id,
            message_id=message_id,
            application_id=application_id,
            content=content,
            token=token,
            token_until=token_until,
        )
    )


class Seen(Struct, frozen=True, kw_only=True):
    """What a message of the queue shows."""

    page: int = 0
    is_pinned: bool = False  # in the moderators' channel, for all moderators
    language: str | None = None  # the server's setting


def seen(books: Books, server_id: int, message_id: int) -> Seen:
    """Which page a message shows, and whether it is the pinned one."""
    pinned = books.look_up_post(pinned_id(server_id))
    if pinned is not None and pinned.message_id == message_id:
        page = json.loads(pinned.content)["page"]
        language = books.settings(server_id).language
        return Seen(page=page, is_pinned=True, language=language)
    private = books.look_up_post(private_id(message_id))
    return Seen(page=0 if private is None else json.loads(private.content).get("page", 0))


def pin(books: Books, act: Act) -> None:
    """Pin the queue to the moderators' channel. Raises `Refusal` if none is set."""
    settings = books.settings(act.server_id)
    channel_id = settings.moderators_channel
    if channel_id is None:
        raise Refusal("no_moderators_channel")
    fresh: dict[str, Any] = {
        "state": PostState.DUE,
        "rung": Rung.CHANNEL,
        "nonce": new_id(act.choose),
        "channel_id": channel_id,
        "message_id": None,
        "sent_to": None,
        "due_at": act.now,
        "content": json.dumps(page_of(books, act.server_id, 0) | {"locale": settings.language}),
    }
    post_id = pinned_id(act.server_id)
    if books.look_up_post(post_id) is not None:
        books.change_post(post_id, **fresh)
    else:
        post = Post(
            id=post_id, kind=PostKind.CARD, subject=SUBJECT, server_id=act.server_id, **fresh
        )
        books.add_post(post)
    act.record(books, "queue_posted", channel=channel_id)


def refresh(books: Books, now: datetime) -> None:
    """Owe an edit to every queue that looks different now, and end those whose token ends."""
    for listed in books.open_cards(SUBJECT):
        post = books.hold_post(listed.id)  # a moderator may be turning its page
        shown = json.loads(post.content)
        if shown.get("closed"):
            _let_go(books, post)
        elif post.token_until is not None and now >= post.token_until - CLOSES:
            _show(books, post, {"closed": True, "locale": shown.get("locale")}, now)
        else:
            fresh = shown | page_of(books, post.server_id, shown.get("page", 0))
            if fresh != shown:
                _show(books, post, fresh, now)


def _show(books: Books, post: Post, content: Mapping[str, Any], now: datetime) -> None:
    changes: dict[str, Any] = {"content": json.dumps(content)}
    if post.state is PostState.THERE:
        changes |= {"state": PostState.DUE, "due_at": now + INTERVAL}
    books.change_post(post.id, **changes)


def _let_go(books: Books, post: Post) -> None:
    """Forget it: its last edit, which offers to reopen it, was made."""
    if post.state is PostState.THERE:
        books.change_post(post.id, state=PostState.GONE, token="")


def _row(books: Books, task: VideoTask) -> dict[str, Any]:
    spec = books.request(task.request_id).spec
    prompt = spec.prompt or " / ".join(shot.prompt for shot in spec.shots)
    return {
        "task": task.id,
        "user": task.user_id,
        "state": task.state,
        "price": task.price,
        "at": int(task.created_at.timestamp()),
        "words": prompt[:WORDS],
        "first": task.first_at is not None,
    }
