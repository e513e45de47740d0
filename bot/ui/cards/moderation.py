"""The cards in the moderators' channel: held and reported videos.

Also the questions and forms behind their buttons."""

from collections.abc import Callable
from typing import Any

from discord import ButtonStyle, ui

from bot.errors import Reason
from bot.ui.cards.parts import (
    Colour,
    box,
    button,
    cover_buttons,
    description,
    layout,
    mention,
    message_link,
    options,
    row,
    small,
    text,
)
from bot.ui.escape import escaped, shorten
from bot.ui.forms import Field, form, text_field
from bot.ui.items import Verb, VerbButton
from bot.ui.money import price_text
from bot.ui.texts import say
from bot.video.moderation import reports
from bot.video.moderation.acts import Removal
from bot.video.moderation.cheaper import cheaper, offers, ways
from bot.video.values.cards import Card
from bot.video.values.catalogue import Quality, Sound
from bot.video.values.contents import (
    ApprovalContent,
    Content,
    Decision,
    Report,
    ReportContent,
    Why,
)
from bot.video.values.videos import State, VideoSpec

REASON = "reason"  # the name of a form's field
FACT_LIMIT = 200  # characters of a user's text
LABEL_LIMIT = 80  # of a button; Discord, components reference
FORESEEN = frozenset({Why.NEW, Why.ROLE, Why.PRICE})  # what trust spares a person
_QUALITIES, _SOUNDS = tuple(Quality), tuple(Sound)


def cheaper_choice(
    card: Card,
    price: Callable[[VideoSpec], int],
    *,
    above: int | None,
    locale: str,
    per_usd: float,
) -> ui.LayoutView:
    """The private choice of cheaper versions of a held video, one button each; the first needs no
    approval with the threshold `above` (credits)."""
    buttons = [
        VerbButton(
            Verb.CHEAPER_AS,
            cheaper_subject(card.task.id, spec),
            label=_label(spec, price(spec), locale, per_usd),
        )
        for spec in offers(card.request.spec, price, above)
    ]
    if not buttons:
        return layout(text(say("approval.no_cheaper", locale)))
    return layout(text(say("approval.cheaper_ask", locale)), *(row(each) for each in buttons))


def cheaper_subject(task_id: str, spec: VideoSpec) -> str:
    """A cheaper version, short enough for a custom id."""
    places = (spec.duration, _QUALITIES.index(spec.quality), _SOUNDS.index(spec.sound))
    return ".".join([task_id, *map(str, places)])


def read_cheaper(subject: str, spec: VideoSpec) -> tuple[str, VideoSpec | None]:
    """The video's id, and the chosen cheaper version of `spec`; None if there is no such one."""
    task_id = subject.partition(".")[0]
    by_subject = {cheaper_subject(task_id, each): each for each in ways(spec)}
    return task_id, by_subject.get(subject)


def purge_form(task_id: str, removal: Removal, locale: str) -> ui.Modal:
    """The question before a purge: whose video it is, how many messages go, and why."""
    why = _reason_field(Verb.PURGE_YES, locale, is_required=False)
    return form(Verb.PURGE_YES, task_id, locale, text(*_to_remove(removal, locale)), why)


def purge_block_about(removal: Removal, locale: str) -> ui.TextDisplay[Any]:
    """What the form to remove a video and block its requester does."""
    block = say("purge.ask_block", locale, who=removal.user_id)
    return text(*_to_remove(removal, locale), block)


def _to_remove(removal: Removal, locale: str) -> list[str]:
    who, count = removal.user_id, len(removal.channel_ids)
    where = sorted(set(removal.channel_ids))
    return [
        say("purge.ask", locale, who=who, count=removal.takes),
        say("purge.messages", locale, count=count, where=where)
        if count
        else say("purge.no_message", locale),
        say("purge.cost", locale),
    ]


def reason_for_all(locale: str) -> Field:
    """A field for the reason, which the requesters of several videos read."""
    return text_field(REASON, f"modal.{Verb.DENY}.reason", locale, limit=reports.REASON_LIMIT)


def trusted(user_id: int, locale: str) -> ui.LayoutView:
    """Whose videos need no approval from now on, with Undo."""
    line = text(say("approval.trusted", locale, who=mention(user_id)))
    return layout(line, row(button(Verb.DISTRUST, str(user_id), locale, key="button.undo")))


def deny_form(task_id: str, locale: str) -> ui.Modal:
    """A form that asks a moderator for the reason."""
    return _reason_form(Verb.DENY, task_id, locale, is_required=True)


def report_form(task_id: str, locale: str) -> ui.Modal:
    """A form that asks a member what is wrong with a video."""
    return _reason_form(Verb.REPORT, task_id, locale, is_required=False)


def held(card: Card, said: ApprovalContent, *, per_usd: float) -> ui.LayoutView:
    """A held video, and the decision about it."""
    locale, is_open = card.request.server_locale, card.task.state is State.HELD
    head = say("approval.title" if is_open else "approval.decided", locale)
    return layout(
        *called(said),
        box(
            Colour.TROUBLE if is_open else Colour.WAITING,
            text(f"**{head}**", _why(said, locale), _decision(card, said, locale)),
            ui.Separator(),
            text(*_made_of(card, locale, per_usd)),
            *([row(*_decisions(card, said, locale))] if is_open else []),
        ),
    )


def called(said: Content) -> list[ui.TextDisplay[ui.LayoutView]]:
    """The line that pings a role, if the card calls one."""
    return [text(f"<@&{said.calls}>")] if said.calls else []


def _decisions(card: Card, said: ApprovalContent, locale: str) -> list[ui.Item[Any]]:
    task_id = card.task.id
    yes = button(Verb.APPROVE, task_id, locale, style=ButtonStyle.success)
    less = [button(Verb.CHEAPER, task_id, locale)] if cheaper(card.request.spec) else []
    no = button(Verb.DENY, task_id, locale, style=ButtonStyle.danger)
    trust = [button(Verb.TRUST, task_id, locale)] if said.why in FORESEEN else []
    return [yes, *less, no, *trust]


def _why(said: ApprovalContent, locale: str) -> str:
    if said.rule:
        rule, words = escaped(said.rule, 60), escaped(said.words or "…", 60)
        key = "approval.why_rule_costly" if said.is_costly else "approval.why_rule"
        return say(key, locale, rule=rule, words=words)
    if said.above == 0:
        return say("approval.every", locale)
    if said.above is not None:
        return say("approval.over", locale, count=said.above)
    if said.new_days is not None:
        return say("approval.newer", locale, count=said.new_days)
    if said.role is not None:
        return say("approval.of_role", locale, role=said.role)
    return "" if said.why is None else say(f"approval.why.{said.why}", locale)


def _decision(card: Card, said: ApprovalContent, locale: str) -> str:
    """Who decided, and what has happened since."""
    task = card.task
    if task.state is State.HELD:
        return "" if task.due_at is None else say("approval.until", locale, until=task.due_at)
    by = mention(said.decided_by) if said.decided_by else ""
    if said.decision is Decision.DENIED:
        reason = escaped(task.error_message, FACT_LIMIT)
        return say("approval.denied", locale, by=by, reason=reason)
    became = say(f"videos.state.{'deleted' if task.deleted_by else task.state}", locale)
    link = message_link(card.film)
    became = f"[{became}]({link})" if link and not task.deleted_by else became
    if said.decision is Decision.APPROVED:
        return say("approval.approved", locale, by=by, became=became)
    expired = task.reason is Reason.APPROVAL_EXPIRED
    return say("approval.expired", locale) if expired else became


def reported(card: Card, said: ReportContent) -> ui.LayoutView:
    """A reported video, and the decision about it."""
    locale, task, told = card.request.server_locale, card.task, said.reports
    dismissed_by = said.dismissed_by
    is_open = dismissed_by is None and task.deleted_by is None
    lines = [_report(each, locale) for each in told[: reports.SHOWN]]
    more = len(told) - reports.SHOWN
    return layout(
        *called(said),
        box(
            Colour.TROUBLE if is_open else Colour.WAITING,
            text(
                f"**{say('report.title', locale)}**",
                *lines,
                say("report.more", locale, count=more) if more > 0 else "",
            ),
            ui.Separator(),
            text(*_film(card, locale)),
            *_dealt_with(card, dismissed_by, locale),
        ),
    )


def _dealt_with(card: Card, dismissed_by: int | None, locale: str) -> list[ui.Item[ui.LayoutView]]:
    task = card.task
    if task.deleted_by is not None:
        return [text(*_removed(card, locale))]
    if dismissed_by is not None:
        return [text(say("report.dismissed", locale, by=mention(dismissed_by)))]
    purge = button(Verb.PURGE, task.id, locale, style=ButtonStyle.danger)
    both = button(Verb.PURGE_BLOCK, task.id, locale, style=ButtonStyle.danger)
    covers = cover_buttons(card, locale)
    return [row(purge, both, *covers, button(Verb.DISMISS, task.id, locale))]


def _removed(card: Card, locale: str) -> list[str]:
    """Who removed it from where, and why."""
    if not card.is_taken_away:
        return [say("report.deleted", locale, by=mention(card.request.user_id))]
    by, why = mention(card.task.deleted_by or 0), escaped(card.removed_because, FACT_LIMIT)
    posts = [each.film for each in card.all if each.film is not None and each.film.message_id]
    where = sorted({each.sent_to or each.channel_id for each in posts})
    return [
        say("report.purged_from", locale, by=by, where=where)
        if where
        else say("report.purged", locale, by=by),
        why and say("person.reason", locale, reason=why),
    ]


def _report(each: Report, locale: str) -> str:
    who, reason = mention(each.by), escaped(each.reason, FACT_LIMIT)
    return say("report.by_because" if reason else "report.by", locale, who=who, reason=reason)


def _film(card: Card, locale: str) -> list[str]:
    link = message_link(card.film) if card.task.deleted_by is None else None
    return [
        description(card.request.spec, locale),
        small(say("desk.film_by", locale, who=mention(card.request.user_id))),
        say("videos.message", locale, link=link) if link else "",
    ]


def _made_of(card: Card, locale: str, per_usd: float) -> list[str]:
    request = card.request
    price = say("card.price", locale, price=price_text(card.price, locale, per_usd))
    who, where = mention(request.user_id), request.channel_id
    return [
        description(request.spec, locale),
        small(f"{options(request.spec, locale)} · {price}"),
        small(say("approval.by", locale, who=who, where=where)),
    ]


def _label(spec: VideoSpec, price: int, locale: str, per_usd: float) -> str:
    parts = [
        say("options.duration", locale, seconds=spec.duration),
        str(spec.quality),
        say(f"options.sound.{spec.sound}", locale),
        price_text(price, locale, per_usd),
    ]
    return shorten(" · ".join(parts), LABEL_LIMIT)


def _reason_form(verb: Verb, task_id: str, locale: str, *, is_required: bool) -> ui.Modal:
    return form(verb, task_id, locale, _reason_field(verb, locale, is_required=is_required))


def _reason_field(verb: Verb, locale: str, *, is_required: bool) -> Field:
    label, limit = f"modal.{verb}.reason", reports.REASON_LIMIT
    return text_field(REASON, label, locale, limit=limit, is_required=is_required)
