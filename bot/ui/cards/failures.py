"""Why a film failed, in words a person can act on, and what happens with the money."""

from collections.abc import Mapping

from discord import ui

from bot.ui.cards.parts import button, layout, row, small, text
from bot.ui.escape import escaped
from bot.ui.items import Verb
from bot.ui.money import price_text
from bot.ui.texts import say, whole_credits
from bot.video.values.cards import Card
from bot.video.values.videos import VideoTask

SAID_LIMIT = 300  # characters of the API's own message

# https://docs.evolink.ai/en/api-manual/task-management/error-codes, and what its clients know
_REASONS: Mapping[str, str] = {
    code: reason
    for reason, codes in {
        "policy": "content_policy_violation content_filter sensitive_content moderation_blocked "
        "input_moderation_failed",
        "rejected": "invalid_parameters invalid_request",
        "no_content": "generation_failed_no_content",
        "timeout": "generation_timeout",
        "busy": "resource_exhausted rate_limit_exceeded no_available_channel model_unavailable "
        "channel_selection_failed",
        "trouble": "service_error service_unavailable internal_error",
        "credit": "quota_exceeded insufficient_quota insufficient_user_quota quota_not_enough "
        "insufficient_token_quota key_quota_exhausted token_daily_quota_exceeded "
        "key_daily_quota_exhausted",
        "key": "unauthorized model_access_denied permission_denied key_model_not_allowed "
        "key_disabled key_expired user_disabled",
        "cancelled": "request_cancelled cancelled",
        "refused": "refused_again",  # our word: bot/video/life/refused.py
        "denied": "denied",  # by a moderator
        "not_found": "resource_not_found task_not_found",
    }.items()
    for code in codes.split()
}
_TO_BE_CHANGED = frozenset({"policy", "rejected", "denied"})
_WORDS_HELP = _TO_BE_CHANGED | {"no_content", "refused"}
_SAID = {
    "rejected": "why.said",
    "refused": "why.said",
    "unknown": "why.said",
    "denied": "why.said_by_moderator",
}


def reason(task: VideoTask) -> str:
    """Which of our explanations fits the API's error code."""
    return _REASONS.get(task.error_code, "unknown")


def shows_prompt(task: VideoTask) -> bool:
    """Whether the prompt may stay in public: not after moderation said no to it."""
    return reason(task) != "policy"


def is_worth_repeating(task: VideoTask) -> bool:
    """Whether the same request may succeed another time."""
    return reason(task) not in _TO_BE_CHANGED


def why(card: Card, *, locale: str, per_usd: float, in_dm: bool = False) -> ui.LayoutView:
    """The private answer to Why?, in the reader's language; in a DM no film can be made."""
    task, kind = card.task, reason(card.task)
    said = escaped(task.error_message, SAID_LIMIT) if kind in _SAID else ""
    helpful = {Verb.AGAIN: is_worth_repeating(task), Verb.EDIT: kind in _WORDS_HELP}
    offers = [verb for verb, helps in helpful.items() if helps]
    return layout(
        text(
            say(f"why.{kind}", locale),
            said and say(_SAID[kind], locale, text=said),
            _money(card, locale, per_usd),
            _code(task, locale),
        ),
        *([] if in_dm else [row(*(button(verb, task.id, locale) for verb in offers))]),
    )


def _code(task: VideoTask, locale: str) -> str:
    """The API's word for it, for whoever asks the operator about it."""
    if not task.error_code or reason(task) == "denied":
        return ""
    return small(say("why.code", locale, code=escaped(task.error_code, SAID_LIMIT)))


def _money(card: Card, locale: str, per_usd: float) -> str:
    if card.task.remote_id is None:
        return say("why.not_charged", locale)
    price = price_text(card.task.price, locale, per_usd)
    return say("why.money", locale, price=price, count=whole_credits(card.task.price))
