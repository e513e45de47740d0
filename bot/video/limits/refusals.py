"""When there is room again, and what else can be said of its lack: looked up only when asked."""

from datetime import datetime

from msgspec.structs import replace

from bot.errors import Refusal
from bot.video.limits.ceiling import opening
from bot.video.limits.room import Cost, Room
from bot.video.ports.books import Books


def admit(books: Books, room: Room, film: Cost, now: datetime) -> str | None:
    """`Room.admit`, with a `Refusal` that says when there is room again."""
    try:
        return room.admit(film)
    except Refusal as refusal:
        if refusal.reason == "bot_daily_limit" and room.ceiling is not None:
            refusal.retry_at = opening(books, room.ceiling, film.price, now).opens_at
        raise


def with_opening(books: Books, room: Room, film: Cost, now: datetime) -> Room:
    """The room with when the ceiling opens for one more film than fits, where it stands in the
    way of that."""
    ceiling, fitting = room.ceiling, room.count(film)
    if ceiling is None or fitting is None or ceiling.left // film.price > fitting:
        return room
    return replace(room, ceiling=opening(books, ceiling, (fitting + 1) * film.price, now))
