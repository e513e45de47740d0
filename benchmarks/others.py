"""What other people notice of a member's searches, and of hostile rules and texts."""

import asyncio
import os
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.figures import Figure
from bot.clock import SystemClock
from bot.db import SqlStore, open_store
from bot.errors import Refusal
from bot.video.moderation.screening import Screening
from bot.video.ports.tasks import Search
from bot.video.values.moderation import PromptRule, RuleAction

TITLE = "Others: the longest transaction of another person meanwhile"
VIDEOS = int(os.environ.get("VIDEOS", "100000"))  # making a million takes a minute
SEARCHES, EVERY = 40, 0.1  # seconds
BOMB = "((((.{0,9}b?){0,9}c?){0,9}d?){0,1}e7){1,1}!"
SLOW = "(.?){180}!"
_REQUESTS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    " INSERT INTO requests (id, server_id, channel_id, user_id, locale, server_locale, created_at,"
    " prompt, negative_prompt, duration, aspect_ratio, sound, quality, shot_type, shots, watermark,"
    " model, sought) SELECT printf('r%019d', i), 1, 7, i % 500, 'en', 'en', i, 'a fox in the snow',"
    " '', 5, '16:9', 'off', '720p', 'one', '[]', 0, 'm', 'a fox in the snow ' || i FROM n"
)
_TASKS = (
    "INSERT INTO tasks (id, request_id, server_id, user_id, state, price, created_at, decided_by,"
    " owner, epoch, progress, ended_at, error_code, error_message, muted)"
    " SELECT 't' || substr(id, 2), id, 1, user_id, 'completed', 1, created_at, '{}', 0, 0, 100,"
    " created_at, '', '', 0 FROM requests"
)


async def measure(*, is_quick: bool) -> list[Figure]:
    """Milliseconds, on SQLite."""
    videos = 5_000 if is_quick else VIDEOS
    with tempfile.TemporaryDirectory(prefix="video-bot-bench-") as folder:
        url = f"sqlite:///{folder}/bot.db"
        async with open_store(url, clock=SystemClock()):
            pass
        _fill(Path(folder) / "bot.db", videos)
        async with open_store(url, clock=SystemClock()) as store:
            alone = await _meanwhile(store, lambda: asyncio.sleep(1))
            found: list[float] = []
            searched = await _meanwhile(store, lambda: _searches(store, found))
            ruled = await _meanwhile(store, _rules)
    of = f"{videos:,} videos"
    return [
        Figure(what=f"{of}, nobody else is there", measured=alone, unit="ms"),
        Figure(
            what=f"{of}, {SEARCHES} searches for words", measured=searched, unit="ms", target=50
        ),
        Figure(what=f"{of}: the longest search itself", measured=max(found), unit="ms", target=200),
        Figure(what="20 hostile rules, 2,500 times U+FDFA", measured=ruled, unit="ms", target=50),
    ]


def _fill(file: Path, videos: int) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(_REQUESTS, (videos,))
        database.execute(_TASKS)


async def _meanwhile(store: SqlStore, act: Callable[[], Awaitable[object]]) -> float:
    """The slowest of the transactions that run one after the other beside `act`."""
    longest, acting = 0.0, asyncio.ensure_future(act())
    while not acting.done():
        began = time.perf_counter()
        await store.tx(lambda books: books.terms(1, 1))
        longest = max(longest, time.perf_counter() - began)
        await asyncio.sleep(0.002)
    await acting
    return longest * 1000


async def _searches(store: SqlStore, found: list[float]) -> None:
    async def search() -> None:
        began = time.perf_counter()
        seen = frozenset({7})
        sought = Search(server_id=1, words=("nowhere",), seen_by=1, seen_in=seen, limit=11)
        await store.read(lambda books: books.search(sought))
        found.append((time.perf_counter() - began) * 1000)

    async with asyncio.TaskGroup() as group:
        for _ in range(SEARCHES):
            group.create_task(search())
            await asyncio.sleep(EVERY)


async def _rules() -> None:
    """Rules an earlier version accepted; this one refuses them."""
    now = datetime.now(UTC)
    rules = [
        PromptRule(
            id=str(number), server_id=1, name=str(number), pattern=f"{pattern}{number}",
            is_pattern=True, action=RuleAction.REFUSE, set_by=1, set_at=now,
        )
        for number in range(10)
        for pattern in (BOMB, SLOW)
    ]  # fmt: skip
    with ThreadPoolExecutor(2, "rules") as threads:
        screening = Screening(partial(asyncio.get_running_loop().run_in_executor, threads))
        for text in ("\ufdfa" * 2500, "漢字" * 1250, "abcdefgh7!" * 250):
            try:
                await screening.look(1, rules, [text])
            except Refusal:
                continue
