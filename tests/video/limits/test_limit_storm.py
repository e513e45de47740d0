"""Two hundred commands at once while limits and roles change: none gets past a limit."""

import asyncio
import json
import random
from datetime import timedelta
from typing import Any

from bot.clock import SystemClock
from bot.db import SqlStore
from bot.errors import Refusal
from bot.video.doors.cards import Cards
from bot.video.doors.intake import ReplyTo
from bot.video.doors.videos import VideoService
from bot.video.limits import changes
from bot.video.limits.effective import Limits
from bot.video.servers.audit import Act
from bot.video.values.asker import Asker
from bot.video.values.limits import Measure, Subject, Window
from bot.video.values.prices import PRICES
from tests.orders import order

SERVER, PERSON, ROLE = 1, 101, 71
ROOMY = Limits(daily=None, at_once=None, bot_daily=None)
choose = random.Random(7).choice


def video_service(store: SqlStore) -> VideoService:
    return VideoService(
        store=store,
        clock=SystemClock(),
        choose=choose,
        limits=ROOMY,
        prices=PRICES,
        cards=Cards(slots=3, clock=SystemClock()),
        undo=timedelta(seconds=4),
        owner=store.lease.owner,
        notify=lambda task_id: None,
    )


async def ask(videos: VideoService, roles: frozenset[int]) -> int | None:
    """The amount of videos that decided; None for a refusal."""
    asker = Asker(user_id=PERSON, channel_id=11, role_ids=roles)
    asked = order(videos, user=PERSON, server=SERVER, asker=asker)
    until = asked.origin.created_at + timedelta(minutes=15)
    reply = ReplyTo(application_id=7, token="t", token_until=until)
    try:
        card = await videos.accept(asked, reply)
    except Refusal:
        return None
    rules = json.loads(card.task.decided_by)["limits"]
    (amount,) = [rule["amount"] for rule in rules if rule["measure"] == Measure.FILMS]
    return int(amount)


async def test_a_storm_with_roles_changing_in_the_middle_gets_nobody_past(store: SqlStore) -> None:
    videos = video_service(store)

    async def set_films(subject: Subject, whom: int, amount: int) -> None:
        act = Act(server_id=SERVER, by=9, now=SystemClock().now(), choose=choose)
        kind: dict[str, Any] = {"measure": Measure.FILMS, "window": Window.DAY}
        await store.tx(
            changes.set_limit, act, subject=subject, subject_id=whom, amount=amount, **kind
        )

    await set_films(Subject.EVERYONE, 0, 3)
    await set_films(Subject.ROLE, ROLE, 5)

    outcomes = await asyncio.gather(
        *[ask(videos, frozenset()) for _ in range(70)],
        *[ask(videos, frozenset({ROLE})) for _ in range(30)],
        set_films(Subject.ROLE, ROLE, 8),
        *[ask(videos, frozenset({ROLE})) for _ in range(30)],
        *[ask(videos, frozenset()) for _ in range(70)],
    )
    decided = sorted(each for each in outcomes if each is not None)

    assert 3 <= len(decided) <= 8
    assert all(rank <= amount for rank, amount in enumerate(decided, start=1))

    more = await asyncio.gather(*[ask(videos, frozenset({ROLE})) for _ in range(20)])
    assert len(decided) + len([each for each in more if each is not None]) == 8
    assert await store.tx(lambda books: books.discrepancies()) == []
