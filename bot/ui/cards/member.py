"""The private card of `/moderate user`: what moderators read before they decide."""

from datetime import datetime
from typing import Any

from discord import ButtonStyle, ui

from bot.ui.cards.limits import usage_of
from bot.ui.cards.parts import button, row, text, words
from bot.ui.escape import escaped
from bot.ui.items import Verb
from bot.ui.texts import say
from bot.video.limits.room import Room
from bot.video.moderation.acts import Record
from bot.video.values.moderation import Block
from bot.video.values.videos import VideoRequest, VideoTask

PROMPT = 120  # characters


def member_record(user_id: int, record: Record, room: Room, *, locale: str) -> ui.LayoutView:
    """Limits and usage, a block, and the latest videos with their prompts."""
    view = usage_of(user_id, room, locale=locale)
    if record.block is not None:
        view.add_item(text(*_block(record.block, locale)))
    if record.is_trusted:
        view.add_item(text(say("moderate.is_trusted", locale)))
    view.add_item(row(*_acts(user_id, record, locale)))
    view.add_item(text(f"**{say('moderate.latest', locale)}**"))
    for request, task in record.films:
        show = button(Verb.SHOW, task.id, locale)
        view.add_item(ui.Section(text(_film(request, task, locale)), accessory=show))
    if not record.films:
        view.add_item(text(say("moderate.no_films", locale)))
    return view


def _acts(user_id: int, record: Record, locale: str) -> list[ui.Item[Any]]:
    is_blocked = record.block is not None
    first = Verb.UNBLOCK if is_blocked else Verb.BLOCK
    style = ButtonStyle.secondary if is_blocked else ButtonStyle.danger
    trust = Verb.DISTRUST_PERSON if record.is_trusted else Verb.TRUST_PERSON
    others = (Verb.LIMIT_PERSON, Verb.EXTRA, Verb.RESET, trust)
    return [
        button(first, str(user_id), locale, style=style),
        *(button(verb, str(user_id), locale) for verb in others),
    ]


def _block(block: Block, locale: str) -> list[str]:
    by, until = block.blocked_by, block.until
    reason = escaped(block.reason, 200)
    return [
        say("moderate.is_blocked", locale, by=by)
        if until is None
        else say("moderate.is_blocked_until", locale, by=by, until=until),
        reason and say("person.reason", locale, reason=reason),
    ]


def _film(request: VideoRequest, task: VideoTask, locale: str) -> str:
    state = say(f"videos.state.{'deleted' if task.deleted_by else task.state}", locale)
    when: datetime = task.created_at
    return say("videos.row", locale, state=state, when=when, prompt=words(request.spec, PROMPT))
