"""Who orders what in a day, drawn from a seed: few large servers, many small ones, an evening
peak, and three floods."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

SERVERS = 100_000
HOUR = 3600.0
# How busy each hour of a day is.
CURVE = (
    0.45, 0.35, 0.28, 0.24, 0.22, 0.24, 0.3, 0.4, 0.55, 0.7, 0.8, 0.9,
    1.0, 1.05, 1.1, 1.15, 1.25, 1.4, 1.6, 1.8, 1.9, 1.7, 1.2, 0.75,
)  # fmt: skip
CROWD_AT, PERSON_AT, WANDERER_AT = 19 * HOUR, 21.5 * HOUR, 22.5 * HOUR
CROWDED, LONELY = 40, 60_000  # the servers of the first two floods
PEOPLE_A_SERVER = 2000  # of the largest
LENGTHS, OFTEN = (3, 5, 10), (1, 7, 2)  # seconds, and how often each is asked for


class Flood(StrEnum):
    """What an order belongs to."""

    NONE = "no flood"
    CROWD = "a crowd in one server"
    PERSON = "one person in one server"
    WANDERER = "one person in many servers"


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One command; servers are numbered by their size, 1 is the largest."""

    at: float  # seconds since the day began
    server: int
    user: int
    seconds: int
    flood: Flood = Flood.NONE


def day(chance: random.Random, orders: int) -> list[Ask]:
    """What is asked for on a day without floods, in order. Sizes of servers follow Zipf's law, and
    so does what a server's members ask for."""
    servers = list(accumulate(1 / rank for rank in range(1, SERVERS + 1)))
    hours = list(accumulate(CURVE))
    asks = []
    for _ in range(orders):
        (server,) = chance.choices(range(1, SERVERS + 1), cum_weights=servers)
        (hour,) = chance.choices(range(24), cum_weights=hours)
        at = (hour + chance.random()) * HOUR
        asks.append(_ask(chance, at, server, _member(chance, server)))
    return sorted(asks, key=lambda each: each.at)


def floods(chance: random.Random, scale: float) -> Iterator[Ask]:
    """300 people twice in ten minutes, 200 orders of one person, and 60 in as many servers."""
    for number in range(round(600 * scale)):
        at = CROWD_AT + chance.random() * 600
        user = _user(CROWDED, 10_000 + number // 2)
        yield _ask(chance, at, CROWDED, user, Flood.CROWD)
    for _ in range(round(200 * scale)):
        at = PERSON_AT + chance.random() * 300
        yield _ask(chance, at, LONELY, _user(LONELY, 10_000), Flood.PERSON)
    for number in range(round(60 * scale)):
        at = WANDERER_AT + chance.random() * 180
        yield _ask(chance, at, 70_000 + number, _user(LONELY, 10_001), Flood.WANDERER)


def _ask(
    chance: random.Random, at: float, server: int, user: int, flood: Flood = Flood.NONE
) -> Ask:
    (seconds,) = chance.choices(LENGTHS, OFTEN)
    return Ask(at=at, server=server, user=user, seconds=seconds, flood=flood)


def _member(chance: random.Random, server: int) -> int:
    people = max(2, round(PEOPLE_A_SERVER / server**0.8))
    return _user(server, int(people ** chance.random()))


def _user(server: int, number: int) -> int:
    return server * 100_000 + number
