"""Discord outside the program: holds messages, remembers nonces for a while, closes places."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import TypeVar

from bot.errors import Fate, FilmError, PostError
from bot.video.ports.edges import About, Clip, FilmFile, SentMessage
from bot.video.values.cards import Card
from bot.video.values.posts import Post, PostKind, Rung
from bot.video.values.videos import State, VideoTask
from tests.simulation.world import Line, World

T = TypeVar("T")

NONCE_SECONDS = 120.0  # for how long Discord recognises a repeat
PLACES = {Rung.CHANNEL: "channel", Rung.PARENT: "parent", Rung.DM: "dm"}
LIMIT = 10 * 1024 * 1024


@dataclass(kw_only=True)
class Message:
    """A visible message; `shows` is what a reply says about its video."""

    id: int
    place: str
    kind: PostKind
    task_id: str | None
    nonce: str
    at: float
    pings: bool = False
    shows: object = None
    is_deleted: bool = False


@dataclass
class Guild:
    """A server with one thread, its parent, and its people's direct messages."""

    world: World
    messages: list[Message] = field(default_factory=list)
    shut: dict[str, float] = field(default_factory=dict)  # since when a place takes nothing
    has_history: bool = True
    muted: dict[str, float] = field(default_factory=dict)  # since when not to be told, by task
    accepted: dict[int, str] = field(default_factory=dict)  # the task of an interaction
    leads: dict[str, str] = field(default_factory=dict)  # whose reply answers for a task
    cancelled: set[str] = field(default_factory=set)  # tasks whose people saw them cancelled

    def __post_init__(self) -> None:
        chance, closed = self.world.chance, self.world.weather.closed
        for place in PLACES.values():
            if self.world.comes_true(closed):
                self.shut[place] = chance.choice((0.0, 20.0, 60.0))
        self.has_history = not self.world.comes_true(closed * 0.5)

    def reply(self, task_id: str) -> Message | None:
        """The first response about a task, once it has arrived."""
        lead = self.leads.get(task_id, task_id)
        return next((m for m in self.messages if _is_reply(m) and m.task_id == lead), None)

    def of(self, task_id: str, kind: PostKind) -> list[Message]:
        """All messages about a task that ever were."""
        return [m for m in self.messages if m.task_id == task_id and m.kind is kind]

    def accept(self, interaction_id: int, task_id: str) -> None:
        """The program has accepted a video for an interaction."""
        if self.accepted.setdefault(interaction_id, task_id) != task_id:
            self.world.violate("two videos were accepted for one interaction")

    def respond(self, task_id: str, created: float, shows: object, interaction_id: int) -> int:
        """The first response to a command: taken once, for three seconds."""
        if self.accepted[interaction_id] != task_id:  # another's answer is there
            raise PostError(Fate.REFUSED, code=40060)
        if self.world.now > created + 3:
            raise PostError(Fate.REFUSED, code=10062)
        if (there := self.reply(task_id)) is not None:
            return there.id
        message = self._add("channel", PostKind.REPLY, task_id, nonce="")
        message.shows = shows
        return message.id

    def press(self, task_id: str, shows: object) -> None:
        """Answer a press with what its message shows from now on."""
        if (reply := self.reply(task_id)) is not None:
            reply.shows = shows

    def edit(self, post: Post, shows: object) -> None:
        """Edit a reply by its token, or any message by the bot's own."""
        if post.rung is Rung.TOKEN:
            self._check_token(post)
        else:
            self.check(_place(post))
        message = self._message(post)
        if message is None or message.is_deleted:
            raise PostError(Fate.REFUSED, code=10008)
        message.shows = shows

    def remove(self, post: Post) -> None:
        """Delete a message."""
        self.check(_place(post))
        if (message := self._message(post)) is not None:
            message.is_deleted = True

    def send(self, post: Post, *, ping: bool) -> SentMessage:
        """A new message, or the one with this nonce that is there already."""
        place = _place(post)
        self.check(place)
        for each in self.messages:
            is_recent = each.at > self.world.now - NONCE_SECONDS
            if is_recent and (each.place, each.nonce) == (place, post.nonce):
                return SentMessage(channel_id=post.channel_id, message_id=each.id)
        message = self._add(place, post.kind, post.task_id, nonce=post.nonce)
        message.pings = ping
        return SentMessage(channel_id=post.channel_id, message_id=message.id)

    def find(self, post: Post) -> SentMessage | None:
        """A message in a place's history, or the reply by its token."""
        is_by_token = post.kind is PostKind.REPLY and self._is_alive(post)
        if not is_by_token:
            self.check(_place(post))
            if not self.has_history:
                raise PostError(Fate.REFUSED, code=50001)
        for each in self.messages:
            is_here = is_by_token or each.place == _place(post)
            if is_here and _is(each, post) and not each.is_deleted:
                return SentMessage(channel_id=post.channel_id, message_id=each.id)
        return None

    def open_above(self, place: str, moment: float | None = None) -> Iterator[str]:
        """The places that come before one and took messages at a moment, now by default."""
        at = self.world.now if moment is None else moment
        above = takewhile(lambda each: each != place, PLACES.values())
        return (each for each in above if not self._is_shut(each, at))

    def check(self, place: str) -> None:
        """Raise when a place takes nothing."""
        if self._is_shut(place, self.world.now):
            raise PostError(Fate.REFUSED, code=50007 if place == "dm" else 50001)

    def _message(self, post: Post) -> Message | None:
        if post.kind is PostKind.REPLY:
            return self.reply(str(post.task_id))
        return next((each for each in self.messages if each.id == post.message_id), None)

    def _is_shut(self, place: str, at: float) -> bool:
        return at >= self.shut.get(place, float("inf"))

    def _is_alive(self, post: Post) -> bool:
        until = post.token_until
        return bool(post.token) and until is not None and self.world.instant() < until

    def _check_token(self, post: Post) -> None:
        if not self._is_alive(post):
            raise PostError(Fate.REFUSED, code=50027)
        if self.world.goes_wrong(self.world.weather.closed * 0.1):
            raise PostError(Fate.REFUSED, code=200000)

    def _add(self, place: str, kind: PostKind, task_id: str | None, *, nonce: str) -> Message:
        message = Message(
            id=len(self.messages) + 1,
            place=place,
            kind=kind,
            task_id=task_id,
            nonce=nonce,
            at=self.world.now,
        )
        self.messages.append(message)
        return message


def _is_reply(message: Message) -> bool:
    return message.kind is PostKind.REPLY


def _is(message: Message, post: Post) -> bool:
    is_reply = post.kind is PostKind.REPLY
    is_it = _is_reply(message) if is_reply else message.nonce == post.nonce
    return is_it and message.task_id == post.task_id


def _place(post: Post) -> str:
    return "operator" if post.kind is PostKind.OPERATOR else PLACES.get(post.rung, "channel")


def face(card: Card) -> tuple[object, ...]:
    """What a reply's last edit has to say."""
    if card.takes:
        return tuple(end_of(each.task, each.film) for each in card.takes)
    is_made = card.task.state is State.COMPLETED
    return end_of(card.task, card.film if is_made else card.notice)


def end_of(task: VideoTask, said: Post | None) -> tuple[object, ...]:
    """What a card shows of a video in the end; `said` is the post that it links to."""
    return (task.state, None if said is None else said.state, task.deleted_by is not None)


class Announcer:
    """`bot.video.ports.edges.Announcer` of one process, on a line to Discord."""

    def __init__(self, world: World, guild: Guild) -> None:
        self._world = world
        self._guild = guild
        self._line = Line(world, loss=world.weather.discord, timeout=10)

    async def edit(self, post: Post, about: About) -> None:
        thread = f"edit {post.task_id}"
        shows = face(about) if isinstance(about, Card) else None
        await self._ask(lambda: self._guild.edit(post, shows), Fate.LATER, thread)

    async def remove(self, post: Post) -> None:
        await self._ask(lambda: self._guild.remove(post), Fate.LATER)

    async def find(self, post: Post) -> SentMessage | None:
        return await self._ask(lambda: self._guild.find(post), Fate.LATER)

    async def upload_limit(self, post: Post) -> int:
        return await self._ask(lambda: LIMIT, Fate.LATER)

    async def send(
        self,
        post: Post,
        about: About,
        *,
        ping: bool,
        clips: Sequence[Clip] = (),
    ) -> SentMessage:
        if ping and self._world.now > self._guild.muted.get(str(post.task_id), float("inf")):
            self._world.violate(f"{post.task_id} pings a person who did not want it")
        if any(each.film for each in clips) and self._world.goes_wrong(
            self._world.weather.films * 0.3
        ):
            raise PostError(Fate.REFUSED, code=40005)
        return await self._ask(lambda: self._guild.send(post, ping=ping), Fate.UNKNOWN)

    async def _ask(self, serve: Callable[[], T], lost: Fate, thread: str = "") -> T:
        if self._world.goes_wrong(self._world.weather.discord * 0.3):
            raise PostError(Fate.LATER, retry_after=self._world.chance.choice((None, 1.0, 30.0)))
        return await self._line.ask(serve, lost=lambda: PostError(lost), thread=thread)


class Films:
    """`bot.video.ports.edges.Films`: files that come through more or less well."""

    def __init__(self, world: World) -> None:
        self._line = Line(world, loss=world.weather.films, timeout=20)
        self._world = world

    async def fetch(self, url: str, *, task_id: str) -> FilmFile:
        is_final = self._world.comes_true(0.2)
        size = self._world.chance.choice((1000, 2 * LIMIT))
        film = FilmFile(path=Path(f"{task_id}.mp4"), size=size)
        error = FilmError("lost", is_final=is_final)
        return await self._line.ask(lambda: film, lost=lambda: error)

    def drop(self, film: FilmFile) -> None:
        """Nothing is there to be removed."""

    async def keep(self, film: FilmFile, *, task_id: str) -> str | None:
        return f"https://bot.example/films/{task_id}.mp4"

    async def has(self, address: str) -> bool:
        return True

    async def forget(self, address: str) -> None:
        """Nothing was kept but its address."""
