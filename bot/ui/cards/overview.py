"""The first page of `/settings`: what this server set, what is missing, and what that means."""

from collections.abc import Iterator, Sequence
from typing import Any

from discord import ui

from bot.ui import panel
from bot.ui.cards.audit import shortened, value_text
from bot.ui.cards.limits import limit_line
from bot.ui.cards.parts import text
from bot.ui.panel import Page, Setting
from bot.ui.texts import say
from bot.video.values.limits import Limit
from bot.video.values.settings import SettingsDocument

LINE_LIMIT = 200  # characters
LIMITS = 5  # shown
APPROVAL = ("approval.new_days", "approval.roles", "approval.above")
MISSING = ("moderators_channel", "audit_channel")

Part = ui.Item[Any]


def overview(
    settings: SettingsDocument, limits: Sequence[Limit], budget: str, locale: str
) -> list[Part]:
    """What is set, page by page, then what is missing; `budget` says how the budget stands."""
    missing, present = list(_missing(settings, limits, locale)), list(_set(settings, locale))
    (missing if settings.at("budget") is None else present).append(f"- {budget}")
    title = say("settings.missing" if missing else "settings.nothing_missing", locale)
    return [
        text(*present, *_limits(limits, locale)),
        ui.Separator(),
        text(f"**{title}**", *missing),
    ]


def _set(settings: SettingsDocument, locale: str) -> Iterator[str]:
    for page, offered in panel.pages().items():
        lines = [_line(each, settings.at(each.path), locale) for each in offered]
        if page is Page.CEILINGS:
            lines.append(_channels(settings, locale))
        if found := [line for line in lines if line]:
            yield f"**{say(f'settings.page.{page}', locale)}**"
            yield from found
        elif offered:
            yield f"**{say(f'settings.page.{page}', locale)}**: {say('settings.as_usual', locale)}"


def _line(setting: Setting, value: object, locale: str) -> str:
    """A setting that is set; "" for another."""
    if value is None or value == []:
        return ""
    name, shown = say(setting.label, locale), value_text(setting, value, locale)
    return shortened(f"- {name}: {shown}", LINE_LIMIT)


def _channels(settings: SettingsDocument, locale: str) -> str:
    channels = panel.channels_with_ceilings(settings)
    if not channels:
        return ""
    shown = say("settings.ceilings_in", locale, channels=channels)
    return shortened(f"- {say('settings.channel_ceilings', locale)}: {shown}", LINE_LIMIT)


def _limits(limits: Sequence[Limit], locale: str) -> Iterator[str]:
    if limits:
        yield f"**{say('limits.title', locale)}**"
        yield from (f"- {limit_line(each, locale)}" for each in limits[:LIMITS])
    if len(limits) > LIMITS:
        yield say("settings.more_limits", locale, count=len(limits) - LIMITS)


def _missing(settings: SettingsDocument, limits: Sequence[Limit], locale: str) -> Iterator[str]:
    for path in MISSING:
        if settings.at(path) is None:
            yield f"- {say(f'settings.without.{path}', locale)}"
    if not any(settings.at(path) not in (None, []) for path in APPROVAL):
        yield f"- {say('settings.without.approval', locale)}"
    if settings.at("calls.role") is None:
        yield f"- {say('settings.without.calls', locale)}"
    if not limits:
        yield f"- {say('settings.without.limits', locale)}"
