"""What a refusal can say beyond its reason: looked up only where a film is refused."""

from datetime import datetime

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
