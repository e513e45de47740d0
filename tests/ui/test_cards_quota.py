"""`/quota` says what is allowed, what is used, and what the next free credits buy."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.ui import cards
from bot.video.limits.ceiling import OperatorCap
from bot.video.limits.effective import Rule
from bot.video.limits.room import Room
from bot.video.limits.usage import Usage
from bot.video.values.ledgers import Charges, Use
from bot.video.values.limits import Measure, Window
from bot.video.values.prices import Cost
from bot.video.values.videos import VideoSpec

SAMPLE = VideoSpec(prompt="a fox")
ORDINARY = Cost(price=270_000, seconds=5)


def a_room(
    prices: Sequence[int] = (),
    *,
    daily: int | None = 1_000_000,
    at_once: int | None = 2,
    active: int = 1,
    ceiling: OperatorCap | None = None,
    noon: datetime,
) -> Room:
    rule = Rule(measure=Measure.CREDITS, window=Window.DAY, amount=daily)
    uses = [
        Use(at=noon + timedelta(hours=hour), price=price, seconds=5)
        for hour, price in enumerate(prices)
    ]
    return Room(
        at_once=Rule(measure=Measure.AT_ONCE, window=Window.NOW, amount=at_once),
        active=active,
        usages=[Usage(rule=rule, uses=uses)],
        grants=[],
        used=sum(prices),
        reset_at=None,
        budget=None,
        ceiling=ceiling,
    )


def text_of(seen: Any, room: Room) -> str:
    shown = seen(cards.quota(room, locale="en-US", per_usd=68, sample=SAMPLE, ordinary=ORDINARY))
    return str(shown.text)


def test_the_quota_says_what_is_used_left_and_when_more_opens(seen: Any, noon: Any) -> None:
    shown = text_of(seen, a_room([270_000, 270_000], noon=noon))
    opens = noon + timedelta(days=1)

    assert "54 of 100 credits used, 46 left" in shown
    assert "Enough for 1 video (5 s, 720p, no sound)" in shown
    assert f"It will be enough for 2 videos <t:{int(opens.timestamp())}:R>." in shown
    assert "In progress, in all servers: 1 of 2" in shown


def test_what_opens_is_named_only_when_it_buys_something(seen: Any, noon: Any) -> None:
    shown = text_of(seen, a_room([10_000, 270_000, 540_000], noon=noon))
    opens = noon + timedelta(days=1, hours=1)

    assert f"It will be enough for 1 video <t:{int(opens.timestamp())}:R>." in shown


def test_what_is_left_is_never_rounded_up(seen: Any, noon: Any) -> None:
    shown = text_of(seen, a_room([730_001], noon=noon))

    assert "74 of 100 credits used, 26 left" in shown


def test_an_unlimited_quota_says_so(seen: Any, noon: Any) -> None:
    shown = text_of(seen, a_room(daily=None, at_once=None, active=0, noon=noon))

    assert shown.count("no limit") == 2


def test_where_the_whole_bot_has_nothing_left_that_is_the_reason(seen: Any, noon: Any) -> None:
    ending = Charges(at=noon + timedelta(hours=2), price=540_000)
    ceiling = OperatorCap(amount=600_000, billed=570_000, ending=ending)
    shown = text_of(seen, a_room([270_000], ceiling=ceiling, noon=noon))
    opens = noon + timedelta(days=1, hours=2)

    assert "27 of 100 credits used, 73 left" in shown
    assert "everyone together: 3 credits left." in shown
    assert "Enough for 0 videos" in shown
    assert f"It will be enough for 2 videos <t:{int(opens.timestamp())}:R>." in shown


def test_what_the_whole_bot_has_left_is_not_told_where_it_decides_nothing(
    seen: Any, noon: Any
) -> None:
    ceiling = OperatorCap(amount=600_000, billed=330_000)
    shown = text_of(seen, a_room([270_000, 270_000], ceiling=ceiling, noon=noon))

    assert "Enough for 1 video (" in shown
    assert "operator" not in shown


def test_more_opens_only_when_the_whole_bot_and_the_person_have_room(seen: Any, noon: Any) -> None:
    ending = Charges(at=noon - timedelta(hours=2), price=540_000)
    ceiling = OperatorCap(amount=600_000, billed=600_000, ending=ending)
    shown = text_of(seen, a_room([900_000], ceiling=ceiling, noon=noon))
    opens = noon + timedelta(days=1)

    assert f"It will be enough for 2 videos <t:{int(opens.timestamp())}:R>." in shown
