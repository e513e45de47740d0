"""How long people's words are kept, and what they can ask for: to be forgotten, to see it all.

The sums of the two ledgers remain, so that limits and bills stay right; nothing else does."""

import json
import logging
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bot.clock import Clock
from bot.errors import CommitUnknown, StorageDown
from bot.video import inbox
from bot.video.hearing import forget_old
from bot.video.life.steps import is_settled
from bot.video.models import Shot
from bot.video.ports.books import Books
from bot.video.ports.edges import Store
from bot.video.servers import traces
from bot.video.servers.settings import BLANK_PROMPTS_AFTER

log = logging.getLogger(__name__)

INTERVAL = timedelta(hours=1)
BATCH = 500  # films a transaction


class Forgotten(Struct, frozen=True, kw_only=True):
    """What came of a wish to be forgotten."""

    films: int  # whose words are gone
    under_way: int  # whose words go as soon as they have ended


class Sweep:
    """Blanks what was kept long enough."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def run(self) -> None:
        """Sweep for ever. Without storage, the next round does it."""
        while True:
            try:
                await self.sweep()
            except (StorageDown, CommitUnknown) as error:
                log.warning("Old words are still kept: %s", error, extra={"action": "sweep"})
            await self._clock.sleep(INTERVAL.total_seconds())

    async def sweep(self) -> int:
        """One round; how many films and lines of the audit lost their words."""
        total = 0
        if not await self._store.tx(is_settled, self._clock.now()):
            return await self._store.tx(keep_promises)  # old only by a clock that was set
        while blanked := await self._store.tx(blank_old, self._clock.now()):
            total += blanked
        await self._store.tx(forget_old, self._clock.now())
        return total + await self._store.tx(keep_promises)


def blank_old(books: Books, now: datetime) -> int:
    """Blank one batch of what each server keeps no longer; how many films and audit entries."""
    usual = now - timedelta(days=BLANK_PROMPTS_AFTER)
    blanked = _blank(books, usual, None, now)
    for server_id in books.servers_with_settings():
        days = books.settings(server_id).prompt_days
        blanked += _blank(books, now - timedelta(days=days), server_id, now)
    return blanked


def _blank(books: Books, before: datetime, server_id: int | None, now: datetime) -> int:
    films = books.blank_words(ended_before=before, server_id=server_id, limit=BATCH)
    traces.cover_cards(books, films, now)
    lines = traces.cover_audit(books, before=before, server_id=server_id, at=now, limit=BATCH)
    books.drop_boards(changed_before=before, server_id=server_id)
    return len(films) + lines


def keep_promises(books: Books) -> int:
    """Forget what had not ended yet when people asked; how many films."""
    return sum(
        forget(books, user_id, asked_at).films for user_id, asked_at in books.to_forget().items()
    )


def forget(books: Books, user_id: int, asked_at: datetime) -> Forgotten:
    """Blank a person's words and traces in every server; what is under way follows by itself."""
    films = books.blank_words_of(user_id, asked_before=asked_at)
    traces.cover_cards(books, films, asked_at)
    traces.leave_audit(books, user_id, asked_at)
    traces.leave_reports(books, user_id, asked_at)
    traces.leave_films(books, user_id)
    books.forget_traces_of(user_id)
    inbox.empty(books, user_id, asked_at)
    for board_id in books.boards_of(user_id):
        _leave(books, board_id, user_id, asked_at)
    under_way = books.unfinished(user_id, asked_before=asked_at)
    if under_way:
        books.forget_later(user_id, asked_at)
    else:
        books.forgotten(user_id)
    return Forgotten(films=len(films), under_way=under_way)


def _leave(books: Books, board_id: str, user_id: int, at: datetime) -> None:
    """Take a person's shots off a storyboard, and the words that they gave the whole of it."""
    board = books.find_board(board_id)
    if board is None:
        return
    left = replace(board, shots=tuple(each for each in board.shots if each.author_id != user_id))
    if board.opener_id == user_id:
        options = replace(left.options, negative_prompt="")
        left = replace(left, title="", opener_id=0, options=options)
    if left != board:
        books.save_board(replace(left, version=board.version + 1))
        books.owe_card(board_id, at)


def export(books: Books, user_id: int, now: datetime) -> bytes:
    """Everything kept of a person, as JSON; prices in 1/10,000 credit, times in UTC."""
    kept = {"user_id": user_id, "exported_at": now, **books.rows_of(user_id)}
    return json.dumps(kept, default=_plain, ensure_ascii=False, indent=1).encode()


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case Shot():
            return {"prompt": value.prompt, "seconds": value.seconds}
    raise TypeError(f"{type(value).__name__} is not kept of anybody")
