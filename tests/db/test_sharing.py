"""How processes divide shards: fairly, all of them, and none is unheard for the sake of order."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.db.sharing import ShardRow, Share, changes, taken

Rows = dict[int, ShardRow]
OWNERS = st.integers(0, 5)


def fresh(count: int) -> Rows:
    return {id: ShardRow(id=id) for id in range(count)}


def step(rows: Rows, by: int, living: set[int], staying: set[int]) -> bool:
    """One process looks and takes; returns whether anything changed."""
    changed = taken(list(rows.values()), by=by, living=living, staying=staying)
    rows |= {row.id: row for row in changed}
    return bool(changed)


def connect(rows: Rows, living: set[int]) -> None:
    """Everybody who lives and takes over a shard is connected."""
    arrived = {id: row.next_owner for id, row in rows.items() if row.next_owner in living}
    rows |= {id: ShardRow(id=id, owner=owner) for id, owner in arrived.items()}


def settle(rows: Rows, living: set[int], staying: set[int] | None = None) -> Counter[int]:
    """Everybody looks until nothing changes; returns how many shards each hears then."""
    staying = living if staying is None else staying
    is_changing = True
    while is_changing:
        is_changing = any([step(rows, each, living, staying) for each in sorted(living)])
        connect(rows, living)
    return Counter(row.owner for row in rows.values())


def test_the_first_process_hears_everything_at_once() -> None:
    assert settle(fresh(4), {1}) == {1: 4}


def test_a_joiner_gets_its_share_and_no_more() -> None:
    rows = fresh(5)
    settle(rows, {1})

    assert settle(rows, {1, 2}) == {1: 3, 2: 2}
    assert settle(rows, {1, 2, 3}) == {1: 2, 2: 2, 3: 1}


def test_a_shard_stays_with_its_owner_until_the_joiner_is_connected() -> None:
    rows = fresh(2)
    settle(rows, {1})

    step(rows, 2, {1, 2}, {1, 2})

    assert [(row.owner, row.next_owner) for row in rows.values()] == [(1, 2), (1, 0)]


def test_the_shards_of_a_dead_process_are_taken_at_once() -> None:
    rows = fresh(4)
    settle(rows, {1, 2})

    step(rows, 2, {2}, {2})

    assert {row.owner for row in rows.values()} == {2}


def test_a_process_that_leaves_is_left_with_nothing_and_takes_nothing() -> None:
    rows = fresh(4)
    settle(rows, {1, 2})

    assert settle(rows, {1, 2}, staying={2}) == {2: 4}


def test_a_process_that_leaves_alone_keeps_its_shards() -> None:
    rows = fresh(2)
    settle(rows, {1})

    assert settle(rows, {1}, staying=set()) == {1: 2}


def test_with_more_processes_than_shards_some_are_spare() -> None:
    rows = fresh(2)
    assert settle(rows, {1, 2, 3}) == {1: 1, 2: 1}
    assert settle(rows, {2, 3}) == {2: 1, 3: 1}


@pytest.mark.parametrize("joiner_dies", [True, False])
def test_who_dies_in_the_middle_of_a_move_leaves_no_shard_unheard(joiner_dies: bool) -> None:
    rows = fresh(2)
    settle(rows, {1})
    step(rows, 2, {1, 2}, {1, 2})

    left = {1} if joiner_dies else {2}

    assert settle(rows, left) == {next(iter(left)): 2}


@given(
    st.lists(st.tuples(OWNERS, OWNERS), min_size=1, max_size=12),
    st.sets(st.integers(1, 5), min_size=1),
)
def test_whatever_the_rows_say_all_shards_end_up_divided_fairly(
    rows: list[tuple[int, int]], living: set[int]
) -> None:
    state = {
        id: ShardRow(id=id, owner=owner, next_owner=heir) for id, (owner, heir) in enumerate(rows)
    }

    heard = settle(state, living)

    assert set(heard) <= living
    counts = [heard[each] for each in living]
    assert max(counts) - min(counts) <= 1


def test_what_a_process_hears_is_told_when_it_changes() -> None:
    none, some = Share(), Share(connect=frozenset({0, 1, 2, 5}))
    fewer = Share(connect=frozenset({0, 1, 2}))

    assert changes(None, none, 8) == ["Ready as a spare: hears no shard until another process ends"]
    assert changes(None, some, 8) == ["Connects to hear shards 0-2, 5 of 8"]
    assert changes(some, some, 8) == []
    assert changes(some, fewer, 8) == ["Leaves shard 5 of 8 to another process"]
    assert changes(none, fewer, 8) == ["Connects to hear shards 0-2 of 8"]
    assert changes(fewer, none, 8) == ["Leaves shards 0-2 of 8 to another process"]
