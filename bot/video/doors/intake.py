"""Accepts a video in one transaction: every check, then request, task, ledgers and reply.

The checks are in the modules named after them; their order is here."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict, replace

from bot.clock import Clock
from bot.errors import HeardBefore, Offer, Refusal, RuleRefusal
from bot.video.doors.cards import Cards
from bot.video.limits.budget import tell_of_budget
from bot.video.limits.effective import Limits, scopes
from bot.video.limits.offers import SHOTS_SUM, is_helped, make_offer, take_offer
from bot.video.limits.refusals import admit
from bot.video.limits.room import Room, room_for
from bot.video.moderation.acts import check_block
from bot.video.moderation.approval import PATIENCE, ask_moderators, why_held
from bot.video.moderation.rules import check_prompt, note_hits
from bot.video.moderation.screening import Hit, Screened
from bot.video.outbox import new_posts
from bot.video.ports.books import Books
from bot.video.ports.limits import Terms
from bot.video.servers import audit
from bot.video.servers.pauses import check_pause
from bot.video.servers.places import check_ceiling, check_place, completed_here, is_spoiler
from bot.video.values.asker import Asker
from bot.video.values.cards import Card, Sheet
from bot.video.values.contents import Why
from bot.video.values.options import Options
from bot.video.values.prices import Cost, Prices
from bot.video.values.settings import ServerSettings
from bot.video.values.specs import check, length_of
from bot.video.values.videos import Origin, State, VideoRequest, VideoTask, new_id


class Thinking(Struct, frozen=True, kw_only=True):
    """A "thinking" message that is there already, for the reply to replace; `is_kept`: it has a
    row."""

    interaction_id: int
    message_id: int
    is_kept: bool


class ReplyTo(Struct, frozen=True, kw_only=True):
    """Where the first response to a command goes."""

    application_id: int
    token: str
    token_until: datetime
    thinking: Thinking | None = None


class Order(Struct, frozen=True, kw_only=True):
    """A video that somebody asks for: who, where, and what.

    `offer` is the draft of a smaller video that this order uses up, `screened` what rules found.
    """

    origin: Origin
    options: Options
    asker: Asker
    offer: str | None = None
    screened: Screened | None = None


class Found(Struct, frozen=True, kw_only=True):
    """What the checks read about a video that may be made."""

    request: VideoRequest
    settings: ServerSettings
    version: int  # of the settings
    hits: Sequence[Hit]
    room: Room
    cost: Cost
    grant_id: str | None
    why_held: Why | None


class Intake(Struct, frozen=True, kw_only=True):
    """Decides by the operator's limits and prices; `choose` picks letters for ids."""

    clock: Clock
    choose: Callable[[str], str]
    limits: Limits
    prices: Prices
    cards: Cards
    owner: int

    def accept(self, books: Books, order: Order, reply: ReplyTo) -> Card:
        """Accept an order, or raise `Refusal` with nothing saved."""
        now = self.clock.now()
        if (thinking := reply.thinking) is not None and thinking.is_kept:
            take_up(books, thinking.interaction_id)
        found = self.check(books, order)
        request, settings, hits = found.request, found.settings, found.hits
        if order.offer is not None:
            take_offer(books, order.offer)
        why = found.why_held
        decided_by = {
            "roles": sorted(order.asker.role_ids),
            "settings": found.version,
            "spoiler": is_spoiler(settings, order.asker),
            **found.room.decided_by(found.grant_id),
        }
        takes = self._takes(request, found.cost.price, decided_by, now, is_held=why is not None)
        task = takes[0]
        self._keep(books, request, reply, settings, takes, found.grant_id)
        note_hits(books, task, hits, self.choose, now)
        if why is not None:
            ask_moderators(
                books,
                settings,
                task,
                why,
                now,
                choose=self.choose,
                hits=hits,
                role_ids=order.asker.role_ids,
            )
        sheet = Sheet(task=task, request=request, takes=tuple(takes), posts={})
        return self.cards.of(books, sheet, is_new=True)

    def check(self, books: Books, order: Order) -> Found:
        """Run all checks of the server and the operator, in order. Raises `Refusal`, or
        `Unscreened` if rules must look at the texts first."""
        asker, server_id = order.asker, order.origin.server_id
        books.lock(scopes(server_id, order.origin.user_id))
        terms = books.terms(server_id, order.origin.user_id)
        settings = terms.settings.read()
        request = _request(order, settings)
        if terms.is_blocked:
            check_block(books, server_id, request.user_id, self.clock.now())
        check_pause(terms.is_paused, settings, asker)
        check_place(settings, asker)
        check_ceiling(settings, asker, request.spec)
        hits: list[Hit] = []
        if terms.has_rules:
            hits = check_prompt(books, server_id, request.spec, order.screened)
        cost, now = self.prices.cost(request.spec), self.clock.now()
        room = self.room(books, terms, asker, server_id, film=cost)
        why = why_held(settings.approval, asker, cost.price, hits, now)
        return Found(
            request=request,
            settings=settings,
            version=terms.settings.version,
            hits=hits,
            room=room,
            cost=cost,
            grant_id=admit(books, room, cost, request, now, is_held=why is not None),
            why_held=why,
        )

    def room(
        self,
        books: Books,
        terms: Terms,
        asker: Asker,
        server_id: int,
        *,
        film: Cost | None = None,
    ) -> Room:
        """How much a person may make right now; `film` is what they order, if they do."""
        now = self.clock.now()
        return room_for(books, self.limits, terms, asker, server_id=server_id, now=now, film=film)

    def refused(self, books: Books, order: Order, refusal: Refusal) -> Offer | None:
        """Record a rule's refusal in the audit; returns the offer of another video, if one
        helps."""
        settings, now = books.settings(order.origin.server_id), self.clock.now()
        try:
            request = _request(_as_long_as_shots(order, refusal), settings)
        except Refusal:
            return None
        if isinstance(refusal, RuleRefusal):
            audit.record_refusal(books, request, refusal, self.choose, now)
        if not is_helped(refusal.reason, order.options):
            return None
        reason = refusal.reason
        return make_offer(books, self.limits, self.prices, request, order.asker, now, reason=reason)

    def _takes(
        self,
        request: VideoRequest,
        price: int,
        decided_by: dict[str, object],
        now: datetime,
        *,
        is_held: bool,
    ) -> list[VideoTask]:
        """A task for each take, which bears its share of the price."""
        count = request.spec.takes
        return [
            VideoTask(
                id=new_id(self.choose),
                request_id=request.id,
                server_id=request.server_id,
                user_id=request.user_id,
                state=State.HELD if is_held else State.QUEUED,
                due_at=now + PATIENCE if is_held else None,
                price=price // count,
                take=number if count > 1 else 0,
                created_at=now,
                decided_by=json.dumps(decided_by),
                owner=self.owner,
            )
            for number in range(1, count + 1)
        ]

    def _keep(
        self,
        books: Books,
        request: VideoRequest,
        reply: ReplyTo,
        settings: ServerSettings,
        takes: Sequence[VideoTask],
        grant_id: str | None,
    ) -> None:
        """Insert an accepted request's rows, and the warning if the budget runs low."""
        books.add_request(request)
        for task in takes:
            books.add_task(task, seconds=request.spec.duration, grant_id=grant_id)
        now = takes[0].created_at
        if settings.budget is not None:
            cheapest = self.prices.cheapest().price
            tell_of_budget(books, request.server_id, settings, cheapest=cheapest, now=now)
        books.add_post(
            new_posts.reply(
                request,
                takes[0].id,
                application_id=reply.application_id,
                token=reply.token,
                token_until=reply.token_until,
                message_id=None if reply.thinking is None else reply.thinking.message_id,
                now=now,
            )
        )


def take_up(books: Books, interaction_id: int) -> None:
    """Act for a person who waits. Raises `HeardBefore` if they were told that nothing came of
    it."""
    if not books.take_up_deferral(interaction_id):
        raise HeardBefore


def _as_long_as_shots(order: Order, refusal: Refusal) -> Order:
    """The order with the length of its written shots, if another one was refused."""
    if refusal.reason != SHOTS_SUM:
        return order
    duration = length_of(order.options.written)
    return replace(order, options=replace(order.options, duration=duration))


def _request(order: Order, settings: ServerSettings) -> VideoRequest:
    """The request with the server's defaults and language. Raises `Refusal`."""
    spec = check(completed_here(settings, order.asker, order.options))
    origin = asdict(order.origin)
    language = settings.language or order.origin.server_locale
    return VideoRequest(**origin | {"server_locale": language}, spec=spec)
