"""The gate on which all processes of one database agree: a row, of which each has a copy.

With a database that one process holds alone, there is only the copy."""

from collections.abc import Callable

import msgspec

from bot.clock import Clock
from bot.video.life.fence import sharing
from bot.video.life.gate import Gate, Pause, SavedGate
from bot.video.ports.books import Books
from bot.video.ports.edges import Lease, Store

SHARED = "gate"  # the fact that is the row
SAID = "gate_alone"  # the fact of a process that shares its gate with nobody
SUBMIT = "submit"  # the lock under which processes claim
PROBE_SECONDS = 60.0  # in which the process that probes has to say what came of it
LONGEST = 3600.0  # seconds; a probe planned later than that comes from a wrong clock
SOON = 1.0  # seconds until a change of ours is surely saved

Act = Callable[[Gate], object]


class AgreedGate:
    """Keeps this process's `gate` as the row is. Times are seconds by the clock that `now` reads:
    the machine's where processes compare them, else a counter."""

    def __init__(self, gate: Gate, *, store: Store, lease: Lease, clock: Clock) -> None:
        self._gate = gate
        self._store = store
        self._lease = lease
        self._clock = clock
        self._unsaved = 0

    @property
    def is_shared(self) -> bool:
        """Whether there is a row."""
        return sharing(self._lease) is not None

    @property
    def known(self) -> int | None:
        """The version of our copy; None without a row."""
        return self._gate.version if self.is_shared else None

    def now(self) -> float:
        """The time by which the gate counts."""
        return self._clock.now().timestamp() if self.is_shared else self._clock.monotonic()

    def needs(self, act: Act) -> bool:
        """Whether `act` changes what others have to know."""
        if not self.is_shared:
            return False
        trial = Gate(most=self._gate.most)
        trial.load(self._gate.saved())
        act(trial)
        return trial.saved() != self._gate.saved()

    def act(self, act: Act) -> Callable[[Books], None] | None:
        """Act on our copy alone; returns what writes a pause that began or ended down, for
        operators to see, where there is no row."""
        before = self._gate.pause
        act(self._gate)
        if self.is_shared or self._gate.pause is before:
            return None
        said = f"{self._lease.owner} {self._gate.pause or ''}"
        return lambda books: books.set_fact(SAID, said)

    def begin(self, act: Act) -> Callable[[Books], SavedGate]:
        """Act on our copy at once; returns what does the same to the row. `end` must follow."""
        act(self._gate)
        self._unsaved += 1
        return lambda books: agree(books, act, self._gate.most)

    def end(self, saved: SavedGate | None) -> None:
        """Note the row as it was saved; None if it was not, for good."""
        self._unsaved -= 1
        self.take(saved)

    def take(self, saved: SavedGate | None) -> None:
        """Copy the row, unless a newer copy is known or a change of ours is not in it yet."""
        if saved is not None and not self._unsaved and saved.version > self._gate.version:
            self._gate.load(saved)

    async def probe_in(self) -> float:
        """Seconds until this process may probe, for which there is one at a time."""
        if not self.is_shared:
            return max(0.0, (self._gate.probe_at or 0.0) - self.now())
        if self._unsaved:
            return SOON
        saved, is_ours = await self._store.tx(take_probe, self.now())
        self.take(saved)
        if is_ours or self._gate.pause is None:
            return 0.0
        return max(0.01, min((saved.probe_at or 0.0) - self.now(), PROBE_SECONDS))


def pause_of(said: str | None, owner: int) -> Pause | None:
    """Why the process `owner`, which is alone, submits nothing, by the fact."""
    said_by, _, pause = (said or "").partition(" ")
    return Pause(pause) if pause and said_by == str(owner) else None


def read_gate(books: Books) -> SavedGate:
    """The row."""
    return gate_of(books.fact(SHARED))


def gate_of(kept: str | None) -> SavedGate:
    """The row, by the fact."""
    return SavedGate() if kept is None else msgspec.json.decode(kept, type=SavedGate)


def agree(books: Books, act: Act, most: int | None) -> SavedGate:
    """Act on the row, while nobody claims."""
    books.lock([SUBMIT])
    gate = Gate(most=most)
    gate.load(read_gate(books))
    act(gate)
    gate.version += 1
    return _saved(books, gate.saved())


def take_probe(books: Books, now: float) -> tuple[SavedGate, bool]:
    """The row, and whether the caller is the one that probes now."""
    if not _is_due(read_gate(books), now):
        return read_gate(books), False
    books.lock([SUBMIT])
    gate = read_gate(books)
    if not _is_due(gate, now):
        return gate, False
    version, probe_at = gate.version + 1, now + PROBE_SECONDS
    return _saved(books, msgspec.structs.replace(gate, version=version, probe_at=probe_at)), True


def _is_due(gate: SavedGate, now: float) -> bool:
    if gate.pause is None:
        return False
    return gate.probe_at is None or not now < gate.probe_at < now + LONGEST


def _saved(books: Books, gate: SavedGate) -> SavedGate:
    books.set_fact(SHARED, msgspec.json.encode(gate).decode())
    return gate
