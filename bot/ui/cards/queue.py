"""The queue for moderators: what waits and runs, with buttons."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import discord
from discord import ButtonStyle, ui

from bot.ui.cards.parts import Colour, box, button, layout, mention, row, small, text
from bot.ui.escape import escaped, shorten
from bot.ui.forms import Field, form
from bot.ui.items import Verb
from bot.ui.member_names import MemberNames
from bot.ui.money import price_text
from bot.ui.texts import say
from bot.video.values.contents import QueueContent, QueueRow
from bot.video.values.videos import State

LABEL_LIMIT = 100  # of a choice; Discord, components reference
NAME_LIMIT = 40
WORDS = 120  # characters of a prompt
VIDEOS = "videos"  # the name of a form's field


def queue_card(
    shown: QueueContent, *, locale: str, per_usd: float, can_pin: bool = False
) -> ui.LayoutView:
    """A page of the queue; `can_pin` offers to pin it for all moderators."""
    if shown.is_closed:
        again = button(Verb.DESK, "0", locale, key="button.reopen")
        return layout(text(say("desk.closed", locale)), row(again))
    head = say("desk.title", locale)
    if shown.page:
        head += " · " + say("videos.page", locale, page=shown.page + 1)
    paused = say("desk.paused", locale) if shown.is_paused else ""
    parts: list[ui.Item[ui.LayoutView]] = [text(f"**{head}**", paused)]
    if shown.may_resume:
        resume = button(Verb.RESUME, "0", locale, key="button.go-on", style=ButtonStyle.success)
        parts.append(row(resume))
    for each in shown.rows:
        parts += [ui.Separator(), text(*_lines(each, locale, per_usd)), *_buttons(each, locale)]
    if not shown.rows:
        parts.append(text(say("desk.none", locale)))
    parts += _several(shown, locale)
    return layout(box(Colour.WAITING, *parts, row(*_turns(shown, locale, can_pin))))


def several_form(
    verb: Verb,
    held: Sequence[QueueRow],
    locale: str,
    per_usd: float,
    *fields: Field,
    names: MemberNames,
) -> ui.Modal:
    """A form to choose among held videos, at most 25. All are chosen for approval, none for
    denial, which cannot be undone. A menu shows no mentions, so `names` says whose they are."""
    options = [
        discord.SelectOption(
            label=shorten(each.words or "…", LABEL_LIMIT),
            value=each.task_id,
            description=shorten(_about(each, names, locale, per_usd), LABEL_LIMIT),
            default=verb is Verb.APPROVE_MANY,
        )
        for each in held
    ]
    menu: ui.Select[Any] = ui.Select(custom_id=VIDEOS, max_values=len(options), options=options)
    total = price_text(sum(each.price for each in held), locale, per_usd)
    about = say(f"modal.{verb}.hint", locale, count=len(held), total=total)
    label = ui.Label(text=say("modal.several.videos", locale), description=about, component=menu)
    return form(verb, "0", locale, label, *fields)


def _about(each: QueueRow, names: MemberNames, locale: str, per_usd: float) -> str:
    """Whose it is, how long, and what it costs."""
    price = price_text(each.price, locale, per_usd)
    name = shorten(names.of(each.user_id), NAME_LIMIT)
    return " · ".join(filter(None, [name, *_length(each, locale), price]))


def _several(shown: QueueContent, locale: str) -> list[ui.ActionRow[ui.LayoutView]]:
    """Buttons to approve or deny several; none where only one can be held."""
    held = [each for each in shown.rows if each.state is State.HELD]
    if len(held) < 2 and not (held and shown.has_more):
        return []
    return [row(*(button(verb, "0", locale) for verb in (Verb.APPROVE_MANY, Verb.DENY_MANY)))]


def _lines(each: QueueRow, locale: str, per_usd: float) -> list[str]:
    state = say(f"videos.state.{each.state}", locale)
    first = f" · {say('desk.first', locale)}" if each.is_first else ""
    since = datetime.fromtimestamp(each.asked_at, UTC)
    price = price_text(each.price, locale, per_usd)
    who = mention(each.user_id)
    return [
        f"**{state}**{first} · {say('desk.asked', locale, who=who, since=since)}",
        f"> {escaped(each.words, WORDS) or '…'}",
        small(
            " · ".join(filter(None, [_several_takes(each, locale), *_made(each, locale), price]))
        ),
    ]


def _made(each: QueueRow, locale: str) -> list[str]:
    """The video's length, and the channel it was asked for in."""
    return [*_length(each, locale), *([f"<#{each.channel_id}>"] if each.channel_id else [])]


def _length(each: QueueRow, locale: str) -> list[str]:
    return [say("options.duration", locale, seconds=each.seconds)] if each.seconds else []


def _several_takes(each: QueueRow, locale: str) -> str:
    return say("options.takes", locale, count=each.takes) if each.takes > 1 else ""


def _buttons(each: QueueRow, locale: str) -> list[ui.ActionRow[ui.LayoutView]]:
    """A video's buttons. Nothing stops one at the video service: the API has no way to do it."""
    stop = button(Verb.STOP, each.task_id, locale, style=ButtonStyle.danger)
    match each.state:
        case State.HELD:
            release = button(Verb.RELEASE, each.task_id, locale, style=ButtonStyle.success)
            deny = button(Verb.DENY, each.task_id, locale, style=ButtonStyle.danger)
            return [row(release, deny)]
        case State.QUEUED:
            first = button(Verb.FIRST, each.task_id, locale)
            return [row(first, button(Verb.HOLD, each.task_id, locale), stop)]
    return []


def _turns(shown: QueueContent, locale: str, can_pin: bool) -> list[ui.Item[Any]]:
    turns = [button(Verb.DESK, str(shown.page), locale, key="button.refresh")]
    if shown.page:
        turns.insert(0, button(Verb.DESK, str(shown.page - 1), locale, key="button.earlier"))
    if shown.has_more:
        turns.append(button(Verb.DESK, str(shown.page + 1), locale, key="button.later"))
    if can_pin:
        turns.append(button(Verb.STAND, "0", locale))
    return turns
