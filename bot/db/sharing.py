"""How processes divide Discord's shards among themselves, as pure functions on rows."""

from collections import Counter
from collections.abc import Collection, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot.video.values.standing import shards_of

NOBODY = 0


class ShardRow(Struct, frozen=True, kw_only=True):
    """A shard: `owner` hears it, `next_owner` connects to take it over; 0 for nobody."""

    id: int
    owner: int = NOBODY
    next_owner: int = NOBODY

    @property
    def heir(self) -> int:
        """Who will hear it when everything under way is done."""
        return self.next_owner or self.owner


class Share(Struct, frozen=True, kw_only=True):
    """The shards that a process should be connected to, and those that it answers for until
    another one, if there is any to take them, is connected."""

    connect: frozenset[int] = frozenset()
    owned: frozenset[int] = frozenset()
    has_heirs: bool = False


def changes(before: Share | None, now: Share, count: int) -> list[str]:
    """What a process does now that it did not before, in lines for the log; `before` is None at
    its first look, `count` the number of all shards."""
    had = before.connect if before is not None else frozenset()
    said = []
    if before is None and not now.connect:
        said.append("Ready as a spare: hears no shard until another process ends")
    if more := now.connect - had:
        said.append(f"Connects to hear {shards_of(more, count)}")
    if fewer := had - now.connect:
        said.append(f"Leaves {shards_of(fewer, count)} to another process")
    return said


def fair_shares(count: int, staying: Collection[int]) -> Counter[int]:
    """How many of `count` shards each process should hear; older ones get the remainder."""
    if not staying:
        return Counter()
    each, left = divmod(count, len(staying))
    return Counter({who: each + (rank < left) for rank, who in enumerate(sorted(staying))})


def taken(
    rows: Sequence[ShardRow], *, by: int, living: Collection[int], staying: Collection[int]
) -> list[ShardRow]:
    """The rows that change when `by` takes what it lacks of its fair share.

    A shard that nobody living hears is its own at once. One of a process with more than its share,
    or that leaves, stays with that process until `by` is connected, so that it is always heard.
    """
    alive = [_without_dead(row, living) for row in rows]
    fair, held = fair_shares(len(rows), staying), Counter(row.heir for row in alive)
    lacking, found = fair[by] - held[by], []
    for row in sorted(alive, key=lambda row: (row.heir != NOBODY, row.id)):
        if lacking <= 0:
            break
        if row.heir == NOBODY or held[row.heir] > fair[row.heir]:
            held[row.heir] -= 1
            lacking -= 1
            found.append(_given(row, by))
    return found


def _without_dead(row: ShardRow, living: Collection[int]) -> ShardRow:
    return replace(
        row,
        owner=row.owner if row.owner in living else NOBODY,
        next_owner=row.next_owner if row.next_owner in living else NOBODY,
    )


def _given(row: ShardRow, to: int) -> ShardRow:
    if row.owner in (NOBODY, to):
        return replace(row, owner=to, next_owner=NOBODY)
    return replace(row, next_owner=to)
