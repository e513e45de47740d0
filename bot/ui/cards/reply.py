"""The reply to `/video`, from the first response to the end: waiting, rendering, ready."""

from datetime import datetime, timedelta
from typing import Any

from discord import ui
from msgspec.structs import replace

from bot.ui.cards.ends import end
from bot.ui.cards.parts import (
    Colour,
    box,
    button,
    cheaper_line,
    description,
    layout,
    options,
    row,
    small,
    take_line,
    text,
    whose,
)
from bot.ui.items import Verb
from bot.ui.money import price_text
from bot.ui.texts import say
from bot.video.doors.cards import start_of
from bot.video.values.cards import FAR, Card
from bot.video.values.limits import Shortage
from bot.video.values.videos import WAITING, State

BAR = 12  # characters
SOON = timedelta(seconds=10)  # a shorter countdown would end before it is read


def reply(card: Card, *, now: datetime, per_usd: float) -> ui.LayoutView:
    """A video's card as it is now; `per_usd` is credits per dollar."""
    if card.is_over:
        return end(card)
    if card.takes:
        return _takes(card, now, per_usd)
    is_rendering = card.task.state is State.RUNNING
    locale = card.request.server_locale
    is_doubtful = card.task.state is State.UNCONFIRMED
    key = "videos.state.unconfirmed" if is_doubtful else "card.waiting"
    head = say("card.rendering" if is_rendering else key, locale)
    return layout(
        box(
            Colour.RENDERING if is_rendering else Colour.WAITING,
            text(f"**{head}**", *_status(card, now, locale)),
            ui.Separator(),
            text(*_made_of(card, locale, per_usd)),
            row(_button(card, locale)),
        )
    )


def _takes(card: Card, now: datetime, per_usd: float) -> ui.LayoutView:
    """Several takes: how far each is, and Cancel for those that have not begun."""
    locale = card.request.server_locale
    waiting = next((each for each in card.takes if each.task.state in WAITING), None)
    is_begun = any(each.task.state not in WAITING for each in card.takes)
    head = say("card.rendering" if is_begun else "card.waiting", locale)
    lines = [] if waiting is None else _status(replace(waiting, takes=()), now, locale)
    muted = small(say("card.muted", locale)) if card.task.muted else ""
    return layout(
        box(
            Colour.RENDERING if is_begun else Colour.WAITING,
            text(f"**{head}**", *lines, *(() if muted in lines else (muted,))),
            ui.Separator(),
            text(*(_take(each, now, locale) for each in card.takes)),
            ui.Separator(),
            text(*_made_of(card, locale, per_usd)),
            row(*_buttons(card, locale, is_waiting=waiting is not None, is_begun=is_begun)),
        )
    )


def _take(card: Card, now: datetime, locale: str) -> str:
    """One take of several, on a line."""
    if card.task.state is State.RUNNING:
        said = " · ".join(filter(None, _rendering(card, now, locale)))
    else:
        said = say(f"videos.state.{card.task.state}", locale)
    return say("card.take_of", locale, number=card.number, state=said)


def _buttons(card: Card, locale: str, *, is_waiting: bool, is_begun: bool) -> list[ui.Item[Any]]:
    task_id, key = card.task.id, "button.cancel_waiting" if is_begun else ""
    cancel = [button(Verb.CANCEL, task_id, locale, key=key)] if is_waiting else []
    ping = Verb.NOTIFY if card.task.muted else Verb.QUIET
    return [*cancel, *([button(ping, task_id, locale)] if is_begun else [])]


def _made_of(card: Card, locale: str, per_usd: float) -> list[str]:
    price = say("card.price", locale, price=price_text(card.price, locale, per_usd))
    spec = card.request.spec
    return [
        description(spec, locale),
        small(f"{options(spec, locale)} · {price}"),
        small(cheaper_line(card, locale)),
        take_line(card, locale) or whose(card, locale),
    ]


def _status(card: Card, now: datetime, locale: str) -> list[str]:
    match card.task.state:
        case State.HELD:
            return [say("card.held", locale)]
        case State.QUEUED:
            return _waiting(card, now, locale)
        case State.SUBMITTING:
            lines = [say("card.submitting", locale)]
        case State.UNCONFIRMED:
            lines = [say("card.unconfirmed", locale)]
        case _:
            lines = _rendering(card, now, locale)
    return [*lines, small(say("card.muted", locale)) if card.task.muted else ""]


def _waiting(card: Card, now: datetime, locale: str) -> list[str]:
    place = _place(card, locale)
    if card.halt is not None:
        paused = say(f"card.halted.{card.halt}", locale)
        return [f"{place} {paused}".strip(), say("card.cancel_free", locale)]
    if card.shortage is not None:
        return [_no_room(card.shortage, locale), say("card.no_room.cancel", locale)]
    when = say("card.paused", locale) if card.is_paused else _start(card, now, locale)
    return [f"{place} {when}".strip(), say("card.cancel_free", locale)]


def _place(card: Card, locale: str) -> str:
    if card.is_far:
        return say("card.place_far", locale, count=FAR)
    return "" if card.place is None else say("card.place", locale, count=card.place)


def _no_room(shortage: Shortage, locale: str) -> str:
    """Why it does not start although it could, and when it can."""
    if shortage.opens_at is None:
        return say(f"card.no_room.{shortage.purse}.ever", locale)
    return say(f"card.no_room.{shortage.purse}", locale, at=shortage.opens_at)


def _start(card: Card, now: datetime, locale: str) -> str:
    """When it starts, while that is still to come."""
    if card.is_late:
        return say("card.starts_late", locale)
    if card.is_far:
        return say("card.starts_in_turn", locale)
    ready_at, turn_at = card.task.ready_at or now, card.turn_at or now
    if max(ready_at, turn_at) - now < SOON:
        return say("card.starts_soon", locale)
    key = "card.starts_at" if ready_at >= turn_at else "card.starts_about"
    return say(key, locale, start=start_of(card))


def _rendering(card: Card, now: datetime, locale: str) -> list[str]:
    percent = min(100, max(0, card.task.progress))
    full = round(percent * BAR / 100)
    bar = "█" * full + "░" * (BAR - full)
    return [
        say("card.progress", locale, bar=bar, percent=percent),
        _countdown(card, now, locale),
    ]


def _countdown(card: Card, now: datetime, locale: str) -> str:
    if card.task.estimate is None or card.task.submitted_at is None:
        return ""
    ready = card.task.submitted_at + timedelta(seconds=card.task.estimate)
    return say("card.ready_about" if ready > now else "card.overdue", locale, ready=ready)


def _button(card: Card, locale: str) -> ui.Item[Any]:
    """Cancel, while that is possible; the API offers no way afterwards."""
    if card.task.state in WAITING:
        return button(Verb.CANCEL, card.task.id, locale)
    return button(Verb.NOTIFY if card.task.muted else Verb.QUIET, card.task.id, locale)
