"""A server's queue as moderators see it, and the messages that keep showing it.

A moderator's private message follows until shortly before its token ends, the pinned one in the
moderators' channel forever. A row holds what a message shows, so that nothing is edited in vain."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from bot.errors import Refusal
from bot.video.outbox import new_posts
from bot.video.outbox.change import change, let_go, move
from bot.video.outbox.new_posts import pinned_queue_id, private_queue_id
from bot.video.outbox.takes import takes_of
from bot.video.ports.books import Books
from bot.video.servers.audit import Act
from bot.video.values.contents import QueueContent, QueueRow
from bot.video.values.posts import Post, PostKind, PostState, Rung
from bot.video.values.videos import WAITING, State, VideoTask, new_id

PAGE = 5  # videos
WORDS = 120  # characters of a prompt
CLOSES = timedelta(minutes=2)  # before the token ends: looks are a minute apart
MOST_HELD = 25  # decided at once; as many as one select menu shows
LOOKED = 200  # videos without an outcome among which the held ones are looked for
INTERVAL = timedelta(seconds=3)  # between two edits of a message


def page_of(books: Books, server_id: int, page: int, *, locale: str | None = None) -> QueueContent:
    """A page of what waits and runs; the first page if this one is gone."""
    tasks = books.entries(server_id, limit=PAGE + 1, offset=page * PAGE)
    if page and not tasks:
        return page_of(books, server_id, 0, locale=locale)
    rows = tuple(_row(books, task) for task in tasks[:PAGE])
    is_paused = books.settings(server_id).paused
    return QueueContent(
        page=page,
        rows=rows,
        has_more=len(tasks) > PAGE,
        is_paused=is_paused or books.is_paused(),
        may_resume=is_paused,
        locale=locale,
    )


def held(books: Books, server_id: int) -> list[QueueRow]:
    """The oldest videos that wait for a moderator, at most `MOST_HELD`."""
    found = books.entries(server_id, limit=LOOKED)
    waiting = [task for task in found if task.state is State.HELD]
    return [_row(books, task) for task in waiting[:MOST_HELD]]


def follow(
    books: Books,
    server_id: int,
    message_id: int,
    shown: QueueContent,
    *,
    channel_id: int,
    application_id: int,
    token: str,
    token_until: datetime,
) -> None:
    """Note that a message now shows this page of the queue, and keep it up to date."""
    pinned = books.look_up_post(pinned_queue_id(server_id))
    if pinned is not None and pinned.message_id == message_id:
        change(books, pinned.id, shown)
        return
    post_id = private_queue_id(message_id)
    if books.look_up_post(post_id) is None:
        post = new_posts.private_queue(
            server_id,
            message_id,
            shown,
            channel_id=channel_id,
            application_id=application_id,
            token=token,
            token_until=token_until,
        )
        books.add_post(post)
        return
    change(
        books,
        post_id,
        shown,
        state=PostState.THERE,
        due_at=None,
        rung=Rung.TOKEN,
        token=token,
        token_until=token_until,
    )


class Seen(Struct, frozen=True, kw_only=True):
    """What a message of the queue shows."""

    page: int = 0
    is_pinned: bool = False  # in the moderators' channel, for all moderators
    language: str | None = None  # the server's setting


def seen(books: Books, server_id: int, message_id: int) -> Seen:
    """Which page a message shows, and whether it is the pinned one."""
    pinned = books.look_up_post(pinned_queue_id(server_id))
    if pinned is not None and pinned.message_id == message_id:
        language = books.settings(server_id).language
        return Seen(page=_shown(pinned).page, is_pinned=True, language=language)
    private = books.look_up_post(private_queue_id(message_id))
    return Seen(page=0 if private is None else _shown(private).page)


def pin(books: Books, act: Act) -> None:
    """Pin the queue to the moderators' channel. Raises `Refusal` if none is set."""
    settings = books.settings(act.server_id)
    channel_id = settings.moderators_channel
    if channel_id is None:
        raise Refusal("no_moderators_channel")
    shown = page_of(books, act.server_id, 0, locale=settings.language)
    post_id = pinned_queue_id(act.server_id)
    if books.look_up_post(post_id) is None:
        books.add_post(
            new_posts.due(
                PostKind.QUEUE,
                shown,
                post_id=post_id,
                nonce=new_id(act.choose),
                at=act.now,
                server_id=act.server_id,
                channel_id=channel_id,
            )
        )
    else:
        change(books, post_id, shown)
        move(books, post_id, channel_id, choose=act.choose, now=act.now)
    act.record(books, "queue_posted", channel=channel_id)


def refresh(books: Books, post_ids: Iterable[str], now: datetime) -> None:
    """Owe an edit to every queue that looks different now, and end those whose token ends."""
    for post_id in post_ids:
        post = books.hold_post(post_id)  # a moderator may be turning its page
        shown = _shown(post)
        if shown.is_closed:
            if post.state is PostState.THERE:  # its last edit was made
                let_go(books, post.id, token="")
        elif (fresh := _fresh(books, post, shown, now)) != shown:
            change(books, post.id, fresh, at=now + INTERVAL)


def _fresh(books: Books, post: Post, shown: QueueContent, now: datetime) -> QueueContent:
    """What a queue should show now; its last edit offers to reopen it."""
    if post.token_until is not None and now >= post.token_until - CLOSES:
        return QueueContent(is_closed=True, locale=shown.locale)
    return page_of(books, post.server_id, shown.page, locale=shown.locale)


def _shown(post: Post) -> QueueContent:
    return post.content if isinstance(post.content, QueueContent) else QueueContent()


def _row(books: Books, task: VideoTask) -> QueueRow:
    request = books.request(task.request_id)
    spec = request.spec
    takes = [task]
    if task.take and task.state in WAITING:
        takes = [each for each in takes_of(books, task) if each.state is task.state]
    prompt = spec.prompt or " / ".join(shot.prompt for shot in spec.shots)
    return QueueRow(
        task_id=task.id,
        user_id=task.user_id,
        state=task.state,
        price=sum(each.price for each in takes),
        takes=len(takes),
        asked_at=int(task.created_at.timestamp()),
        words=prompt[:WORDS],
        is_first=task.first_at is not None,
        seconds=spec.duration,
        channel_id=request.channel_id,
    )
