"""Which process hears which of Discord's shards, as rows on which all processes agree.

A process holds its shards as long as its lease, so no row here has to be kept fresh."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, text, update

from bot.db.processes import take_role
from bot.db.sharing import NOBODY, ShardRow, Share, taken
from bot.db.tables import processes, shards
from bot.db.unit_of_work import SqlStore
from bot.errors import StartupError

HEARING = ("all", "gateway")  # the roles that connect to Discord's gateway
IDENTIFY_MS = 5_100  # a shard of one rate-limit key may identify every 5 s
GRANT_MS = 10_000  # how long the others wait for one that got its turn and says nothing

# An arbitrary number, as in `postgres`: one process divides at a time.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7310293847561030)")
_NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
_ROWS = select(shards).order_by(shards.c.id)
_LIVING = select(processes.c.owner, processes.c.leaving).where(
    ~processes.c.ended, processes.c.role.in_(HEARING)
)
_ARRIVED = (
    update(shards)
    .where(shards.c.id == bindparam("shard"), shards.c.next_owner == bindparam("me"))
    .values(owner=bindparam("me"), next_owner=NOBODY)
)
_TAKE_TURN = text(
    f"INSERT INTO identify_turns (key, next_at) VALUES (:key, {_NOW} + {GRANT_MS})"
    " ON CONFLICT (key) DO UPDATE SET next_at = excluded.next_at"
    f" WHERE identify_turns.next_at <= {_NOW} RETURNING key"
)
_LEFT = text(f"SELECT next_at - {_NOW} FROM identify_turns WHERE key = :key")
_TURN_OVER = text(f"UPDATE identify_turns SET next_at = {_NOW} + {IDENTIFY_MS} WHERE key = :key")


class ShardLeases:
    """The rows as one process uses them. `asked` is the operator's number of shards, if any."""

    def __init__(self, store: SqlStore, *, owner: int, asked: int | None, role: str) -> None:
        self._store = store
        self._owner = owner
        self._asked = asked
        self._role = role

    async def join(self) -> None:
        """Tell the others what this process does; it hears no shards before it agrees."""
        await self._store.run(self._join)

    async def agree(self, recommended: int) -> int:
        """Join the other processes; returns the number of shards of them all.

        Raises `StartupError` if they use another number than the one asked for.
        """
        return await self._store.run(lambda connection: self._agree(connection, recommended))

    async def look(self) -> Share:
        """Take what this process lacks, and say what it should hear."""
        return await self._store.run(lambda connection: _look(connection, self._owner))

    async def arrived(self, shard_id: int) -> None:
        """Tell the others that this process hears a shard, so that its last owner can let go."""
        shard = {"shard": shard_id, "me": self._owner}
        await self._store.run(lambda connection: connection.execute(_ARRIVED, shard))

    async def turn(self, key: int) -> float:
        """Ask for the turn to identify: 0 if it is ours, else the seconds until asking again."""
        return await self._store.run(lambda connection: _turn(connection, key))

    async def identified(self, key: int) -> None:
        """Let the next shard of this rate-limit key identify after Discord's pause."""
        await self._store.run(lambda connection: connection.execute(_TURN_OVER, {"key": key}))

    async def leave(self) -> None:
        """Let others take over all shards, and take none any more."""
        leaving = update(processes).where(processes.c.owner == self._owner).values(leaving=True)
        await self._store.run(lambda connection: connection.execute(leaving))

    def _agree(self, connection: Connection, recommended: int) -> int:
        connection.execute(_ONE_AT_A_TIME)
        used = len(_read(connection))
        others = [owner for owner, _ in connection.execute(_LIVING) if owner != self._owner]
        count = self._asked or (used if others else recommended)
        if others and used and count != used:
            raise StartupError(
                f"SHARDS is {count}, but the bot's other processes use {used} shards: stop them "
                f"all first (a killed one counts for some seconds), or start with SHARDS={used}."
            )
        connection.execute(delete(shards).where(shards.c.id >= count))
        if new := range(used, count):
            rows = [{"id": id, "owner": NOBODY, "next_owner": NOBODY} for id in new]
            connection.execute(insert(shards), rows)
        self._join(connection)
        return count

    def _join(self, connection: Connection) -> None:
        take_role(connection, self._owner, self._role)


def _look(connection: Connection, me: int) -> Share:
    rows, living = _read(connection), _hearing(connection)
    if _to_take(rows, me, living):
        connection.execute(_ONE_AT_A_TIME)
        for row, before in _to_take(_read(connection), me, _hearing(connection)):
            _write(connection, row, before)
        rows = _read(connection)
    return Share(
        connect=frozenset(row.id for row in rows if me in (row.owner, row.next_owner)),
        owned=frozenset(row.id for row in rows if row.owner == me),
        has_heirs=any(not leaving for who, leaving in living.items() if who != me),
    )


def _to_take(
    rows: Sequence[ShardRow], me: int, living: dict[int, bool]
) -> list[tuple[ShardRow, ShardRow]]:
    """What `me` should take, each with the row as it is."""
    staying = [who for who, leaving in living.items() if not leaving]
    found = taken(rows, by=me, living=living, staying=staying)
    before = {row.id: row for row in rows}
    return [(row, before[row.id]) for row in found]


def _write(connection: Connection, row: ShardRow, before: ShardRow) -> None:
    """Change a row unless its next owner has arrived meanwhile, who does not take the lock."""
    connection.execute(
        update(shards)
        .where(
            shards.c.id == row.id,
            shards.c.owner == before.owner,
            shards.c.next_owner == before.next_owner,
        )
        .values(owner=row.owner, next_owner=row.next_owner)
    )


def _read(connection: Connection) -> list[ShardRow]:
    return [
        ShardRow(id=row.id, owner=row.owner, next_owner=row.next_owner)
        for row in connection.execute(_ROWS)
    ]


def _hearing(connection: Connection) -> dict[int, bool]:
    """The living processes that hear Discord, and whether each leaves."""
    return {owner: leaving for owner, leaving in connection.execute(_LIVING)}


def _turn(connection: Connection, key: int) -> float:
    if connection.execute(_TAKE_TURN, {"key": key}).first() is not None:
        return 0.0
    left: int = connection.execute(_LEFT, {"key": key}).scalar_one()
    return max(left, 50) / 1000
