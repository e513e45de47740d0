"""Why a video failed, in words people can act on, and what happens to the money."""

from discord import ui

from bot.errors import Reason
from bot.ui.cards.parts import layout, repeat_button, row, small, text
from bot.ui.escape import escaped
from bot.ui.items import Verb
from bot.ui.money import price_text
from bot.ui.texts import is_known, say, whole_credits
from bot.video.values.cards import Card
from bot.video.values.videos import State, VideoTask

SAID_LIMIT = 300  # characters of the API's own message

_TO_BE_CHANGED = frozenset({Reason.POLICY, Reason.REJECTED, Reason.DENIED})
_WORDS_HELP = _TO_BE_CHANGED | {Reason.NO_CONTENT, Reason.REFUSED_AGAIN}
_SAID = {
    Reason.REJECTED: "why.said",
    Reason.REFUSED_AGAIN: "why.said",
    Reason.UNKNOWN: "why.said",
    Reason.DENIED: "why.said_by_moderator",
}


def shows_prompt(task: VideoTask) -> bool:
    """Whether the prompt may stay public: not if moderation refused it."""
    return task.reason is not Reason.POLICY


def is_worth_repeating(task: VideoTask) -> bool:
    """Whether the same request may succeed another time."""
    return task.reason not in _TO_BE_CHANGED


def why(card: Card, *, locale: str, per_usd: float, in_dm: bool = False) -> ui.LayoutView:
    """The private answer to Why?, in the reader's language; a DM offers no new video."""
    if card.is_taken_away:
        return _taken_away(card, locale)
    task, reason = card.task, _reason(card.task)
    said = escaped(task.error_message, SAID_LIMIT) if reason in _SAID else ""
    helpful = {Verb.AGAIN: is_worth_repeating(task), Verb.EDIT: reason in _WORDS_HELP}
    offers = [verb for verb, helps in helpful.items() if helps]
    return layout(
        text(
            say(f"why.{reason}", locale),
            said and say(_SAID[reason], locale, text=said),
            _money(card, locale, per_usd),
            _code(task, locale),
        ),
        *([] if in_dm else [row(*(repeat_button(verb, card, locale) for verb in offers))]),
    )


def _taken_away(card: Card, locale: str) -> ui.LayoutView:
    """What the moderator said who removed the video."""
    said = escaped(card.removed_because, SAID_LIMIT)
    cost = say("purge.cost", locale) if card.task.state is State.COMPLETED else ""
    reason = said and say("why.said_by_moderator", locale, text=said)
    return layout(text(say("end.removed", locale), reason, cost))


def _reason(task: VideoTask) -> Reason:
    """The reason to explain; some outcomes are explained on the card already."""
    is_worded = task.reason is not None and is_known(f"why.{task.reason}")
    return task.reason if task.reason is not None and is_worded else Reason.UNKNOWN


def _code(task: VideoTask, locale: str) -> str:
    """The API's own code, for questions to the operator."""
    if not task.error_code:
        return ""
    return small(say("why.code", locale, code=escaped(task.error_code, SAID_LIMIT)))


def _money(card: Card, locale: str, per_usd: float) -> str:
    if card.task.remote_id is None:
        return say("why.not_charged", locale)
    price = price_text(card.task.price, locale, per_usd)
    return say("why.money", locale, price=price, count=whole_credits(card.task.price))
