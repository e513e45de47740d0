"""The video API outside the program: books tasks, charges, reports progress, and calls back."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec.structs import replace

from bot.errors import ApiError, Cause, Certainty
from bot.video.values.videos import Balance, RemoteStatus, VideoRequest, VideoUpdate
from tests.simulation.world import Line, World

# What becomes of a task, and how it may be refused; drawn by weight.
ENDS = ("film",) * 14 + ("released", "kept", "cancelled", "late", "stuck", "forgotten")
REFUSALS = (
    (Cause.REJECTED, 400, None),
    (Cause.POLICY, 400, None),
    (Cause.KEY, 401, None),
    (Cause.CREDIT, 402, None),
    (Cause.BUSY, 429, 7.0),
    (Cause.BUSY, 429, None),
)
# For which one video is refused again and again while others are taken: a firewall's page, and no
# credit although there is enough.
OWN = ((Cause.UNREADABLE, 403), (Cause.CREDIT, 402))
LATE = 2.5 * 3600  # seconds; beyond every patience
CALLBACK_TRIES = 4


@dataclass(kw_only=True)
class Job:
    """A task as the API has it."""

    update: VideoUpdate
    task_id: str
    url: str | None
    end: str
    started: float
    done: float | None
    is_charged: bool = False

    def is_forgotten(self, now: float) -> bool:
        return self.end == "forgotten" and now > self.started + 20


@dataclass
class RemoteApi:
    """Books what reaches it. `call` brings a callback to whatever process lives; False: nobody."""

    world: World
    jobs: dict[str, Job] = field(default_factory=dict)
    doubtful: Counter[str] = field(default_factory=Counter)  # tries without a definite no, by task
    own: dict[str, ApiError | None] = field(default_factory=dict)  # by task, drawn at first sight
    refused: Counter[str] = field(default_factory=Counter)  # times, by task
    heard: set[str] = field(default_factory=set)  # our tasks whose callback was taken
    call: Callable[[str, str, Callable[[], None]], bool] = lambda *_: False

    def book(self, request: VideoRequest, task_id: str, url: str | None) -> VideoUpdate:
        """Take a task, or refuse it for certain."""
        if (refusal := self._own_refusal(task_id)) is not None:
            raise refusal
        if self.world.goes_wrong(self.world.weather.api * 0.4):
            cause, status, retry_after = self.world.chance.choice(REFUSALS)
            raise ApiError(cause, sent=Certainty.NO, status=status, retry_after=retry_after)
        end = self.world.chance.choice(ENDS)
        seconds = LATE if end == "late" else self.world.chance.uniform(5, 60)
        update = VideoUpdate(
            remote_id=f"remote-{len(self.jobs) + 1}",
            status=RemoteStatus.PENDING,
            model=request.spec.model,
            created_at=self.world.instant(),
            duration=request.spec.duration,
            progress=0,
            estimate=self.world.chance.choice((None, 20, 60)),
        )
        job = Job(
            update=update,
            task_id=task_id,
            url=url,
            end=end,
            started=self.world.now,
            done=None if end == "stuck" else self.world.now + seconds,
        )
        self.jobs[update.remote_id] = job
        if job.done is not None:
            self.world.at(job.done, lambda: self._end(job))
        return update

    def _own_refusal(self, task_id: str) -> ApiError | None:
        if task_id not in self.own:
            cause, status = self.world.chance.choice(OWN)
            is_its_own = self.world.comes_true(self.world.weather.own)
            refusal = ApiError(cause, sent=Certainty.NO, status=status)
            self.own[task_id] = refusal if is_its_own else None
        return self.own[task_id]

    def read(self, remote_id: str) -> VideoUpdate:
        """What the API says of a task now."""
        job = self.jobs.get(remote_id)
        if job is None or job.is_forgotten(self.world.now):
            raise ApiError(Cause.NOT_FOUND, sent=Certainty.NO, code="task_not_found", status=404)
        if self.world.goes_wrong(self.world.weather.api * 0.2):
            return replace(job.update, status=RemoteStatus.UNKNOWN)
        if job.update.status is RemoteStatus.PENDING and job.done is not None:
            share = (self.world.now - job.started) / (job.done - job.started)
            return replace(job.update, status=RemoteStatus.PROCESSING, progress=int(99 * share))
        return job.update

    def booked(self) -> Counter[str]:
        """How many paid tasks there are for each of ours."""
        return Counter(job.task_id for job in self.jobs.values())

    def of(self, task_id: str) -> Job | None:
        """The newest task for one of ours."""
        mine = [job for job in self.jobs.values() if job.task_id == task_id]
        return mine[-1] if mine else None

    def _end(self, job: Job) -> None:
        job.update = replace(job.update, **_last_words(job))
        job.is_charged = job.end not in ("released",)
        if job.url is None or job.end == "forgotten":
            return
        for _ in range(self.world.chance.choice((0, 1, 1, 1, 2, 3))):
            after = self.world.chance.choice((0.05, 1.0, 200.0))
            self.world.at(self.world.now + after, lambda: self._call_back(job, CALLBACK_TRIES))

    def _call_back(self, job: Job, tries: int) -> None:
        claimed = "remote-0" if self.world.comes_true(0.03) else job.update.remote_id
        is_taken = self.call(job.task_id, claimed, lambda: self._was_heard(job, claimed))
        if not is_taken and tries > 1:
            self.world.at(self.world.now + 10, lambda: self._call_back(job, tries - 1))

    def _was_heard(self, job: Job, claimed: str) -> None:
        if claimed == job.update.remote_id:
            self.heard.add(job.task_id)


def _last_words(job: Job) -> dict[str, object]:
    match job.end:
        case "released":
            return {"status": RemoteStatus.FAILED, "error_code": "e", "is_released": True}
        case "kept":
            return {"status": RemoteStatus.FAILED, "error_code": "e"}
        case "cancelled":
            return {"status": RemoteStatus.CANCELLED}
    url = f"https://files.example/{job.update.remote_id}.mp4"
    return {"status": RemoteStatus.COMPLETED, "progress": 100, "film_url": url}


class Api:
    """`bot.video.ports.edges.VideoApi` of one process, on a line to the API."""

    def __init__(
        self, world: World, remote: RemoteApi, *, may_submit: Callable[[str], str | None]
    ) -> None:
        self._world = world
        self._remote = remote
        self._may_submit = may_submit
        self._line = Line(world, loss=world.weather.api, timeout=30)
        self._is_well = True  # as far as this process can know

    async def submit(
        self, request: VideoRequest, *, task_id: str, callback_url: str | None
    ) -> VideoUpdate:
        if (reason := self._may_submit(task_id)) is not None:
            self._world.violate(f"{task_id} was submitted {reason}")
        if self._remote.doubtful[task_id]:
            self._world.violate(f"{task_id} was submitted twice")
        if not self._is_well:
            self._world.violate(f"{task_id} was submitted before the API was well again")
        try:
            return await self._submit(request, task_id, callback_url)
        except ApiError as error:
            if error.cause not in (Cause.REJECTED, Cause.POLICY):
                self._note_refusal(task_id, error)
            raise

    def _note_refusal(self, task_id: str, error: ApiError) -> None:
        """The first refusal of a video asks for a probe; the next ones may be its own."""
        is_first = not self._remote.refused[task_id]
        if error.sent is Certainty.NO and error.cause is not Cause.UNAVAILABLE:
            self._remote.refused[task_id] += 1
            self._is_well = self._is_well and not is_first
        else:
            self._is_well = False

    async def _submit(
        self, request: VideoRequest, task_id: str, callback_url: str | None
    ) -> VideoUpdate:
        if self._world.goes_wrong(self._world.weather.api * 0.2):
            raise ApiError(Cause.UNAVAILABLE, sent=Certainty.NO)
        self._remote.doubtful[task_id] += 1
        try:
            return await self._line.ask(
                lambda: self._remote.book(request, task_id, callback_url), lost=_in_doubt
            )
        except ApiError as error:
            if error.sent is Certainty.NO:
                self._remote.doubtful[task_id] -= 1
            raise

    async def look(self, remote_id: str) -> VideoUpdate:
        return await self._line.ask(lambda: self._remote.read(remote_id), lost=_in_doubt)

    async def balance(self) -> Balance:
        balance = await self._line.ask(lambda: Balance(account=10_000.0), lost=_in_doubt)
        self._is_well = True
        return balance


def _in_doubt() -> ApiError:
    return ApiError(Cause.UNAVAILABLE, sent=Certainty.MAYBE)
