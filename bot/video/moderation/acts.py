"""What moderators do to people and videos: block, unblock, cancel, move to the front, purge.

Each act is one transaction with an audit entry. Callers check permissions."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import Reason, Refusal, RuleRefusal
from bot.video.outbox import owed
from bot.video.outbox.change import change
from bot.video.outbox.notices import once, person_post_id, tell_person
from bot.video.outbox.takes import remove, takes_of
from bot.video.ports.books import Books
from bot.video.ports.tasks import Search
from bot.video.servers.audit import Act
from bot.video.values.contents import (
    BlockedContent,
    Content,
    PersonContent,
    UnblockedContent,
)
from bot.video.values.moderation import Block
from bot.video.values.posts import Post, PostKind, PostState
from bot.video.values.videos import WAITING, State, VideoRequest, VideoTask
from bot.video.values.visible import seen

REASON_LIMIT = 300  # characters
LATEST = 5  # videos of a person that a moderator sees
DAY = timedelta(days=1)
MOST_TOLD = 3  # messages about blocks to a person, in 24 hours


def check_block(books: Books, server_id: int, user_id: int, now: datetime) -> None:
    """Raises `RuleRefusal` for a blocked person, with the time their block ends."""
    block = books.block(server_id, user_id)
    if block is None or (block.until is not None and block.until <= now):
        return
    raise RuleRefusal(
        "blocked_because" if block.reason else "blocked",
        retry_at=block.until,
        why=block.reason,
    )


def block(
    books: Books, act: Act, user_id: int, *, length: timedelta | None, reason: str, server: str
) -> Block:
    """Block a person from making videos (None: until unblocked), and tell them in private."""
    until = None if length is None else act.now + length
    placed = Block(
        server_id=act.server_id,
        user_id=user_id,
        until=until,
        reason=seen(reason),
        blocked_by=act.by,
        blocked_at=act.now,
    )
    books.set_block(placed)
    shown = None if until is None else until.timestamp()
    act.record(books, "blocked", user_id=user_id, until=shown, reason=placed.reason)
    told = BlockedContent(
        locale=_locale(books, act, user_id), server=server, until=shown, reason=placed.reason
    )
    _tell(books, act, user_id, told)
    return placed


def unblock(
    books: Books, act: Act, user_id: int, *, server: str, is_administrator: bool = False
) -> None:
    """Unblock a person. Raises `Refusal` if they are not blocked, or would end their own block,
    which only an administrator may: nobody stands above them."""
    if user_id == act.by and not is_administrator:
        raise Refusal("cannot_unblock_yourself")
    if books.lift_block(act.server_id, user_id, now=act.now) is None:
        raise Refusal("not_blocked", user=user_id)
    act.record(books, "unblocked", user_id=user_id)
    told = UnblockedContent(locale=_locale(books, act, user_id), server=server)
    _tell(books, act, user_id, told)


def cancel(books: Books, act: Act, task_id: str) -> VideoTask:
    """End a video that is not submitted yet; nothing is charged. Raises `Refusal`."""
    task = film_of(books, act.server_id, task_id)
    is_own = task.user_id == act.by
    ended = owed.end_takes(
        books,
        task,
        set(WAITING),
        State.CANCELLED,
        now=act.now,
        reason=Reason.CANCELLED if is_own else Reason.CANCELLED_BY_MODERATOR,
    )
    if ended is None:
        is_over = all(each.is_over for each in takes_of(books, task))
        raise Refusal("already_over" if is_over else "too_late_to_cancel_theirs")
    act.record(books, "cancelled", user_id=task.user_id, task_id=task_id)
    return ended


def put_first(books: Books, act: Act, task_id: str) -> None:
    """Move a waiting video to the front of its server's queue. Raises `Refusal`."""
    task = film_of(books, act.server_id, task_id)
    if task.state is not State.QUEUED:
        raise Refusal("not_waiting")
    for each in takes_of(books, task):
        books.note(each.id, first_at=act.now)
    act.record(books, "put_first", user_id=task.user_id, task_id=task_id)


def purge(books: Books, act: Act, task_id: str, reason: str = "") -> VideoTask:
    """Remove a video with every copy the bot posted, and the other takes of its request; one in
    progress will never be posted. Its requester can read the reason."""
    task, reason = film_of(books, act.server_id, task_id), seen(reason)
    if any(each.state in WAITING for each in takes_of(books, task)):
        cancel(books, act, task_id)
    remove(books, task, act.by, act.now)
    for each in takes_of(books, task) if reason else []:
        books.note(each.id, error_message=reason)
    owed.redraw(books, task, act.now)
    act.record(books, "purged", user_id=task.user_id, task_id=task_id, reason=reason)
    return books.task(task_id)


def cover(books: Books, act: Act, task_id: str) -> VideoTask:
    """Hide a video behind a spoiler; one in progress will be posted so. Raises `Refusal`."""
    return _set_spoiler(books, act, task_id, is_spoiler=True)


def uncover(books: Books, act: Act, task_id: str) -> VideoTask:
    """Show a video without its spoiler. Raises `Refusal`."""
    return _set_spoiler(books, act, task_id, is_spoiler=False)


def _set_spoiler(books: Books, act: Act, task_id: str, *, is_spoiler: bool) -> VideoTask:
    books.lock([f"server:{act.server_id}"])
    task = film_of(books, act.server_id, task_id)
    if task.deleted_by is not None:
        raise Refusal("already_deleted")
    if task.is_spoiler is is_spoiler:
        return task
    action = "covered" if is_spoiler else "uncovered"
    act.record(books, action, user_id=task.user_id, task_id=task_id)
    for each in takes_of(books, task):
        decided_by = json.loads(each.decided_by) | {"spoiler": is_spoiler}
        books.note(each.id, decided_by=json.dumps(decided_by))
    return books.task(task_id)


def purge_and_block(
    books: Books, act: Act, task_id: str, *, length: timedelta | None, reason: str, server: str
) -> Block:
    """Remove a video everywhere and block its requester. Raises `Refusal`."""
    task = purge(books, act, task_id, reason)
    return block(books, act, task.user_id, length=length, reason=reason, server=server)


def film_of(books: Books, server_id: int, task_id: str) -> VideoTask:
    """A video of this server. Raises `Refusal` for any other."""
    task = books.find_task(task_id)
    if task is None or task.server_id != server_id:
        raise Refusal("unknown_film", id=task_id)
    return task


class Removal(Struct, frozen=True, kw_only=True):
    """What a removal everywhere takes: whose videos, how many (takes of one request go together),
    and the channels with a message of theirs, each as often as there are messages."""

    user_id: int
    takes: int
    channel_ids: Sequence[int]


def removal_of(books: Books, server_id: int, task_id: str) -> Removal:
    """What `purge` would remove. Raises `Refusal` for a video of another server."""
    task = film_of(books, server_id, task_id)
    takes = takes_of(books, task)
    films = [books.find_post(each.id, PostKind.FILM) for each in takes]
    there = {
        film.message_id: film.sent_to or film.channel_id
        for film in films
        if film is not None and film.message_id is not None and not film.content.is_purged
    }
    channel_ids = tuple(there.values())
    return Removal(user_id=task.user_id, takes=len(takes), channel_ids=channel_ids)


class Record(Struct, frozen=True, kw_only=True):
    """What moderators look at before they decide about a person."""

    block: Block | None  # only while it holds
    films: Sequence[tuple[VideoRequest, VideoTask]]  # newest first
    is_trusted: bool = False  # needs no approval


def record_of(books: Books, server_id: int, user_id: int, now: datetime) -> Record:
    """A person's block and latest videos in a server."""
    block = books.block(server_id, user_id)
    holds = block is not None and (block.until is None or block.until > now)
    films = books.search(Search(user_id=user_id, server_id=server_id, limit=LATEST))
    trusted = books.settings(server_id).approval.trusted
    return Record(block=block if holds else None, films=films, is_trusted=user_id in trusted)


def _tell(books: Books, act: Act, user_id: int, content: PersonContent) -> None:
    """Owe a direct message in the person's last known language: within 24 hours only what is news
    after the last one, and at most `MOST_TOLD`. Until one is sent, a new act rewrites it."""
    told = _told(books, act, user_id)
    waiting = [each for each in told if books.hold_post(each.id).state is PostState.DUE]
    if waiting:
        change(books, waiting[-1].id, lambda said: replace(content, at=_told_at(said)))
        return
    is_news = not told or type(told[-1].content) is not type(content)
    nonce = _free_nonce(books, act, user_id)
    if not is_news or len(told) >= MOST_TOLD or nonce is None:
        return
    tell_person(
        books,
        user_id,
        replace(content, at=act.now.timestamp()),
        nonce=nonce,
        server_id=act.server_id,
        at=act.now,
    )


def _locale(books: Books, act: Act, user_id: int) -> str:
    found = books.search(Search(user_id=user_id, server_id=act.server_id, limit=1))
    locale = found[0][0].locale if found else books.settings(act.server_id).language
    return locale or "en-US"


def _told(books: Books, act: Act, user_id: int) -> list[Post]:
    """The messages of the last 24 hours, and one still to be sent, the newest last."""
    days = (act.now - DAY, act.now)
    nonces = [_nonce(act.server_id, user_id, day, n) for day in days for n in range(MOST_TOLD)]
    posts = [books.look_up_post(person_post_id(each)) for each in nonces]
    recent = [each for each in posts if each is not None and _is_recent(each, act.now)]
    return sorted(recent, key=lambda each: _told_at(each.content) or 0.0)


def _free_nonce(books: Books, act: Act, user_id: int) -> str | None:
    nonces = [_nonce(act.server_id, user_id, act.now, number) for number in range(MOST_TOLD)]
    free = (each for each in nonces if books.look_up_post(person_post_id(each)) is None)
    return next(free, None)


def _is_recent(post: Post, now: datetime) -> bool:
    told_at = _told_at(post.content)
    is_of_last_day = told_at is not None and now.timestamp() - told_at < DAY.total_seconds()
    return is_of_last_day or post.state is PostState.DUE


def _told_at(said: Content) -> float | None:
    return said.at if isinstance(said, PersonContent) else None


def _nonce(server_id: int, user_id: int, day: datetime, number: int) -> str:
    """The same for all tries at a person's messages about blocks on one day, by their number."""
    seed = f"person:{server_id}:{user_id}:{day:%Y%m%d}"
    return once(f"{seed}:{number}" if number else seed)
