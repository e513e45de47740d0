"""The panel of `/settings`: one private message that changes pages in place."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from discord import ChannelType, SelectDefaultValue, SelectDefaultValueType, SelectOption, ui

from bot.ui import panel
from bot.ui.cards.audit import (
    audit_line,
    choice_text,
    shortened,
    unset_text,
    value_text,
)
from bot.ui.cards.overview import overview
from bot.ui.cards.parts import Colour, box, button, layout, row, small, text
from bot.ui.cards.setups import setup_buttons
from bot.ui.forms import form, text_field
from bot.ui.items import CustomId, Verb
from bot.ui.panel import UNSET, Kind, Page, Setting
from bot.ui.texts import say
from bot.video.doors import setups
from bot.video.doors.settings import CHANGED, UNDONE
from bot.video.limits import changes as limits
from bot.video.moderation import bulk, rules
from bot.video.values.catalogue import longest_prompt
from bot.video.values.limits import Limit
from bot.video.values.moderation import AuditEntry
from bot.video.values.settings import SettingsDocument

VALUE = "value"  # the name of a form's field
MOST_CHOSEN = 25  # in a select menu; Discord, components reference
POSTING = [ChannelType.text, ChannelType.news]
MAKING = [*POSTING, ChannelType.voice, ChannelType.stage_voice, ChannelType.forum]
MARKS = {
    Kind.ROLE: SelectDefaultValueType.role,
    Kind.ROLES: SelectDefaultValueType.role,
    Kind.MEMBERS: SelectDefaultValueType.user,
}
UNDOABLE = {
    **dict.fromkeys((CHANGED, UNDONE), Verb.UNDO_SET),
    setups.APPLIED: Verb.UNDO_SETUP,
    **dict.fromkeys(limits.UNDOABLE, Verb.UNDO_LIMIT),
    **dict.fromkeys((*bulk.UNDOABLE, rules.REMOVED), Verb.UNDO_RULES),
}

Part = ui.Item[ui.LayoutView]


def settings_page(
    page: Page,
    settings: SettingsDocument,
    *,
    locale: str,
    changed: AuditEntry | None = None,
    notes: Mapping[str, str] = MappingProxyType({}),
) -> ui.LayoutView:
    """A page with its present values; `changed` is what was just done, `notes` are remarks on
    settings, by path."""
    parts: list[Part] = []
    for setting in panel.pages()[page]:
        parts += _offer(setting, settings.at(setting.path), locale)
        if note := notes.get(setting.path):
            parts.append(text(small(note)))
    if page is Page.CEILINGS:
        parts += _channels_with_ceilings(settings, locale)
    return _page(page, say(f"settings.about.{page}", locale), parts, locale, changed)


def overview_page(
    settings: SettingsDocument,
    limits: Sequence[Limit],
    budget: str,
    *,
    locale: str,
    done: Sequence[Part] = (),
    warnings: Sequence[str] = (),
) -> ui.LayoutView:
    """What is missing and what applies; `budget` says how the budget stands, `done` is what was
    just done, `warnings` stand above all that is missing."""
    about = say("settings.about.overview", locale)
    parts = [
        *overview(settings, limits, budget, locale, warnings),
        text(small(say("setup.about", locale))),
        *setup_buttons(locale),
    ]
    return _page(Page.OVERVIEW, about, parts, locale, None, done)


def channel_page(
    channel_id: int, settings: SettingsDocument, *, locale: str, changed: AuditEntry | None = None
) -> ui.LayoutView:
    """The caps of one channel."""
    parts: list[Part] = []
    for setting in panel.ceilings_of(channel_id):
        parts += _offer(setting, settings.at(setting.path), locale)
    parts.append(row(button(Verb.SETTINGS, Page.CEILINGS, locale, key="button.back")))
    about = say("settings.about.channel", locale, channel=channel_id)
    return _page(Page.CEILINGS, about, parts, locale, changed)


def audit_page(
    entries: Sequence[AuditEntry], *, locale: str, page: int, has_more: bool
) -> ui.LayoutView:
    """The audit, newest first, with an Undo button for changes of settings or limits."""
    parts = [
        _entry(entry, locale, is_overtaken=_is_overtaken(entry, entries[:place]))
        for place, entry in enumerate(entries)
    ]
    turns = []
    if page:
        turns.append(button(Verb.SETTINGS, f"audit-{page - 1}", locale, key="button.newer"))
    if has_more:
        turns.append(button(Verb.SETTINGS, f"audit-{page + 1}", locale, key="button.older"))
    return _page(
        Page.AUDIT,
        say("settings.about.audit" if entries else "settings.audit_none", locale),
        [*parts, *([row(*turns)] if turns else [])],
        locale,
        None,
    )


def setting_form(path: str, value: object, locale: str, *, about: Sequence[str] = ()) -> ui.Modal:
    """A form for a typed setting; left empty, it removes the setting. `about` are lines above
    it."""
    setting = panel.find(path)
    is_text = setting.kind is Kind.TEXT
    field = text_field(
        VALUE,
        setting.label,
        locale,
        limit=longest_prompt() if is_text else 12,
        written="" if value is None else str(value),
        hint="settings.empty_takes_away",
        is_required=False,
        is_long=is_text,
    )
    above = [text(*about)] if about else []
    return form(Verb.SET, path, locale, *above, field, title="settings.title")


def _page(
    page: Page,
    about: str,
    parts: Sequence[Part],
    locale: str,
    changed: AuditEntry | None,
    done: Sequence[Part] = (),
) -> ui.LayoutView:
    head = text(f"### {say('settings.title', locale)}", about)
    entry = [] if changed is None else [_entry(changed, locale)]
    return layout(*done, box(Colour.WAITING, head, row(_pages(page, locale)), *parts), *entry)


def _pages(page: Page, locale: str) -> ui.Select[Any]:
    options = [
        SelectOption(label=say(f"settings.page.{each}", locale), value=each, default=each is page)
        for each in Page
    ]
    return ui.Select(custom_id=str(CustomId(Verb.SETTINGS, "go")), options=options)


def _is_overtaken(entry: AuditEntry, newer: Sequence[AuditEntry]) -> bool:
    """Whether an entry above it undid it, or set the same setting again."""
    setting = json.loads(entry.details).get("setting")
    later = [json.loads(each.details) for each in newer]
    return any(
        each.get("of") == entry.id or (setting and each.get("setting") == setting) for each in later
    )


def _entry(entry: AuditEntry, locale: str, *, is_overtaken: bool = False) -> Part:
    line = f"{shortened(audit_line(entry, locale))}\n{small(f'<t:{int(entry.at.timestamp())}:R>')}"
    verb = UNDOABLE.get(entry.action)
    if verb is None or is_overtaken:
        return text(line)
    return ui.Section(line, accessory=button(verb, entry.id, locale, key="button.undo"))


def _offer(setting: Setting, value: object, locale: str) -> list[Part]:
    """A setting's name, its value, and what changes it."""
    name = f"**{say(setting.label, locale)}**"
    match setting.kind:
        case Kind.CHOICE:
            return [text(name), row(_choices(setting, value, locale))]
        case Kind.CHANNEL | Kind.CHANNELS | Kind.ROLE | Kind.ROLES | Kind.MEMBERS:
            return [text(name), row(_picker(setting, value, locale))]
        case Kind.NUMBER | Kind.TEXT:
            change = button(Verb.SET, setting.path, locale, key="button.change")
            return [ui.Section(f"{name}\n{value_text(setting, value, locale)}", accessory=change)]


def _choices(setting: Setting, value: object, locale: str) -> ui.Select[Any]:
    options = [SelectOption(label=unset_text(setting, locale), value=UNSET, default=value is None)]
    options += [
        SelectOption(
            label=choice_text(setting, each, locale), value=str(each), default=each == value
        )
        for each in setting.choices
    ]
    return ui.Select(custom_id=str(CustomId(Verb.SET, setting.path)), options=options)


def _picker(setting: Setting, value: object, locale: str) -> ui.Item[Any]:
    """A select menu; Discord itself lists channels and roles."""
    is_role = setting.kind in (Kind.ROLE, Kind.ROLES)
    is_one = setting.kind in (Kind.CHANNEL, Kind.ROLE)
    mark = MARKS.get(setting.kind, SelectDefaultValueType.channel)
    common: dict[str, Any] = {
        "custom_id": str(CustomId(Verb.SET, setting.path)),
        "placeholder": say(setting.unset, locale),
        "min_values": 0,
        "max_values": 1 if is_one else MOST_CHOSEN,
        "default_values": [_mark(each, mark) for each in _ids(value)],
    }
    if is_role:
        return ui.RoleSelect(**common)
    if setting.kind is Kind.MEMBERS:
        return ui.UserSelect(**common)
    kinds = [*POSTING, ChannelType.forum] if setting.takes_forums else POSTING
    return ui.ChannelSelect(**common, channel_types=kinds if is_one else MAKING)


def _mark(chosen: int, kind: SelectDefaultValueType) -> SelectDefaultValue:
    """A preselected value: Discord's document asks for text ids, the library sends numbers."""
    mark = SelectDefaultValue(id=chosen, type=kind)
    mark.id = str(chosen)  # type: ignore[assignment]
    return mark


def _ids(value: Any) -> list[int]:
    return value if isinstance(value, list) else [value] if value else []


def _channels_with_ceilings(settings: SettingsDocument, locale: str) -> list[Part]:
    """The channels with caps of their own, and a button to each."""
    channels = panel.channels_with_ceilings(settings)
    line = say("settings.ceilings_none", locale)
    if channels:
        line = say("settings.ceilings_in", locale, channels=channels)
    picker: ui.ChannelSelect[Any] = ui.ChannelSelect(
        custom_id=str(CustomId(Verb.SETTINGS, "channel")),
        placeholder=say("settings.pick_channel", locale),
        channel_types=MAKING,
    )
    return [text(f"**{say('settings.channel_ceilings', locale)}**", line), row(picker)]
