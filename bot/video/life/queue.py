"""Whose turn it is: fair between servers, then between people, then by age. Pure."""

from collections import Counter
from collections.abc import Sequence

from bot.video.ports.books import Busy, Waiting


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
