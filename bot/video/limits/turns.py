"""Whose turn it is: fair between servers, then between people, then by age; and who is served."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.video.ports.books import Books, Busy, Waiting

# A film whose submission is in doubt holds a place at the API for as long as it is likely to be
# made, twice the reference page's example; its callback may come much later. Should it be there
# still, the worst is a 429: nothing is lost, nothing paid.
DOUBT_HOLDS = timedelta(minutes=10)


def at_api(books: Books, now: datetime) -> Sequence[Busy]:
    """Whose films take up places at the API."""
    return books.busy(doubted_since=now - DOUBT_HOLDS)


def fair_order(waiting: Sequence[Waiting], busy: Sequence[Busy]) -> list[Waiting]:
    """The order of turns, `waiting` being oldest first.

    A turn goes to the server with the fewest films so far (at the API or earlier in the order),
    inside it to what a moderator put first, then to the person with the fewest, then to the
    oldest. So nobody who asks for many films keeps those waiting who ask for one.
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
    """What was put first last comes first of all."""
    since = waiting.first_at
    return (True, 0.0) if since is None else (False, -since.timestamp())
