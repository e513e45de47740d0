"""One start of the program: the real services and engine on a loop that can die at any step."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from bot.clock import SteadyClock
from bot.errors import CommitUnknown, Fate, HeardBefore, PostError, Refusal, StorageDown
from bot.video.doors.hearing import Ears
from bot.video.doors.intake import ReplyTo
from bot.video.doors.videos import VideoService
from bot.video.life.engine import Engine
from bot.video.limits.effective import Limits
from bot.video.values.cards import Card
from bot.video.values.prices import CREDIT, PRICES
from bot.video.values.videos import State, VideoSpec
from tests.orders import order
from tests.simulation.database import Lease, Storage
from tests.simulation.guild import Announcer, Films, Guild, face
from tests.simulation.loop import LoopClock, SimulatedLoop
from tests.simulation.remote import Api, RemoteApi
from tests.simulation.world import Line, World

SERVER, CHANNEL, MODERATOR = 1, 11, 102
UNDO = timedelta(seconds=4)
LIMIT = timedelta(minutes=10)
LIMITS = Limits(daily=100 * CREDIT, at_once=3, bot_daily=None)
SLOTS = 1
TOKEN_LIFE = 15 * 60
STORAGE = (StorageDown, CommitUnknown)  # people are asked to try again, the API calls again


class Program:
    """A process. `may_submit` returns what forbids submitting a video now."""

    def __init__(
        self,
        world: World,
        *,
        store: Storage,
        remote: RemoteApi,
        guild: Guild,
        may_submit: Callable[[str], str | None],
    ) -> None:
        self.loop = SimulatedLoop(lambda: world.now)  # type: ignore[abstract]  # what nobody calls
        self.is_up = False
        self._lease = store.lease
        self._world = world
        self._remote = remote
        self._guild = guild
        self._line = Line(world, loss=world.weather.discord, timeout=5)
        clock = self._clock = SteadyClock(LoopClock(self.loop, lambda: world.set_by))
        self.engine = Engine(
            store=store,
            api=Api(
                world, remote, may_submit=lambda task_id: self._unleased() or may_submit(task_id)
            ),
            films=Films(world),
            announcer=Announcer(world, guild),
            lease=store.lease,
            clock=clock,
            slots=SLOTS,
            limits=LIMITS,
            undo=UNDO,
            limit=LIMIT,
            callback_url=lambda task_id: task_id if world.weather.has_callbacks else None,
        )
        self.videos = VideoService(
            store=store,
            clock=clock,
            choose=random.Random(world.chance.random()).choice,
            limits=LIMITS,
            prices=PRICES,
            cards=self.engine.cards,
            undo=UNDO,
            owner=store.lease.owner,
            notify=self.engine.notify,
        )
        self._ears = Ears(start=world.chance.getrandbits(62))
        self._serving = self.loop.create_task(self._serve())

    @property
    def faults(self) -> list[str]:
        """What nobody handled."""
        ended = ["the engine ended"] if self._serving.done() else []
        return self.loop.faults + ended

    def call_back(self, task_id: str, claimed: str, heard: Callable[[], None]) -> bool:
        """A callback reaches this process."""
        self.loop.create_task(self._called_back(task_id, claimed, heard))
        return True

    def order(self, user_id: int, created: float, interaction_id: int) -> None:
        """A person uses the command."""
        if self.is_up:
            self.loop.create_task(self._order(user_id, created, interaction_id))

    def press(self, what: str, task_id: str, user_id: int) -> None:
        """A person router a button under a message."""
        if self.is_up:
            self.loop.create_task(self._press(what, task_id, user_id))

    def lose_lease(self) -> None:
        """Another process has taken over."""
        assert isinstance(self._lease, Lease)
        self._lease.is_lost = True

    def _unleased(self) -> str | None:
        """What the program should find out by itself; here, ask the one that took the lease."""
        return "without a lease" if self._lease.is_lost else None

    async def _serve(self) -> None:
        while not self.is_up:
            try:
                await self.engine.resume()
                self.is_up = True
            except STORAGE:
                await asyncio.sleep(1)  # whoever starts it starts it again
        await self.engine.run()

    async def _called_back(self, task_id: str, claimed: str, heard: Callable[[], None]) -> None:
        with suppress(*STORAGE):
            if await self.engine.called_back(task_id, claimed):
                heard()

    async def _order(self, user_id: int, created: float, interaction_id: int) -> None:
        """What `bot.ui.orders` does with a command."""
        was_asked = self._clock.now() - timedelta(seconds=self._world.now - created)
        until = was_asked + timedelta(seconds=TOKEN_LIFE)
        reply = ReplyTo(application_id=7, token="secret", token_until=until)
        try:
            self._ears.hear(interaction_id)
            spec = VideoSpec(prompt="a fox", takes=self._world.takes)
            asked = order(self.videos, spec, user=user_id, server=SERVER, channel=CHANNEL)
            card = await self.videos.accept(asked, reply)
        except (HeardBefore, Refusal, *STORAGE):
            return
        self._guild.accept(interaction_id, card.task.id)
        self._guild.leads |= {each.task.id: card.task.id for each in card.all}
        with suppress(*STORAGE):
            await self._answer(card, created, interaction_id)

    async def _answer(self, card: Card, created: float, interaction_id: int) -> None:
        task_id = card.task.id
        try:
            message_id = await self._line.ask(
                lambda: self._guild.respond(task_id, created, face(card), interaction_id),
                lost=lambda: PostError(Fate.UNKNOWN),
            )
        except PostError as error:
            if error.fate is Fate.REFUSED:
                await self.videos.withdraw(task_id)
            return  # in doubt: whoever delivers posts looks for it
        await self.videos.answered(task_id, message_id=message_id)

    async def _draw(self, card: Card) -> None:
        """What `cogs.films` does with a pressed button: answer with the card in the reply."""
        lead = card.all[0].task.id
        await self._line.ask(
            lambda: self._guild.press(lead, face(card)), lost=lambda: PostError(Fate.UNKNOWN)
        )
        await self.videos.shown(card)

    async def _press(self, what: str, task_id: str, user_id: int) -> None:
        try:
            match what:
                case "cancel":
                    may_moderate = user_id == MODERATOR
                    card = await self.videos.cancel(task_id, by=user_id, may_moderate=may_moderate)
                    ended = [each.task for each in card.all]
                    self._guild.cancelled |= {
                        each.id for each in ended if each.state is State.CANCELLED
                    }
                    await self._draw(card)
                case "mute":
                    card = await self.videos.mute(task_id, by=user_id, muted=True)
                    for each in card.all:
                        self._guild.muted[each.task.id] = self._world.now
                    await self._draw(card)
                case "delete":
                    await self.videos.delete(task_id, by=user_id, may_moderate=False)
        except (Refusal, PostError, *STORAGE):
            return
