"""One run from a seed: people, a program that is killed at given steps, and the promises after."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from unittest import mock

from bot.errors import CommitUnknown, StorageDown
from bot.video.life import engine
from bot.video.models import VideoTask
from bot.video.ports.books import Allowance, Bill, Books, Search
from tests.simulation import people, promises
from tests.simulation.database import Database
from tests.simulation.guild import Guild
from tests.simulation.program import UNDO, Program
from tests.simulation.remote import RemoteApi
from tests.simulation.world import Weather, World

HORIZON = 8 * 3600.0  # seconds; what is not done by then never will be
LOOK = 60.0  # seconds until the first look whether all is quiet; later ones are rarer
RARELY = 3600.0  # seconds; so that a lost wake-up is seen: the engine's own are a net behind it


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a run showed; `steps` is how many there were to be killed at."""

    seed: int
    kills: tuple[int, ...]
    freezes: tuple[int, ...]
    steps: int
    violations: tuple[str, ...]
    trace: int  # the same for the same run

    def __str__(self) -> str:
        kills = "".join(f" --kill {step}" for step in self.kills)
        kills += "".join(f" --freeze {step}" for step in self.freezes)
        lines = "\n".join(f"  {each}" for each in self.violations)
        return f"python -m tests.simulation --seed {self.seed}{kills}\n{lines}"


class Run:
    """Drives one seed to its end; `weather` instead of what the seed draws.

    `freezes` are steps after which the process stands still, loses its lease, and wakes later.
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
        self._steps = 0
        self._trace = 0
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
        self._database.empty()
        self._start()
        people.arrive(self.world, self.guild, lambda: self._program)
        self.world.at(LOOK, self._look)
        nets = mock.patch.multiple(engine, SWEEP=RARELY, TAKE_OVER=RARELY)
        with logged(self.world.violate), nets:
            while not self._is_over:
                self._go_on()
            self._judge()
        self._bury()
        return Result(
            seed=self._seed,
            kills=tuple(sorted(self._kills)),
            freezes=tuple(sorted(self._freezes)),
            steps=self._steps,
            violations=tuple(self.world.violations),
            trace=self._trace,
        )

    def _go_on(self) -> None:
        """One step of the program, or else time passes until the next event."""
        if self._program is not None and self._program.loop.step():
            self._steps += 1
            if self._steps in self._kills:
                self._kill()
            elif self._steps in self._freezes:
                self._freeze()
            return
        if any(program.loop.step() for program in self._woken):
            return
        timer = self._next_timer()
        event = self.world.next_at()
        if event is not None and (timer is None or event <= timer):
            self.world.happen()
            self._trace = hash((self._trace, self.world.now, self._steps))
        elif timer is not None:
            self.world.now = max(self.world.now, timer)

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

    def _kill(self) -> None:
        """Nothing of it ever runs again; after a while there is another."""
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

    def _end(self) -> Program:
        assert self._program is not None
        program, self._program = self._program, None
        return program

    def _call_back(self, task_id: str, claimed: str, heard: Callable[[], None]) -> bool:
        return self._program is not None and self._program.call_back(task_id, claimed, heard)

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
        if is_idle and self._database.read(self._is_quiet):
            self._is_over = True
            return
        self.world.at(self.world.now * 1.25, self._look)

    def _is_quiet(self, books: Books) -> bool:
        return not books.owed() and promises.is_quiet(_tasks(books), self.remote)

    def _judge(self) -> None:
        assert self._program is not None
        self.world.violations += self._program.faults
        entries = self._database.entries()
        self.world.violations += self._database.read(lambda books: self._broken(books, entries))

    def _broken(self, books: Books, entries: Mapping[str, tuple[Allowance, Bill]]) -> list[str]:
        tasks = _tasks(books)
        found = [*promises.broken(books, tasks, self.remote, self.guild)]
        for task in tasks:
            found += promises.ledgers(task, *entries[task.id], self.remote)
        return found

    def _bury(self) -> None:
        for program in [*self._dead, *self._woken, self._program]:
            if program is not None:
                program.loop.bury()


@contextmanager
def logged(tell: Callable[[str], None]) -> Iterator[None]:
    """Errors that the program only logs are faults as well; everything below is not written."""

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            named = record.args if isinstance(record.args, tuple) else ()
            cause = record.exc_info[1] if record.exc_info else next(iter(named), None)
            if isinstance(cause, StorageDown | CommitUnknown):
                return  # the weather's
            tell(f"{record.getMessage()}: {cause!r}")

    logger, listener = logging.getLogger("bot"), Listener()
    level, propagates = logger.level, logger.propagate
    logger.addHandler(listener)
    logger.setLevel(logging.ERROR)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)
        logger.propagate = propagates


def _tasks(books: Books) -> list[VideoTask]:
    return [task for _, task in books.search(Search(limit=100))]
