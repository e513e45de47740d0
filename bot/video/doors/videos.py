"""What people do with videos: order, cancel, mute, delete, look up.

`engine.py` takes over accepted videos."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Concatenate, ParamSpec, TypeVar

from msgspec.structs import replace

from bot.clock import Clock
from bot.errors import Refusal, RuleRefusal
from bot.video.doors import changes
from bot.video.doors.cards import Cards
from bot.video.doors.inbox import take_hint
from bot.video.doors.intake import Intake, Order, ReplyTo
from bot.video.doors.service import Service
from bot.video.doors.votes import vote_for
from bot.video.limits.effective import Limits
from bot.video.limits.offers import is_helped, offered
from bot.video.limits.refusals import with_opening
from bot.video.limits.room import Room
from bot.video.moderation.approval import HeldVideo, held_of
from bot.video.moderation.screening import Screening
from bot.video.outbox import owed
from bot.video.outbox.change import drawn
from bot.video.outbox.new_posts import reply_id
from bot.video.ports.books import Books
from bot.video.ports.edges import PatientStore
from bot.video.ports.tasks import Search
from bot.video.servers.places import completed_here
from bot.video.values.asker import Asker
from bot.video.values.cards import Card
from bot.video.values.options import Options
from bot.video.values.prices import Cost, Prices
from bot.video.values.videos import Origin, VideoRequest, VideoSpec, VideoTask, new_id

P = ParamSpec("P")
T = TypeVar("T")


class VideoService(Service):
    """The door to videos; `limits` are the operator's own."""

    def __init__(
        self,
        *,
        store: PatientStore,
        clock: Clock,
        choose: Callable[[str], str],
        limits: Limits,
        prices: Prices,
        cards: Cards,
        undo: timedelta,
        owner: int,
        notify: Callable[[str], None],
        screening: Screening | None = None,
    ) -> None:
        super().__init__(store=store, clock=clock, choose=choose, notify=notify)
        self.prices = prices
        self._cards = cards
        self._undo = undo
        self.limits = limits
        self._intake = Intake(
            clock=clock,
            choose=choose,
            limits=limits,
            prices=prices,
            cards=cards,
            owner=owner,
        )
        self.screening = screening or Screening()
        self._is_closing = False

    def close(self) -> None:
        """Accept nothing more; accepted videos go on."""
        self._is_closing = True

    def origin(
        self,
        *,
        server_id: int,
        channel_id: int,
        user_id: int,
        locale: str,
        server_locale: str,
        parent_id: str | None = None,
        board_id: str | None = None,
        seen_from: int | None = None,
        thread_of: int | None = None,
    ) -> Origin:
        """The origin of a request made now."""
        return Origin(
            id=new_id(self._choose),
            parent_id=parent_id,
            server_id=server_id,
            channel_id=channel_id,
            user_id=user_id,
            locale=locale,
            server_locale=server_locale,
            created_at=self._clock.now(),
            board_id=board_id,
            seen_from=seen_from,
            thread_of=thread_of,
        )

    async def completed(self, server_id: int, asker: Asker, options: Options) -> VideoSpec:
        """The video these options would give here; its words are not checked yet."""
        return await self._store.tx(
            lambda books: completed_here(books.settings(server_id), asker, options)
        )

    async def offered(self, draft_id: str, *, user_id: int, server_id: int) -> VideoRequest:
        """The smaller video that a refusal offered to this person. Raises `Refusal`."""
        return await self._store.tx(offered, draft_id, user_id=user_id, server_id=server_id)

    async def room(self, server_id: int, asker: Asker) -> Room:
        """How much a person may make right now."""

        def read(books: Books) -> Room:
            terms = books.terms(server_id, asker.user_id)
            return self._intake.room(books, terms, asker, server_id)

        return await self._store.read(read)

    async def quota(
        self, server_id: int, asker: Asker, film: Cost
    ) -> tuple[Room, Sequence[HeldVideo]]:
        """How much a person may make, when more videos like this fit, and what waits for a
        moderator, oldest first."""

        def read(books: Books) -> tuple[Room, Sequence[HeldVideo]]:
            terms = books.terms(server_id, asker.user_id)
            room = self._intake.room(books, terms, asker, server_id)
            held = held_of(books, server_id, asker.user_id, most=room.active + room.held)
            return with_opening(books, room, film, self._clock.now()), held

        return await self._store.read(read)

    async def accept(self, order: Order, reply: ReplyTo) -> Card:
        """Accept an order and store its task, reservation, charge and reply; committed on return.

        Raises `Refusal`, and then saves nothing but an audit entry, if a server's rule decided, and
        maybe the draft of a smaller video.
        """
        if self._is_closing:
            raise Refusal("stopping")
        async with self._explaining(order):
            card = await self.screening.around(
                lambda found: self._store.tx(
                    self._intake.accept, replace(order, screened=found), reply
                )
            )
        # Its card is about to be shown; until then, only a held video has a due time.
        self._notify(card.task.id if card.task.due_at is not None else "")
        return replace(card, task=replace(card.task, ready_at=self._clock.now() + self._undo))

    async def check(self, order: Order) -> None:
        """Raise what `accept` would raise now; saves as little."""
        async with self._explaining(order):
            await self.screening.around(
                lambda found: self._store.tx(self._intake.check, replace(order, screened=found))
            )

    @asynccontextmanager
    async def _explaining(self, order: Order) -> AsyncIterator[None]:
        """Record a rule's refusal in the audit, and add the offer of a smaller video."""
        try:
            yield
        except Refusal as refusal:
            if isinstance(refusal, RuleRefusal) or is_helped(refusal.reason, order.options):
                refusal.offer = await self.act(self._intake.refused, order, refusal)
            raise

    async def answered(self, task_id: str, *, message_id: int) -> bool:
        """Start the undo seconds, now that the first response is known to have arrived. Returns
        whether to tell the person about their inbox; if this was known before, their next video
        does."""

        def note(books: Books) -> bool:
            begun = owed.mark_answered(books, task_id, message_id, self._clock.now(), self._undo)
            return begun is not None and begun.has_inbox and take_hint(books, begun.task.user_id)

        has_hint = await self._store.soon(note)
        self._notify("")  # its card was just shown, and it is not at the API yet
        return has_hint

    async def withdraw(self, task_id: str) -> None:
        """Undo a video whose first response is known not to have arrived: no cost, no
        reservation."""
        await self._store.tx(owed.withdraw, task_id, self._clock.now())
        self._notify(task_id)

    async def cancel(self, task_id: str, *, by: int, may_moderate: bool) -> Card:
        """Cancel a video; whoever draws its card says `shown`. Raises `Refusal` if it was
        submitted, or is not theirs."""
        return await self._change(changes.cancel, task_id, self._person(by, may_moderate))

    async def mute(self, task_id: str, *, by: int, muted: bool) -> Card:
        """Turn the requester's ping off or on; whoever draws the card says `shown`."""
        return await self._change(changes.mute, task_id, self._person(by), muted=muted)

    async def delete(self, task_id: str, *, by: int, may_moderate: bool) -> Card:
        """Remove a video's message and the copy we keep. Raises `Refusal`."""
        return await self._change(changes.delete, task_id, self._person(by, may_moderate))

    async def _change(
        self,
        fn: Callable[Concatenate[Books, str, P], VideoTask],
        task_id: str,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Card:
        def change(books: Books) -> Card:
            changed = fn(books, task_id, *args, **kwargs)
            return self._cards.of(books, books.sheet(changed.id))

        card = await self._store.tx(change)
        self._notify(task_id)
        return card

    def _person(self, by: int, may_moderate: bool = False) -> changes.Person:
        now = self._clock.now()
        return changes.Person(id=by, may_moderate=may_moderate, now=now, choose=self._choose)

    async def vote(self, task_id: str, *, by: int) -> bool:
        """Vote for a take; returns False if the vote was taken back. Raises `Refusal`."""
        return await self.act(vote_for, task_id, by, self._clock.now())

    async def votes(self, card: Card) -> Mapping[str, int]:
        """How many people voted for each take of a request; takes without a vote are left out."""
        ballot = card.request.board_id or card.request.id
        return await self._store.read(lambda books: books.votes(ballot))

    async def shown(self, card: Card) -> None:
        """The answer to a press has drawn this card; once the video has ended, its reply is due for
        a last edit."""
        first_id = card.all[0].task.id

        def check(books: Books) -> None:
            is_last = self._cards.of(books, books.sheet(first_id)).is_over
            drawn(books, reply_id(first_id), self._clock.now(), is_last=is_last)

        await self.act(check)
        self._notify(first_id)

    async def card(self, task_id: str) -> Card:
        """Everything there is to show about a video. Raises `Refusal("unknown_film")`."""

        def read(books: Books) -> Card:
            return self._cards.of(books, books.sheet(changes.find(books, task_id).id))

        return await self._store.tx(read)

    async def films(self, search: Search) -> list[Card]:
        """Videos, newest first."""

        def read(books: Books) -> list[Card]:
            found = books.search(search)
            return [self._cards.of(books, books.sheet(task.id)) for _, task in found]

        return await self._store.read(read)

    async def is_cut(self, search: Search) -> bool:
        """Whether there are older videos than `films` searches."""
        return await self._store.read(lambda books: books.is_cut(search))
