"""Whose turn it is: fair between servers, then between people, then by age."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.video.ports.books import Books
from bot.video.values.waiting import Busy, Waiting

# A doubtful submission holds a place at the API for as long as its video probably takes: twice the
# reference page's example. Its callback may come much later. If the task still exists then, the
# worst is a 429: nothing is lost or paid.
DOUBT_HOLDS = timedelta(minutes=10)


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


def _put_first(waiting: Waiting) -> tuple[bool, float]:
    """Sort key: the last one moved to the front comes first."""
    since = waiting.first_at
    return (True, 0.0) if since is None else (False, -since.timestamp())
