"""The first page of `/settings`: what is missing, what that means, and what applies."""

from collections.abc import Iterator, Sequence
from typing import Any

from discord import ui

from bot.ui import panel
from bot.ui.cards.audit import choice_text, shortened, value_text
from bot.ui.cards.limits import limit_line
from bot.ui.cards.parts import text
from bot.ui.panel import Page, Setting
from bot.ui.texts import say
from bot.video.values.limits import Limit
from bot.video.values.settings import SettingsDocument

LINE_LIMIT = 240  # characters per page of the panel
VALUE_LIMIT = 80  # characters per setting
LIMITS = 3  # shown
APPROVAL = ("approval.new_days", "approval.roles", "approval.above")
MISSING = ("moderators_channel", "audit_channel")
SAID_NOTHING = (
    "settings.unset", "settings.no", "settings.utc", "settings.nobody", "settings.nobody_trusted",
)  # fmt: skip

Part = ui.Item[Any]


def overview(
    settings: SettingsDocument,
    limits: Sequence[Limit],
    budget: str,
    locale: str,
    warnings: Sequence[str] = (),
) -> list[Part]:
    """What is missing, then what applies, page by page; `budget` says how the budget stands."""
    has_budget = settings.at("budget") is not None
    missing = [*warnings, *([] if has_budget else [budget]), *_missing(settings, limits, locale)]
    title = say("settings.missing" if missing else "settings.nothing_missing", locale)
    return [
        text(f"**{title}**", *(f"- {each}" for each in missing)),
        ui.Separator(),
        text(
            *_pages(settings, budget if has_budget else "", locale),
            *_limits(limits, locale),
        ),
    ]


def _pages(settings: SettingsDocument, budget: str, locale: str) -> Iterator[str]:
    for page, offered in panel.pages().items():
        if not offered:
            continue
        values = [*_set(offered, settings, locale), *_usual(page, offered, settings, locale)]
        if page is Page.CEILINGS:
            values += _channels(settings, locale)
        shown = shortened(" · ".join(values), LINE_LIMIT)
        if page is Page.MONEY and budget:
            shown = " · ".join(filter(None, [budget, shown]))
        if shown:  # what is not set is named above
            yield f"**{say(f'settings.short.{page}', locale)}**: {shown}"


def _set(offered: Sequence[Setting], settings: SettingsDocument, locale: str) -> Iterator[str]:
    """The settings that are set; the budget has a line of its own."""
    for each in offered:
        value = settings.at(each.path)
        if value not in (None, []) and each.path != "budget":
            name, shown = say(each.label, locale), value_text(each, value, locale)
            yield shortened(f"{name}: {shown}", VALUE_LIMIT)


def _usual(
    page: Page, offered: Sequence[Setting], settings: SettingsDocument, locale: str
) -> Iterator[str]:
    """What applies where nothing is set, such as "5 s, No sound, bot default"."""
    unset = [each for each in offered if settings.at(each.path) in (None, [])]
    usual = [_value(page, each, locale) for each in unset if each.usual is not None]
    words = [each.unset for each in unset if each.usual is None]
    yield from (say(key, locale) for key in dict.fromkeys(words) if key not in SAID_NOTHING)
    if usual:
        yield say("settings.own_default", locale, value=", ".join(usual))


def _value(page: Page, setting: Setting, locale: str) -> str:
    """A default; those of `/video` need no name."""
    value = choice_text(setting, setting.usual, locale)
    return value if page is Page.DEFAULTS else f"{say(setting.label, locale)}: {value}"


def _channels(settings: SettingsDocument, locale: str) -> list[str]:
    channels = panel.channels_with_ceilings(settings)
    if not channels:
        return []
    shown = say("settings.ceilings_in", locale, channels=channels)
    return [shortened(f"{say('settings.channel_ceilings', locale)}: {shown}", VALUE_LIMIT)]


def _limits(limits: Sequence[Limit], locale: str) -> Iterator[str]:
    if limits:
        shown = " · ".join(limit_line(each, locale) for each in limits[:LIMITS])
        more = len(limits) - LIMITS
        ending = " " + say("settings.more_limits", locale, count=more) if more > 0 else ""
        yield f"**{say('limits.title', locale)}**: {shown}{ending}"


def _missing(settings: SettingsDocument, limits: Sequence[Limit], locale: str) -> Iterator[str]:
    for path in MISSING:
        if settings.at(path) is None:
            yield say(f"settings.without.{path}", locale)
    if not any(settings.at(path) not in (None, []) for path in APPROVAL):
        yield say("settings.without.approval", locale)
    if settings.at("calls.role") is None:
        yield say("settings.without.calls", locale)
    if not limits:
        yield say("settings.without.limits", locale)
