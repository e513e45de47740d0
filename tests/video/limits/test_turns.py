"""Turns are fair between servers, then between people, then by age."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.video.limits.turns import fair_order
from bot.video.values.waiting import Busy, Waiting

START = datetime(2026, 1, 1, tzinfo=UTC)


def waiting(*people: tuple[int, int]) -> list[Waiting]:
    """Tasks in order of age, by (server, person)."""
    return [
        Waiting(
            task_id=str(number),
            server_id=server,
            user_id=user,
            created_at=START + timedelta(seconds=number),
            price=1,
        )
        for number, (server, user) in enumerate(people)
    ]


def test_one_film_does_not_wait_behind_many_of_another_server():
    order = fair_order(waiting((1, 1), (1, 1), (1, 1), (2, 5)), [])
    assert [each.task_id for each in order] == ["0", "3", "1", "2"]


def test_inside_a_server_people_take_turns():
    order = fair_order(waiting((1, 1), (1, 1), (1, 2)), [])
    assert [each.task_id for each in order] == ["0", "2", "1"]


def test_what_is_being_made_counts_as_a_turn():
    order = fair_order(waiting((1, 1), (2, 2)), [Busy(server_id=1, user_id=1)])
    assert [each.task_id for each in order] == ["1", "0"]


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), max_size=30))
def test_nobody_is_left_out_and_no_server_is_two_turns_ahead(people):
    order = fair_order(waiting(*people), [])
    assert sorted(each.task_id for each in order) == sorted(str(n) for n in range(len(people)))

    totals = Counter(server for server, _ in people)
    served: Counter[int] = Counter()
    for each in order:
        served[each.server_id] += 1
        behind = [s for s in totals if served[s] < totals[s] and s != each.server_id]
        assert all(served[each.server_id] - served[s] <= 1 for s in behind)
