"""When there is room again, and other details of a refusal: read only when somebody is refused."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.errors import Refusal
from bot.video.limits.ceiling import opening
from bot.video.limits.checks import MOST_HELD
from bot.video.limits.room import Room
from bot.video.ports.books import Books
from bot.video.values.prices import Cost
from bot.video.values.videos import WAITING, State, VideoRequest, VideoTask

_BEGUN = {"at_once": "at_once_begun", "at_once_anywhere": "at_once_anywhere_begun"}
SOON = timedelta(seconds=15)  # Discord's own time would soon say "ago"
HELD_SERVERS = 4  # servers where a person's videos wait for moderators; more are unlikely


def admit(
    books: Books, room: Room, film: Cost, request: VideoRequest, now: datetime, *, is_held: bool
) -> str | None:
    """Like `Room.admit`, with a `Refusal` that says when there is room again."""
    try:
        return room.admit(film, is_held=is_held)
    except Refusal as refusal:
        if refusal.reason in _BEGUN:
            server_id = None if room.at_once.is_default else request.server_id
            most = room.active + MOST_HELD * HELD_SERVERS
            found = books.under_way(server_id, user_id=request.user_id, limit=most)
            films = [each for each in found if each.state is not State.HELD]
            raise _too_many(films, refusal, now) from None
        if refusal.reason == "bot_daily_limit" and room.ceiling is not None:
            at = opening(books, room.ceiling, film.price, now).opens_at
            reason = refusal.reason if at else "bot_daily_limit_waiting"
            raise Refusal(reason, retry_at=at, **refusal.facts) from None
        raise


def _too_many(films: Sequence[VideoTask], refusal: Refusal, now: datetime) -> Refusal:
    """The refusal, plus whether one of the videos can be cancelled, and when the first is ready."""
    can_cancel = any(film.state in WAITING for film in films)
    ready_at = _first_ready(films)
    is_soon = ready_at is not None and ready_at <= now + SOON
    return Refusal(
        refusal.reason if can_cancel else _BEGUN[refusal.reason],
        retry_at=None if is_soon else ready_at,
        is_soon=is_soon,
        limit=refusal.facts["limit"],
        active=refusal.facts["active"],
        count=refusal.facts["count"],
    )


def _first_ready(films: Sequence[VideoTask]) -> datetime | None:
    """By the service's estimate, which may have passed; None without one."""
    ready = [
        film.submitted_at + timedelta(seconds=film.estimate)
        for film in films
        if film.state is State.RUNNING and film.submitted_at and film.estimate is not None
    ]
    return min(ready, default=None)


def with_opening(books: Books, room: Room, film: Cost, now: datetime) -> Room:
    """The room, plus when the operator's cap allows one more video than now, if the cap is what
    stops it."""
    ceiling, fitting = room.ceiling, room.count(film)
    if ceiling is None or fitting is None or ceiling.left // film.price > fitting:
        return room
    return replace(room, ceiling=opening(books, ceiling, (fitting + 1) * film.price, now))
