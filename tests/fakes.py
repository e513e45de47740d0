"""Doubles for the middle's edges: a clock moved by hand, an API, an announcer, video files."""

import asyncio
import heapq
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace

from bot.errors import ApiError, Cause, Certainty, PostError
from bot.video.ports import edges
from bot.video.values.boards import BoardCard
from bot.video.values.cards import Card
from bot.video.values.contents import (
    AuditContent,
    BudgetContent,
    Content,
    OperatorContent,
    PersonContent,
)
from bot.video.values.posts import Post, PostKind
from bot.video.values.videos import Balance, RemoteStatus, VideoRequest, VideoUpdate

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class FakeClock:
    """Time stands still until `advance`. `set_by` is how far someone set the machine's clock."""

    boot = "fake"

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._set_by = timedelta()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._counter = itertools.count()

    def now(self) -> datetime:
        return self._now + self._set_by

    def monotonic(self) -> float:
        return (self._now - START).total_seconds()

    def set_by(self, **time: float) -> None:
        """Set the machine's clock, forward or back; no time passes."""
        self._set_by += timedelta(**time)

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        wakes = asyncio.get_running_loop().create_future()
        at = self._now + timedelta(microseconds=math.ceil(seconds * 1e6))
        heapq.heappush(self._sleepers, (at, next(self._counter), wakes))
        await wakes

    async def advance(self, seconds: float) -> None:
        """Let time pass in order; everybody who wakes continues before the next one wakes."""
        until = self._now + timedelta(seconds=seconds)
        await settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            at, _, wakes = heapq.heappop(self._sleepers)
            self._now = max(self._now, at)
            if not wakes.done():
                wakes.set_result(None)
            await settle()
        self._now = until
        await settle()

    async def jump(self, seconds: float) -> None:
        """Wake sleepers late and only once, as after the machine was asleep."""
        self._now += timedelta(seconds=seconds)
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, wakes = heapq.heappop(self._sleepers)
            if not wakes.done():
                wakes.set_result(None)
        await settle()

    async def advance_in_steps(self, seconds: float, step: float = 600) -> None:
        """Let hours pass quickly: whoever wakes within a step wakes at its end."""
        while seconds > 0:
            await self.jump(min(step, seconds))
            seconds -= step


async def settle() -> None:
    """Let everything go on that needs no time."""
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    await asyncio.sleep(0)
    while ready:  # noqa: ASYNC110 - the very queue that an event would go through
        await asyncio.sleep(0)


@dataclass
class RemoteFilm:
    """A task at the fake API."""

    update: VideoUpdate
    request: VideoRequest


@dataclass
class FakeApi:
    """Accepts every task; the test decides its fate. `script` answers submissions first."""

    clock: FakeClock
    script: list[ApiError] = field(default_factory=list)
    look_script: list[ApiError] = field(default_factory=list)
    tasks: dict[str, RemoteFilm] = field(default_factory=dict)
    submitted: list[str] = field(default_factory=list)
    looks: int = 0
    credits: float = 10_000.0
    reserved: float | None = None
    balance_error: ApiError | None = None
    refused: dict[str, ApiError] = field(default_factory=dict)  # by prompt, for its own sake
    takes_doubtful: bool = True  # a submission whose answer is lost left a task behind

    async def submit(
        self, request: VideoRequest, *, task_id: str, callback_url: str | None
    ) -> VideoUpdate:
        self.submitted.append(task_id)
        if (own := self.refused.get(request.spec.prompt)) is not None:
            raise own
        error = self.script.pop(0) if self.script else None
        if error is not None and (error.sent is Certainty.NO or not self.takes_doubtful):
            raise error
        update = VideoUpdate(
            remote_id=f"task-unified-{len(self.tasks) + 1}",
            status=RemoteStatus.PENDING,
            model=request.spec.model,
            created_at=self.clock.now(),
            duration=request.spec.duration,
            progress=0,
            estimate=60,
            reserved=self.reserved,
        )
        self.tasks[update.remote_id] = RemoteFilm(update=update, request=request)
        if error is not None:
            raise error
        return update

    async def look(self, remote_id: str) -> VideoUpdate:
        self.looks += 1
        if self.look_script:
            raise self.look_script.pop(0)
        if remote_id not in self.tasks:
            raise ApiError(Cause.NOT_FOUND, sent=Certainty.NO, code="task_not_found", status=404)
        return self.tasks[remote_id].update

    async def balance(self) -> Balance:
        if self.balance_error is not None:
            raise self.balance_error
        return Balance(account=self.credits)

    def say(self, number: int = 1, **news: object) -> None:
        """What the API says of its task number `number` from now on."""
        film = self.tasks[f"task-unified-{number}"]
        film.update = replace(film.update, **news)  # type: ignore[arg-type]

    def finish(self, number: int = 1) -> None:
        """Mark the video as ready."""
        self.say(
            number,
            status=RemoteStatus.COMPLETED,
            progress=100,
            film_url=f"https://files.example/{number}.mp4",
        )


@dataclass
class Said:
    """One call that reached Discord."""

    what: str
    post: Post
    card: Card | None = None
    ping: bool = False
    film: edges.FilmFile | None = None
    clips: Sequence[edges.Clip] = ()
    board: BoardCard | None = None
    at: datetime = START


def named(content: Content) -> tuple[str, dict[str, object]]:
    """What a line is called in the catalogue, and its facts."""
    match content:
        case OperatorContent(cause=cause, facts=facts):
            return f"operator.{cause}", dict(facts)
        case AuditContent(action=action):
            return f"audit.{action}", to_builtins(content)
        case BudgetContent():
            return content.text_key, to_builtins(content)
        case PersonContent():
            return f"person.{to_builtins(content)['type']}", to_builtins(content)
    return "", {}


SENT = {PostKind.FILM: "film", PostKind.BOARD: "board"}  # what is said of a message that is sent


@dataclass
class RecordingAnnouncer:
    """Remembers what people would see. `script[what]` holds errors to raise first."""

    clock: FakeClock
    said: list[Said] = field(default_factory=list)
    script: dict[str, list[PostError]] = field(default_factory=dict)
    there: dict[str, edges.SentMessage] = field(default_factory=dict)  # by nonce
    takes_unknown: bool = True  # an unknown outcome left a message behind
    limit: int = 10 * 1024 * 1024
    counter: Callable[[], int] = field(default_factory=lambda: itertools.count(9000).__next__)

    async def remove(self, post: Post) -> None:
        self._stumble("remove")
        self.said.append(Said("remove", post, at=self.clock.now()))
        self.there.pop(post.nonce, None)

    async def edit(self, post: Post, about: edges.About) -> None:
        what = "edit" if post.kind is PostKind.BOARD else "show"
        self._stumble(what)
        self.said.append(self._said(what, post, about))

    async def find(self, post: Post) -> edges.SentMessage | None:
        self._stumble("find")
        return self.there.get(post.nonce)

    async def upload_limit(self, post: Post) -> int:
        return self.limit

    async def send(
        self,
        post: Post,
        about: edges.About,
        *,
        ping: bool,
        clips: Sequence[edges.Clip] = (),
    ) -> edges.SentMessage:
        what = SENT.get(post.kind, "notice")
        film = clips[0].film if clips else None
        return self._send(self._said(what, post, about, ping=ping, film=film, clips=clips))

    def _said(self, what: str, post: Post, about: edges.About, **call: Any) -> Said:
        card = about if isinstance(about, Card) else None
        board = about if isinstance(about, BoardCard) else None
        return Said(what, post, card, board=board, at=self.clock.now(), **call)

    def of(self, what: str) -> list[Said]:
        return [each for each in self.said if each.what == what]

    def notices(self) -> list[tuple[str, dict[str, object]]]:
        """The lines that were sent: what each is called in the catalogue, and its facts."""
        lines = [each.post.content for each in self.of("notice") if each.card is None]
        return [named(content) for content in lines]

    def _send(self, said: Said) -> edges.SentMessage:
        sent = edges.SentMessage(channel_id=said.post.channel_id, message_id=self.counter())
        errors = self.script.get(said.what, [])
        if errors:
            error = errors.pop(0)
            if error.fate == "unknown" and self.takes_unknown:
                self._keep(said, sent)
            raise error
        self._keep(said, sent)
        return sent

    def _keep(self, said: Said, sent: edges.SentMessage) -> None:
        self.there[said.post.nonce] = sent
        self.said.append(said)

    def _stumble(self, what: str) -> None:
        if errors := self.script.get(what):
            raise errors.pop(0)


@dataclass
class FakeFilms:
    """Films are small files that are there at once."""

    size: int = 1000
    script: list[Exception] = field(default_factory=list)
    open: int = 0
    forgotten: list[str] = field(default_factory=list)
    evicted: set[str] = field(default_factory=set)

    async def fetch(self, url: str, *, task_id: str) -> edges.FilmFile:
        if self.script:
            raise self.script.pop(0)
        self.open += 1
        return edges.FilmFile(path=Path(f"{task_id}.mp4"), size=self.size)

    def drop(self, film: edges.FilmFile) -> None:
        self.open -= 1

    async def has(self, address: str) -> bool:
        return address not in self.evicted

    async def forget(self, address: str) -> None:
        self.forgotten.append(address)

    async def keep(self, film: edges.FilmFile, *, task_id: str) -> str | None:
        return f"https://bot.example/films/{task_id}.mp4"
