"""The private card of `/quota`: what one may use, has used, and when more is available."""

from collections.abc import Sequence

from discord import ui

from bot.ui.cards.parts import button, kind, layout, message_url, text, words
from bot.ui.escape import escaped
from bot.ui.items import Verb
from bot.ui.money import price_text
from bot.ui.texts import say
from bot.video.limits.room import Room
from bot.video.limits.usage import Usage
from bot.video.moderation.approval import HeldVideo
from bot.video.ports.limits import Granted
from bot.video.values.limits import Measure
from bot.video.values.prices import Cost
from bot.video.values.videos import VideoSpec

REASON_LIMIT, PROMPT_LIMIT = 80, 100  # characters
GRANTS_SHOWN = 5


def quota(
    room: Room,
    *,
    locale: str,
    per_usd: float,
    sample: VideoSpec,
    ordinary: Cost,
    held: Sequence[HeldVideo] = (),
    blocked: str = "",
) -> ui.LayoutView:
    """A person's own room. `sample` is a video with default options, `ordinary` its cost, `held`
    the videos that wait for a moderator, `blocked` why none of the room can be used."""
    lines = quota_lines(
        room,
        locale=locale,
        per_usd=per_usd,
        sample=sample,
        ordinary=ordinary,
        is_blocked=bool(blocked),
    )
    return layout(
        text(f"**{say('quota.title', locale)}**", blocked, *lines),
        *[_held(each, locale) for each in held],
    )


def quota_lines(
    room: Room,
    *,
    locale: str,
    per_usd: float,
    sample: VideoSpec,
    ordinary: Cost,
    is_blocked: bool = False,
) -> list[str]:
    """What a person has used and can still make, line by line."""
    used = [*_amounts(room, locale), *others(room, locale)]
    if is_blocked:
        return used
    return [
        *used,
        _ceiling(room, locale, ordinary),
        _buys(room, locale, per_usd, sample, ordinary),
        _next(room, locale, ordinary),
    ]


def _held(video: HeldVideo, locale: str) -> ui.Section[ui.LayoutView]:
    request, message_id = video.request, video.message_id
    prompt = words(request.spec, PROMPT_LIMIT)
    if message_id is not None:
        url = message_url(request.server_id, request.channel_id, message_id)
        prompt = f"[{prompt}]({url})"
    line = say("quota.held", locale, prompt=prompt)
    return ui.Section(line, accessory=button(Verb.CANCEL, video.task_id, locale))


def _amounts(room: Room, locale: str) -> list[str]:
    limited = [each for each in room.usages if each.rule.amount is not None]
    if not limited:
        return [say("quota.day_unlimited", locale, used=room.used)]
    return [line for each in limited for line in usage_lines(each, locale)]


def others(room: Room, locale: str) -> list[str]:
    """A line each for grants, the server's budget and videos at once."""
    return [
        *[_granted(each, locale) for each in room.grants[:GRANTS_SHOWN]],
        _budget(room, locale),
        _at_once(room, locale),
    ]


def usage_lines(usage: Usage, locale: str, by: str = "") -> list[str]:
    """What was used of one limit, and what failed videos may have cost; `by` names the rule that
    decides."""
    rule = usage.rule
    facts = {"used": usage.used, "limit": rule.amount, "left": usage.left}
    key = "quota.default" if rule.is_default else f"quota.{rule.measure}"
    line = f"{say(key, locale, window=str(rule.window), **facts)} {by}".strip()
    if not usage.wasted:
        return [line]
    return [line, say(f"quota.wasted.{rule.measure}", locale, wasted=usage.wasted)]


def _granted(granted: Granted, locale: str) -> str:
    measure, left = granted.grant.measure, granted.left
    reason = escaped(granted.grant.reason, REASON_LIMIT)
    what = amount_text(measure, left, locale)
    if not reason:
        return say("quota.granted", locale, what=what)
    return say("quota.granted_for", locale, what=what, reason=reason)


def amount_text(measure: Measure, amount: int | None, locale: str) -> str:
    """Such as "3 videos", "no credits" or "unlimited seconds of video"."""
    if amount is None:
        return say("limits.unlimited", locale, measure=str(measure))
    if amount == 0:
        return say("limits.none", locale, measure=str(measure))
    return say(f"limits.{measure}", locale, count=amount)


def _budget(room: Room, locale: str) -> str:
    if room.budget is None:
        return ""
    return say("quota.budget", locale, left=room.budget.left, budget=room.budget.amount)


def _ceiling(room: Room, locale: str, ordinary: Cost) -> str:
    """The cap; other servers' share shows only when it is the reason."""
    if room.ceiling is None or not room.is_capped(ordinary):
        return ""
    return say("quota.ceiling", locale, left=room.ceiling.left)


def _buys(room: Room, locale: str, per_usd: float, sample: VideoSpec, ordinary: Cost) -> str:
    count = room.count(ordinary)
    if count is None:
        return ""
    price = price_text(ordinary.price, locale, per_usd)
    return say("quota.buys", locale, count=count, what=kind(sample, locale), price=price)


def _next(room: Room, locale: str, ordinary: Cost) -> str:
    slot = room.next_slot(ordinary)
    if slot is None:
        return ""
    at, count = slot
    return say("quota.next", locale, at=at, count=count)


def _at_once(room: Room, locale: str) -> str:
    if room.at_once.amount is None:
        return say("quota.at_once_unlimited", locale, active=room.active)
    key = "quota.at_once_anywhere" if room.at_once.is_default else "quota.at_once"
    return say(key, locale, active=room.active, limit=room.at_once.amount)
