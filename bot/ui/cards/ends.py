"""The reply after a video has ended: one line, and what can be done now."""

from collections.abc import Sequence

from discord import ui
from msgspec.structs import replace

from bot.errors import Reason
from bot.ui.cards.failures import is_worth_repeating, shows_prompt
from bot.ui.cards.parts import (
    Colour,
    box,
    description,
    layout,
    mention,
    message_link,
    repeat_button,
    row,
    small,
    text,
    whose,
)
from bot.ui.items import Verb
from bot.ui.texts import say
from bot.video.values.cards import Card
from bot.video.values.posts import PostState, Rung
from bot.video.values.videos import State

_CANCELLED = {
    Reason.CANCELLED_BY_MODERATOR,
    Reason.DENIED,
    Reason.APPROVAL_EXPIRED,
    Reason.NOT_ADMITTED,
    Reason.RESTORED,
}


_WEIGHTS = {State.CANCELLED: 1, State.FAILED: 2, State.LOST: 3}


def end(card: Card) -> ui.LayoutView:
    """A video's outcome, in the server's language."""
    if card.takes:
        return _takes(card)
    locale = card.request.server_locale
    if card.task.deleted_by is not None:
        said = text(say("end.removed" if card.is_taken_away else "end.deleted", locale))
        return layout(said, *([_row([Verb.WHY], card, locale)] if card.removed_because else []))
    if card.is_told:
        return _told(card, locale)
    match card.task.state:
        case State.COMPLETED:
            return layout(text(_ready(card, locale)))
        case State.CANCELLED if card.task.remote_id is None:
            shown = text(cancelled(card, locale), _prompt(card, locale), whose(card, locale))
            return layout(shown, _row(cancelled_verbs(card), card, locale))
        case State.LOST:
            return _lost(card, locale)
    return _failed(card, locale)


def _told(card: Card, locale: str) -> ui.LayoutView:
    """What and whose it was, and a link to the message that says how it ended and offers more."""
    state = say(f"videos.state.{card.task.state}", locale)
    line = say("end.told", locale, state=state, link=message_link(card.notice))
    return layout(text(_prompt(card, locale), small(line), whose(card, locale)))


def telling(card: Card) -> Card:
    """The take that tells how a request without any video ended: the worst one."""
    return max(card.all, key=lambda each: _WEIGHTS.get(each.task.state, 0))


def untaken(card: Card, locale: str) -> list[str]:
    """The takes without a video, one on a line."""
    without = [each for each in card.takes if each.task.state is not State.COMPLETED]
    keys = [
        f"videos.state.{each.task.state}" if each.is_over else "video.later" for each in without
    ]
    return [
        say("card.take_of", locale, number=each.number, state=say(key, locale))
        for each, key in zip(without, keys, strict=True)
    ]


def _takes(card: Card) -> ui.LayoutView:
    """What became of several takes."""
    locale = card.request.server_locale
    made = [each for each in card.takes if each.task.state is State.COMPLETED]
    if not made or card.task.deleted_by is not None:
        return end(replace(telling(card), takes=()))
    lines = dict.fromkeys(_ready(each, locale) for each in made)  # one, unless a video came late
    failed = [each for each in card.takes if each.task.state is State.FAILED][:1]
    shown = text(*lines, *untaken(card, locale))
    return layout(shown, *(_row([Verb.WHY], each, locale) for each in failed))


def _ready(card: Card, locale: str) -> str:
    film, link = card.film, message_link(card.film)
    who = mention(card.request.user_id)
    if film is None or film.state in (PostState.DUE, PostState.SENDING):
        return say("end.ready_posting", locale)
    if film.state is PostState.INBOX:
        return say("end.ready_inbox", locale, who=who)
    if film.state is PostState.GONE or link is None:
        return say("end.ready_gone", locale)
    if film.rung is Rung.DM:
        return say("end.ready_dm", locale, who=who)
    if film.rung is Rung.PARENT:
        return say("end.ready_parent", locale, link=link, channel=f"<#{film.sent_to}>")
    return say("end.ready", locale, link=link)


def cancelled(card: Card, locale: str) -> str:
    """Who cancelled a video before it was submitted."""
    reason = card.task.reason if card.task.reason in _CANCELLED else Reason.CANCELLED
    return say(f"end.{reason}", locale)


def _prompt(card: Card, locale: str) -> str:
    """The prompt, unless moderation decided against it."""
    is_refused = card.task.reason in (Reason.DENIED, Reason.CANCELLED_BY_MODERATOR)
    is_shown = shows_prompt(card.task) and not is_refused
    return description(card.request.spec, locale) if is_shown else ""


def cancelled_verbs(card: Card) -> list[Verb]:
    """A denial's reason, and ways to order again, which give the words back."""
    return [*([Verb.WHY] if is_denied(card) else []), Verb.EDIT, Verb.AGAIN]


def failed(card: Card, locale: str) -> str:
    """One neutral line about a failed video."""
    is_cancelled = card.task.state is State.CANCELLED
    return say("end.cancelled_by_service" if is_cancelled else "end.failed", locale)


def failed_verbs(card: Card) -> list[Verb]:
    """The reason, and ways to order again: only changed, if the same request would fail again."""
    return [Verb.WHY, Verb.EDIT, *([Verb.AGAIN] if is_worth_repeating(card.task) else [])]


def is_denied(card: Card) -> bool:
    """Whether a moderator gave a reason, for the requester to read."""
    return card.task.reason is Reason.DENIED


def lost(card: Card, locale: str) -> list[str]:
    """The truth about a lost video; promises a late one only if it would be noticed."""
    late = say("end.lost_late", locale) if card.task.may_turn_up else ""
    return [say("end.lost", locale), f"{say('end.lost_money', locale)} {late}".rstrip()]


def _lost(card: Card, locale: str) -> ui.LayoutView:
    """The truth, and a retry button that says what it may cost."""
    return layout(
        box(
            Colour.TROUBLE,
            text(*lost(card, locale)),
            text(description(card.request.spec, locale), whose(card, locale)),
            row(repeat_button(Verb.AGAIN, card, locale, key="button.again_lost")),
        )
    )


def _failed(card: Card, locale: str) -> ui.LayoutView:
    """One neutral line for everyone; the requester finds the reason behind Why?."""
    made_for = text(_prompt(card, locale), whose(card, locale))
    buttons = _row(failed_verbs(card), card, locale)
    return layout(box(Colour.TROUBLE, text(failed(card, locale)), made_for, buttons))


def _row(verbs: Sequence[Verb], card: Card, locale: str) -> ui.ActionRow[ui.LayoutView]:
    return row(*(repeat_button(verb, card, locale) for verb in verbs))
