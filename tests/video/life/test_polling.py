"""When to look again: few requests, little delay, patience with slow tasks."""

from hypothesis import given
from hypothesis import strategies as st

from bot.video.life.polling import CEILING, FLOOR, PATIENCE, RARELY, next_look


def looks(total: float, *, estimate: float) -> tuple[int, float]:
    """How many looks until a video of `total` seconds is seen finished, and how late."""
    age, count = 0.0, 0
    while True:
        age += next_look(age=age, estimate=estimate, progress=int(min(99, 100 * age / total)))
        count += 1
        if age >= total:
            return count, age - total


def test_an_ordinary_film_costs_few_looks_and_little_delay():
    count, delay = looks(300, estimate=300)
    assert count <= 18
    assert delay <= 3


def test_a_film_much_slower_than_estimated_is_still_followed_by_its_progress():
    count, delay = looks(900, estimate=300)
    assert count <= 25
    assert delay <= 12


def test_after_two_hours_a_task_is_looked_at_every_ten_minutes():
    assert next_look(age=PATIENCE, estimate=300, progress=99) == RARELY


@given(st.floats(0, 7000), st.none() | st.floats(1, 4000), st.integers(0, 100))
def test_it_never_floods_and_never_forgets(age, estimate, progress):
    assert FLOOR <= next_look(age=age, estimate=estimate, progress=progress) <= CEILING
