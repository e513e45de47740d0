"""Lets a film in, in one transaction: every check, then request, task, ledgers and reply.

The checks stand in the modules they are named after; their order is here."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.clock import Clock
from bot.errors import Offer, Refusal, RuleRefusal
from bot.video.asker import Asker
from bot.video.cards import Cards
from bot.video.life import owed
from bot.video.limits.budget import tell_of_budget
from bot.video.limits.effective import Limits, scopes
from bot.video.limits.offers import HELPED, make_offer, take_offer
from bot.video.limits.room import Cost, Room, room_for
from bot.video.models import DURATIONS, Card, State, VideoRequest, VideoSpec, VideoTask, new_id
from bot.video.moderation.acts import check_block
from bot.video.moderation.approval import PATIENCE, ask_moderators, why_held
from bot.video.moderation.rules import Hit, check_prompt, note_hits
from bot.video.ports.books import Books
from bot.video.prices import PriceTable
from bot.video.servers import audit
from bot.video.servers.places import check_place, is_spoiler
from bot.video.servers.settings import ServerSettings, SettingsDocument

CHEAPEST = VideoSpec(prompt="", duration=DURATIONS.start)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyTo:
    """Where the first response to a command goes."""

    application_id: int
    token: str
    token_until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """A film that somebody asks for: who, and until when they can be answered.

    `offer` is the draft of a smaller film that it uses up.
    """

    request: VideoRequest
    reply: ReplyTo
    answer_by: datetime | None
    asker: Asker
    offer: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What was looked at for a film that may be made."""

    stored: SettingsDocument
    hits: Sequence[Hit]
    room: Room
    cost: Cost
    grant_id: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reception:
    """Decides with the operator's limits and prices; `choose` picks letters for ids."""

    clock: Clock
    choose: Callable[[str], str]
    limits: Limits
    prices: PriceTable
    cards: Cards
    owner: int

    def let_in(self, books: Books, order: Order) -> Card:
        """Keep an order, or raise `Refusal` with nothing kept."""
        now, request = self.clock.now(), order.request
        _check_order(order, now)
        found = self.check(books, request, order.asker)
        settings, hits = found.stored.read(), found.hits
        if order.offer is not None:
            take_offer(books, order.offer)
        why = why_held(settings.approval, order.asker, found.cost.price, hits, now)
        decided_by = {
            "roles": sorted(order.asker.role_ids),
            "settings": found.stored.version,
            "spoiler": is_spoiler(settings, order.asker),
            **found.room.decided_by(found.grant_id),
        }
        task = self._task(request, found.cost.price, decided_by, now, is_held=why is not None)
        self._keep(books, order, settings, task, found.grant_id)
        note_hits(books, task, hits, self.choose, now)
        if why is not None:
            ask_moderators(books, settings, task, why, now, hits=hits)
        return self.cards.of(books, task)

    def check(self, books: Books, request: VideoRequest, asker: Asker) -> Found:
        """Everything that a server and the operator decide, in its order; raises `Refusal`."""
        books.lock(scopes(request.server_id, request.user_id))
        stored = books.settings_document(request.server_id)
        settings = stored.read()
        check_block(books, request.server_id, request.user_id, self.clock.now())
        check_place(settings, asker, request.spec)
        hits = check_prompt(books, request.server_id, request.spec)
        room = self.room(books, settings, asker, request.server_id)
        cost = Cost(price=self.prices.price(request.spec), seconds=request.spec.duration)
        return Found(stored=stored, hits=hits, room=room, cost=cost, grant_id=room.admit(cost))

    def room(self, books: Books, settings: ServerSettings, asker: Asker, server_id: int) -> Room:
        """What a person may make right now."""
        now = self.clock.now()
        return room_for(books, self.limits, settings, asker, server_id=server_id, now=now)

    def refused(
        self, books: Books, request: VideoRequest, refusal: Refusal, asker: Asker
    ) -> Offer | None:
        """Keep what a rule decided in the audit; the offer of what still fits, where it helps."""
        now = self.clock.now()
        if isinstance(refusal, RuleRefusal):
            audit.record_refusal(books, request, refusal, self.choose, now)
        if refusal.reason not in HELPED:
            return None
        return make_offer(books, self.limits, self.prices, request, asker, now)

    def _task(
        self,
        request: VideoRequest,
        price: int,
        decided_by: dict[str, object],
        now: datetime,
        *,
        is_held: bool,
    ) -> VideoTask:
        return VideoTask(
            id=new_id(self.choose),
            request_id=request.id,
            server_id=request.server_id,
            user_id=request.user_id,
            state=State.HELD if is_held else State.QUEUED,
            due_at=now + PATIENCE if is_held else None,
            price=price,
            created_at=now,
            decided_by=json.dumps(decided_by),
            owner=self.owner,
        )

    def _keep(
        self,
        books: Books,
        order: Order,
        settings: ServerSettings,
        task: VideoTask,
        grant_id: str | None,
    ) -> None:
        """The rows of an accepted film, and the word to whoever watches the budget."""
        request, reply = order.request, order.reply
        language = settings.language or request.server_locale
        books.add_request(replace(request, server_locale=language))
        books.add_task(task, seconds=request.spec.duration, grant_id=grant_id)
        cheapest, now = self.prices.price(CHEAPEST), task.created_at
        tell_of_budget(books, request.server_id, settings, cheapest=cheapest, now=now)
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


def _check_order(order: Order, now: datetime) -> None:
    """What needs no look at the books."""
    if order.answer_by is not None and now > order.answer_by:
        raise Refusal("too_late")
    if not (order.request.spec.prompt or order.request.spec.shots):
        raise Refusal("prompt_gone")
