"""Whose turn it is: fair between servers, then between people, then by age.

`fair_order` says it of a whole queue, `next_turns` without reading all of a long one."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.video.ports.books import Books
from bot.video.values.waiting import Busy, Waiting

# A doubtful submission holds a place at the API for as long as its video probably takes: twice the
# reference page's example. Its callback may come much later. If the task still exists then, the
# worst is a 429: nothing is lost or paid.
DOUBT_HOLDS = timedelta(minutes=10)
FEW = 20  # turns to look at before all of a queue


def at_api(books: Books, now: datetime) -> Sequence[Busy]:
    """Whose videos hold places at the API."""
    return books.busy(doubted_since=now - DOUBT_HOLDS)


def fair_order(waiting: Sequence[Waiting], busy: Sequence[Busy]) -> list[Waiting]:
    """The order of turns; `waiting` comes oldest first.

    A turn goes to the server with the fewest videos so far (at the API or earlier in the order),
    within it first to what a moderator moved to the front, then to the person with the fewest
    videos, then to the oldest. So one person's many requests do not delay another's only one.
    """
    people = Counter((each.server_id, each.user_id) for each in busy)
    by_person = []
    for each in waiting:
        person = (each.server_id, each.user_id)
        by_person.append((people[person], each))
        people[person] += 1
    by_person.sort(key=lambda ranked: (*_put_first(ranked[1]), ranked[0], ranked[1].created_at))

    servers = Counter(each.server_id for each in busy)
    by_server = []
    for _, each in by_person:
        by_server.append((servers[each.server_id], each))
        servers[each.server_id] += 1
    by_server.sort(key=lambda ranked: (ranked[0], ranked[1].created_at))
    return [each for _, each in by_server]


def next_turns(books: Books, busy: Sequence[Busy], now: datetime) -> list[Waiting]:
    """The first turns of `fair_order`, by its rules: those after the very first only nearly."""
    servers = {each.server_id for each in busy}
    found = [*books.foremost(now, but=servers, most=FEW)]
    if all(each.server_id in servers for each in found):
        for server_id in servers:
            found += _oldest_in(books, server_id, busy, now)
    unique = {each.task_id: each for each in found}
    return fair_order(sorted(unique.values(), key=lambda each: each.created_at), busy)


def _oldest_in(
    books: Books, server_id: int, busy: Sequence[Busy], now: datetime
) -> Sequence[Waiting]:
    """The oldest of a server's people without videos at the API, else of each who has some."""
    people = {each.user_id for each in busy if each.server_id == server_id}
    found = books.oldest_in(server_id, now, but=people, most=FEW)
    return found or [
        each for user_id in people for each in books.oldest_of(server_id, user_id, now, most=FEW)
    ]


def _put_first(waiting: Waiting) -> tuple[bool, float]:
    """Sort key: the last one moved to the front comes first."""
    since = waiting.first_at
    return (True, 0.0) if since is None else (False, -since.timestamp())
