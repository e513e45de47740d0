"""What people do with films: ask, cancel, be left alone, delete, look back.

Cogs call this and nothing else. What happens to an accepted film is `engine.py`'s business."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec, TypeVar

from bot.clock import Clock
from bot.errors import Offer, Refusal, RuleRefusal
from bot.video import audit, owed
from bot.video.approval import PATIENCE, ask_moderators, why_held
from bot.video.asker import Asker
from bot.video.books import Books, Search
from bot.video.budget import tell_of_budget
from bot.video.cards import Cards
from bot.video.limits import Limits, scopes
from bot.video.models import (
    DURATIONS,
    Card,
    PostKind,
    PostState,
    State,
    VideoRequest,
    VideoSpec,
    VideoTask,
    new_id,
)
from bot.video.moderation import Act, check_block
from bot.video.offers import HELPED, make_offer, take_offer
from bot.video.places import check_place, is_spoiler, usual
from bot.video.ports import Store
from bot.video.prices import PriceTable
from bot.video.room import Cost, Room, room_for
from bot.video.rules import check_prompt, note_hits

P = ParamSpec("P")
T = TypeVar("T")

CHEAPEST = VideoSpec(prompt="", duration=DURATIONS.start)
CANCELLABLE = {State.HELD, State.QUEUED}


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyTo:
    """Where the first response to a command goes."""

    application_id: int
    token: str
    token_until: datetime


class Studio:
    """The one door for people. `stir` tells the engine that there is news of a task."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        choose: Callable[[str], str],
        limits: Limits,
        prices: PriceTable,
        cards: Cards,
        undo: timedelta,
        owner: int,
        stir: Callable[[str], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._choose = choose
        self._limits = limits
        self._prices = prices
        self._cards = cards
        self._undo = undo
        self._owner = owner
        self._stir = stir
        self._is_closing = False

    def close(self) -> None:
        """Accept nothing any more; what is accepted goes on."""
        self._is_closing = True

    def price(self, spec: VideoSpec) -> int:
        """In 1/10,000 credit."""
        return self._prices.price(spec)

    def new_request(
        self,
        *,
        spec: VideoSpec,
        server_id: int,
        channel_id: int,
        user_id: int,
        locale: str,
        server_locale: str,
        parent_id: str | None = None,
    ) -> VideoRequest:
        """A request as of now, not stored yet."""
        return VideoRequest(
            id=new_id(self._choose),
            parent_id=parent_id,
            server_id=server_id,
            channel_id=channel_id,
            user_id=user_id,
            locale=locale,
            server_locale=server_locale,
            created_at=self._clock.now(),
            spec=spec,
        )

    async def usual(self, server_id: int, asker: Asker) -> VideoSpec:
        """What is made in a place where a person says nothing but the prompt."""
        return await self._store.tx(lambda books: usual(books.settings(server_id), asker))

    async def act(
        self, fn: Callable[Concatenate[Books, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `fn(books, ...)` in one transaction, then have what it owes people delivered."""
        result = await self._store.tx(fn, *args, **kwargs)
        self._stir("")
        return result

    async def room(self, server_id: int, asker: Asker) -> Room:
        """What a person may make right now."""

        def read(books: Books) -> Room:
            settings, now = books.settings(server_id), self._clock.now()
            return room_for(books, self._limits, settings, asker, server_id=server_id, now=now)

        return await self._store.tx(read)

    async def accept(
        self,
        request: VideoRequest,
        *,
        reply: ReplyTo,
        answer_by: datetime | None,
        asker: Asker | None = None,
        offer: str | None = None,
    ) -> Card:
        """Keep a request, with its task, reservation, charge and reply; committed on return.

        `offer` is the draft that is used up by it. Raises `Refusal`, and then nothing of it
        remains but an entry in the audit, where a rule of the server decided, and perhaps the
        draft of a smaller film.
        """
        if self._is_closing:
            raise Refusal("stopping")
        asker = asker or Asker.of(request)
        try:
            card = await self._store.tx(self._accept, request, reply, answer_by, asker, offer)
        except Refusal as refusal:
            if isinstance(refusal, RuleRefusal) or refusal.reason in HELPED:
                refusal.offer = await self.act(self._refused, request, refusal, asker)
            raise
        # Its card is about to be shown; until then only a film that is held has a due time.
        self._stir(card.task.id if card.task.due_at is not None else "")
        return card

    async def answered(self, task_id: str, *, message_id: int) -> None:
        """The first response is known to have arrived: the undo seconds begin."""
        await self._store.tx(mark_answered, task_id, message_id, self._clock.now(), self._undo)
        self._stir(task_id)

    async def withdraw(self, task_id: str) -> None:
        """The first response is known not to have arrived: nothing is paid, nothing reserved."""
        await self._store.tx(withdraw, task_id, self._clock.now())
        self._stir(task_id)

    async def moderate(
        self,
        fn: Callable[Concatenate[Books, Act, P], T],
        where: tuple[int, int],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a moderator's `fn(books, act, ...)`; `where` is the server's id and the moderator's.

        Whoever is concerned by a changed film is woken.
        """
        server_id, by = where
        act = Act(server_id=server_id, by=by, now=self._clock.now(), choose=self._choose)
        result = await self._store.tx(fn, act, *args, **kwargs)
        self._stir(result.id if isinstance(result, VideoTask) else "")
        return result

    async def cancel(self, task_id: str, *, by: int, may_moderate: bool) -> Card:
        """Cancel what is not submitted yet; raises `Refusal` when it is, or is not theirs."""
        card = await self._store.tx(self._cancel, task_id, by, may_moderate)
        self._stir(task_id)
        return card

    async def mute(self, task_id: str, *, by: int, muted: bool) -> Card:
        """Stop or resume mentioning the requester."""

        def note(books: Books) -> Card:
            task = find(books, task_id)
            _only(task.user_id == by)
            return self._cards.of(books, books.note(task_id, muted=muted))

        card = await self._store.tx(note)
        self._stir(task_id)
        return card

    async def delete(self, task_id: str, *, by: int, may_moderate: bool) -> Card:
        """Record that a film's message was deleted, and by whom."""

        def note(books: Books) -> Card:
            task = find(books, task_id)
            _only(task.user_id == by or may_moderate)
            film = books.find_post(task_id, PostKind.FILM)
            if film is not None:
                books.change_post(film.id, state=PostState.GONE, due_at=None)
            owed.redraw(books, task_id, self._clock.now())
            if task.user_id != by:
                self._act(task, by).record(books, "deleted", user_id=task.user_id, task_id=task_id)
            return self._cards.of(books, books.note(task_id, deleted_by=by))

        card = await self._store.tx(note)
        self._stir(task_id)
        return card

    async def card(self, task_id: str) -> Card:
        """All there is to show of a film; raises `Refusal("unknown_film")`."""
        return await self._store.tx(lambda books: self._cards.of(books, find(books, task_id)))

    async def films(self, search: Search) -> list[Card]:
        """Films, newest first."""

        def read(books: Books) -> list[Card]:
            return [self._cards.of(books, task) for _, task in books.search(search)]

        return await self._store.tx(read)

    def _accept(
        self,
        books: Books,
        request: VideoRequest,
        reply: ReplyTo,
        answer_by: datetime | None,
        asker: Asker,
        offer: str | None,
    ) -> Card:
        now = self._clock.now()
        if answer_by is not None and now > answer_by:
            raise Refusal("too_late")
        if not (request.spec.prompt or request.spec.shots):
            raise Refusal("prompt_gone")
        price = self.price(request.spec)
        server_id, user_id = request.server_id, request.user_id
        books.lock(scopes(server_id, user_id))
        stored = books.settings_document(server_id)
        settings = stored.read()
        request = replace(request, server_locale=settings.language or request.server_locale)
        check_block(books, server_id, user_id, now)
        check_place(settings, asker, request.spec)
        hits = check_prompt(books, server_id, request.spec)
        room = room_for(books, self._limits, settings, asker, server_id=server_id, now=now)
        grant_id = room.admit(Cost(price=price, seconds=request.spec.duration))
        if offer is not None:
            take_offer(books, offer)
        why = why_held(settings.approval, asker, price, hits, now)
        task = VideoTask(
            id=new_id(self._choose),
            request_id=request.id,
            server_id=server_id,
            user_id=user_id,
            state=State.QUEUED if why is None else State.HELD,
            due_at=None if why is None else now + PATIENCE,
            price=price,
            created_at=now,
            decided_by=json.dumps(
                {
                    "roles": sorted(asker.role_ids),
                    "settings": stored.version,
                    "spoiler": is_spoiler(settings, asker),
                    **room.decided_by(grant_id),
                }
            ),
            owner=self._owner,
        )
        books.add_request(request)
        books.add_task(task, seconds=request.spec.duration, grant_id=grant_id)
        cheapest = self.price(CHEAPEST)
        tell_of_budget(books, server_id, settings, cheapest=cheapest, now=now)
        note_hits(books, task, hits, self._choose, now)
        if why is not None:
            ask_moderators(books, settings, task, why, now, hits=hits)
        books.add_post(
            owed.reply_post(
                request,
                task.id,
                application_id=reply.application_id,
                token=reply.token,
                token_until=reply.token_until,
                now=now,
            )
        )
        return self._cards.of(books, task)

    def _refused(
        self, books: Books, request: VideoRequest, refusal: Refusal, asker: Asker
    ) -> Offer | None:
        now = self._clock.now()
        if isinstance(refusal, RuleRefusal):
            audit.record_refusal(books, request, refusal, self._choose, now)
        if refusal.reason not in HELPED:
            return None
        return make_offer(books, self._limits, self._prices, request, asker, now)

    def _cancel(self, books: Books, task_id: str, by: int, may_moderate: bool) -> Card:
        task = find(books, task_id)
        _only(task.user_id == by or may_moderate)
        ended = owed.end_from(
            books,
            task_id,
            CANCELLABLE,
            State.CANCELLED,
            now=self._clock.now(),
            error_code="cancelled" if task.user_id == by else "cancelled_by_moderator",
        )
        if ended is None:
            raise Refusal("already_over" if task.is_over else "too_late_to_cancel")
        if task.user_id != by:
            self._act(task, by).record(books, "cancelled", user_id=task.user_id, task_id=task_id)
        return self._cards.of(books, ended)

    def _act(self, task: VideoTask, by: int) -> Act:
        now = self._clock.now()
        return Act(server_id=task.server_id, by=by, now=now, choose=self._choose)


def find(books: Books, task_id: str) -> VideoTask:
    """A task by its id; raises `Refusal`."""
    task = books.find_task(task_id)
    if task is None:
        raise Refusal("unknown_film", id=task_id)
    return task


def mark_answered(
    books: Books, task_id: str, message_id: int, now: datetime, undo: timedelta
) -> None:
    """Keep the reply's message id; the film may start when the undo seconds are over."""
    reply = books.post(owed.reply_id(task_id))
    if reply.message_id is not None:
        return
    task = books.note(task_id, ready_at=now + undo)
    state = PostState.DUE if task.is_over else PostState.THERE
    due_at = now if task.is_over else None
    books.change_post(reply.id, state=state, message_id=message_id, due_at=due_at)


def withdraw(books: Books, task_id: str, now: datetime) -> None:
    """Forget a task whose first response never arrived, ledgers included."""
    books.change_post(owed.reply_id(task_id), state=PostState.GONE, due_at=None, token="")
    owed.end_from(books, task_id, CANCELLABLE, State.CANCELLED, now=now, error_code="withdrawn")


def _only(allowed: bool) -> None:
    if not allowed:
        raise Refusal("not_yours")
