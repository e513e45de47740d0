"""Carries each accepted task to its end: pace, video, money, callback."""

import asyncio
import logging
import string
from decimal import Decimal
from pathlib import Path
from random import Random

from bot.clock import Clock
from bot.playground.evolink import replies
from bot.playground.evolink.callbacks import Callbacks
from bot.playground.evolink.contract import Submission
from bot.playground.evolink.faults import CallbackFault, Course
from bot.playground.evolink.film.screenplay import Scene, Screenplay, cut
from bot.playground.evolink.film.studio import RenderError, Studio
from bot.playground.evolink.ledger import Ledger
from bot.playground.evolink.script import Faults
from bot.playground.evolink.tasks import Failure, Pace, Status, Task

log = logging.getLogger(__name__)

UNRENDERED = Failure(code="service_error", message="The video could not be rendered.")


class Production:
    """All tasks of one server and the work on them; links start with `origin`."""

    def __init__(
        self,
        *,
        balance: Decimal,
        pace: Pace,
        clock: Clock,
        random: Random,
        studio: Studio,
        faults: Faults,
        callbacks: Callbacks,
    ) -> None:
        self.origin = ""
        self.tasks: dict[str, Task] = {}
        self.ledger = Ledger(balance)
        self._pace = pace
        self._clock = clock
        self._random = random
        self._studio = studio
        self._faults = faults
        self._callbacks = callbacks
        self._running: set[asyncio.Task[None]] = set()

    def accept(self, submission: Submission, body: object) -> Task:
        """Reserve the price and start the task. Raises `Refused` (402)."""
        now = self._clock.now()
        screenplay = _screenplay(submission)
        entry = self.ledger.reserve(submission.price)
        task = Task(
            id=self._new_id(int(now.timestamp())),
            submission=submission,
            body=body,
            created=now,
            estimated_time=self._pace.estimate(self._studio.estimate(screenplay)),
            entry=entry,
        )
        self.tasks[task.id] = task
        self._start(task, screenplay)
        return task

    def describe(self, task: Task) -> replies.Json:
        return replies.described(task, self.origin, self._clock.now())

    async def close(self) -> None:
        """Stop all work; unfinished tasks stay as they are."""
        for run in self._running:
            run.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _new_id(self, created: int) -> str:
        letters = self._random.choices(string.ascii_lowercase + string.digits, k=8)
        return f"task-unified-{created}-{''.join(letters)}"

    def _start(self, task: Task, screenplay: Screenplay) -> None:
        course = self._faults.courses.take() or Course()
        run = asyncio.create_task(self._run(task, screenplay, course), name=task.id)
        self._running.add(run)
        run.add_done_callback(self._ended)

    def _ended(self, run: asyncio.Task[None]) -> None:
        self._running.discard(run)
        if not run.cancelled() and (error := run.exception()):
            log.error("Task %s failed unexpectedly", run.get_name(), exc_info=error)

    async def _run(self, task: Task, screenplay: Screenplay, course: Course) -> None:
        if course.failure is not None or course.cancelled:
            await self._pass_time(task, self._pace.seconds / 2)
            task.break_off(course.failure, self._clock.now())
        else:
            await self._produce(task, screenplay, stuck=course.stuck)
        await self._call_back(task)

    async def _produce(self, task: Task, screenplay: Screenplay, *, stuck: bool) -> None:
        async with asyncio.TaskGroup() as group:
            making = group.create_task(self._film(task.id, screenplay))
            await self._pass_time(task, self._pace.seconds)
        if stuck:
            await task.unstick.wait()
        film = making.result()
        if film is None:
            task.break_off(UNRENDERED, self._clock.now())
        else:
            task.complete(film, self._clock.now())

    async def _film(self, name: str, screenplay: Screenplay) -> Path | None:
        try:
            return await self._studio.make(name, screenplay)
        except RenderError:
            log.exception("Could not render the video of task %s", name)
            return None

    async def _pass_time(self, task: Task, seconds: float) -> None:
        waiting = min(self._pace.waiting, seconds)
        await self._clock.sleep(waiting)
        task.status = Status.PROCESSING
        await self._clock.sleep(seconds - waiting)

    async def _call_back(self, task: Task) -> None:
        url = task.submission.callback_url
        if url is not None:
            fault = self._faults.callbacks.take() or CallbackFault()
            await self._callbacks.send(task.id, url, self.describe(task), fault)


def _screenplay(submission: Submission) -> Screenplay:
    width, height = submission.size
    return Screenplay(
        width=width,
        height=height,
        scenes=_scenes(submission),
        sound=submission.sound == "on",
        watermark=submission.watermark,
    )


def _scenes(submission: Submission) -> tuple[Scene, ...]:
    if submission.cuts_itself:
        return cut(submission.prompt, submission.duration)
    if submission.shots:
        return tuple(Scene(text=shot.prompt, seconds=shot.seconds) for shot in submission.shots)
    return (Scene(text=submission.prompt, seconds=submission.duration),)
