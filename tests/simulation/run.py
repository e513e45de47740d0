"""One run from a seed: people, a program stopped at given steps, then the promises."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.simulation import people, promises
from tests.simulation.database import Database
from tests.simulation.guild import Guild
from tests.simulation.nets import without_nets
from tests.simulation.program import UNDO, Program
from tests.simulation.remote import RemoteApi
from tests.simulation.world import Weather, World

HORIZON = 8 * 3600.0  # seconds; what is not done by then never will be
LOOK = 60.0  # seconds until the first look whether all is quiet; later ones are rarer

MOST_SHOWN = 10  # violations of a run


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a run showed; `steps` is how many there were to be stopped at."""

    seed: int
    kills: tuple[int, ...]
    freezes: tuple[int, ...]
    steps: int
    violations: tuple[str, ...]
    trace: int  # the same where the world went the same way, in however many steps

    def __str__(self) -> str:
        stops = "".join(f" --kill {step}" for step in self.kills)
        stops += "".join(f" --freeze {step}" for step in self.freezes)
        lines = "\n".join(f"  {each}" for each in self.violations[:MOST_SHOWN])
        return f"python -m tests.simulation --seed {self.seed}{stops}\n{lines}"


class Run:
    """Drives one seed to its end; `weather` replaces what the seed draws.

    `freezes` are steps after which the process freezes, loses its lease, and wakes later.
    """

    def __init__(
        self,
        database: Database,
        seed: int,
        kills: Collection[int] = (),
        weather: Weather | None = None,
        freezes: Collection[int] = (),
    ) -> None:
        self._database = database
        self._seed = seed
        self._kills = frozenset(kills)
        self._freezes = frozenset(freezes)
        self._trace = 0
        self.steps = 0
        self.world = World(seed, weather)
        self.remote = RemoteApi(self.world)
        self.guild = Guild(self.world)
        self.remote.call = self._call_back
        self._program: Program | None = None
        self._woken: list[Program] = []  # without a lease
        self._dead: list[Program] = []
        self._is_over = False

    def result(self) -> Result:
        """Run to the end."""
        with self.begun():
            return self.ended()

    @contextmanager
    def begun(self) -> Iterator[None]:
        """Start from an empty database; whoever gets the run in the block must drive it."""
        self._database.empty()
        self._start()
        people.arrive(self.world, self.guild, self._reached)
        self.world.at(LOOK, self._look)
        self._plan_steps()
        with without_nets(self.world.violate):
            yield
        for program in [*self._dead, *self._woken, self._program]:
            if program is not None:
                program.loop.bury()

    def stops(self) -> Iterator[int]:
        """Drive the run, with a pause after each step that the program made: its number."""
        while not self._is_over:
            if self._go_on():
                yield self.steps

    def crashes(self) -> Iterator[tuple[int, bool]]:
        """As `stops`, and whether a kill there differs from one at the step before: it does where
        anything outside the process is not as it was."""
        before: object = None
        for step in self.stops():
            outside = self._outside()
            yield step, outside != before
            before = outside

    def ended(self) -> Result:
        """Drive the run to its end, and judge it."""
        for _ in self.stops():
            pass
        self._judge()
        return Result(
            seed=self._seed,
            kills=tuple(sorted(self._kills)),
            freezes=tuple(sorted(self._freezes)),
            steps=self.steps,
            violations=tuple(self.world.violations),
            trace=self._trace,
        )

    def ended_by(self, *, kills: Collection[int] = (), freezes: Collection[int] = ()) -> Result:
        """The result when it is stopped now, and perhaps again later."""
        self._kills, self._freezes = frozenset(kills), frozenset(freezes)
        self._stop()
        return self.ended()

    def _outside(self) -> object:
        """What a kill leaves behind, as far as time or a step of the program can change it."""
        return (
            self.world.state(),
            self._database.changes,
            self.guild.cancelled.copy(),
            self.guild.muted.copy(),
            self.remote.heard.copy(),
            self.remote.doubtful.copy(),
        )

    def _go_on(self) -> bool:
        """One step of the program (True), or else time passes until the next event."""
        if self._program is not None and self._program.loop.step():
            self.steps += 1
            self._stop()
            return True
        if any(program.loop.step() for program in self._woken):
            return False
        timer = self._next_timer()
        event = self.world.next_at()
        if event is not None and (timer is None or event <= timer):
            self.world.happen()
            self._trace = hash((self._trace, self.world.now))
        elif timer is not None:
            self.world.now = max(self.world.now, timer)
        return False

    def _next_timer(self) -> float | None:
        living = [*self._woken, *([] if self._program is None else [self._program])]
        timers = [program.loop.next_at() for program in living]
        return min((at for at in timers if at is not None), default=None)

    def _start(self) -> None:
        self._program = Program(
            self.world,
            store=self._database.start(self.world),
            remote=self.remote,
            guild=self.guild,
            may_submit=self._may_submit,
        )

    def _stop(self) -> None:
        if self.steps in self._kills:
            self._kill()
        elif self.steps in self._freezes:
            self._freeze()

    def _kill(self) -> None:
        """Nothing of it ever runs again; after a while another one starts."""
        program = self._end()
        program.loop.is_dead = True
        self.world.violations += program.faults
        self._dead.append(program)
        pause = self.world.chance.choice((1.0, 1.0, 5.0, 30.0, 1200.0))
        self.world.at(self.world.now + pause, self._start)

    def _freeze(self) -> None:
        """It stands still until another has taken over, and some time longer."""
        program = self._end()
        program.lose_lease()
        taken_over = self.world.now + 10.0
        self.world.at(taken_over, self._start)
        after = self.world.chance.choice((0.001, 0.5, 5.0, 60.0))
        self.world.at(taken_over + after, lambda: self._woken.append(program))

    def _plan_steps(self) -> None:
        """Plan when the machine's clock is set, and by how much; never back to an earlier
        setting."""
        if not self.world.comes_true(self.world.weather.clock):
            return
        chance = self.world.chance
        for _ in range(chance.choice((1, 2, 3))):
            by = chance.choice((-3600.0, 3600.0, 48 * 3600.0, -48 * 3600.0, 3.0e8))
            self.world.at(chance.uniform(0, 150), lambda by=by: self._set_clock(by))

    def _set_clock(self, by: float) -> None:
        self.world.set_by += by

    def _end(self) -> Program:
        assert self._program is not None
        program, self._program = self._program, None
        return program

    def _reached(self) -> Program | None:
        """The process that hears people and callbacks: perhaps one that woke without its lease."""
        is_woken = bool(self._woken) and self.world.comes_true(0.5)
        return self._woken[-1] if is_woken else self._program

    def _call_back(self, task_id: str, claimed: str, heard: Callable[[], None]) -> bool:
        program = self._reached()
        return program is not None and program.call_back(task_id, claimed, heard)

    def _may_submit(self, task_id: str) -> str | None:
        reply = self.guild.reply(task_id)
        if reply is None:
            return "before its first response had arrived"
        if task_id in self.guild.cancelled:
            return "although it was cancelled"
        if self.world.now < reply.at + UNDO.total_seconds():
            return "while it could be undone"
        return None

    def _look(self) -> None:
        """Whether all is done."""
        if self.world.now > HORIZON:
            self._is_over = True
            return
        is_idle = self._program is not None and self.world.next_at() is None
        if is_idle and self._is_quiet():
            self._is_over = True
            return
        self.world.at(self.world.now * 1.25, self._look)

    def _is_quiet(self) -> bool:
        is_owed = self._database.read(lambda books: books.survey().owed)
        return not is_owed and promises.is_quiet(self._database.tasks(), self.remote)

    def _judge(self) -> None:
        assert self._program is not None
        broken = self.world.violations
        broken += self._program.faults
        broken += promises.moves(self._database.moves())
        tasks, entries = self._database.tasks(), self._database.entries()
        seen = (tasks, self.remote, self.guild)
        broken += self._database.read(lambda books: [*promises.broken(books, *seen)])
        for task in tasks:
            broken += promises.ledgers(task, *entries[task.id], self.remote)
