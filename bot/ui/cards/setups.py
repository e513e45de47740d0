"""The private card that shows what a preset or a file would change, with a yes button."""

import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

import discord
from discord import ButtonStyle, ui

from bot.errors import Refusal
from bot.ui import panel
from bot.ui.cards.audit import setting_name, shortened, value_text
from bot.ui.cards.limits import rule_text, who_text
from bot.ui.cards.overview import APPROVAL
from bot.ui.cards.parts import button, layout, row, text
from bot.ui.escape import escaped
from bot.ui.items import Verb, VerbButton
from bot.ui.panel import Page
from bot.ui.replies import explain
from bot.ui.setups import PRESETS, Refused
from bot.ui.texts import say
from bot.video.doors.setups import LimitLine, SetupPlan
from bot.video.limits.changes import read_limit
from bot.video.limits.effective import Rule
from bot.video.values.limits import Limit
from bot.video.values.moderation import AuditEntry

PLAN_FILE = "settings.json"
PLAN_PLACE = 100  # component id of the file with the setup
LINE_LIMIT = 200  # characters
SHOWN = 12  # changes, and as many refused entries
DONE_SHOWN, DONE_LIMIT = 8, 100  # changes made, and characters of each, above the overview


def setup_plan(
    plan: SetupPlan, refused: Sequence[Refused], name: str, file: bytes | None, locale: str
) -> tuple[ui.LayoutView, list[discord.File]]:
    """What would change and what is refused, with a yes button; `file` is what that reads."""
    title = say("setup.plan" if plan.count else "setup.nothing", locale, count=plan.count)
    lines = [*_changes(plan, locale)]
    more = len(lines) - SHOWN
    parts: list[ui.Item[ui.LayoutView]] = [
        text(
            f"**{say(f'setup.{name}', locale)}**: {title}",
            *lines[:SHOWN],
            say("rules.more", locale, count=more) if more > 0 else "",
        )
    ]
    if warnings := [*_warnings(plan, locale)]:
        parts.append(text(*warnings))
    if refused:
        parts.append(text(*_refused(refused, locale)))
    back = button(Verb.SETTINGS, Page.OVERVIEW, locale, key="button.to_overview")
    if not plan.count:
        return layout(*parts, row(back)), []
    if file is not None:
        parts.append(ui.File(f"attachment://{PLAN_FILE}", id=PLAN_PLACE))
    label = say("setup.apply", locale, count=plan.count)
    yes = VerbButton(Verb.SETUP_APPLY, name, label=label, style=ButtonStyle.success)
    return layout(*parts, row(yes, back)), [] if file is None else [setup_file(file)]


def setup_file(written: bytes) -> discord.File:
    """A setup as a file."""
    return discord.File(io.BytesIO(written), filename=PLAN_FILE)


def setup_applied(name: str, entry: AuditEntry, locale: str) -> list[ui.Item[Any]]:
    """What was changed, with Undo."""
    undo = button(Verb.UNDO_SETUP, entry.id, locale, key="button.undo")
    did = json.loads(entry.details)
    lines = [_setting(path, was, now, locale) for path, (was, now) in did["changed"].items()]
    for before, after in did["placed"]:
        lines.append(_limit(before and read_limit(before), read_limit(after), locale))
    more = len(lines) - DONE_SHOWN
    said = [
        f"**{say('setup.applied', locale, name=say(f'setup.{name}', locale))}**",
        *(shortened(f"- {line}", DONE_LIMIT) for line in lines[:DONE_SHOWN]),
        say("rules.more", locale, count=more) if more > 0 else "",
    ]
    return [text(*said), row(undo)]


def setup_buttons(locale: str) -> list[ui.ActionRow[ui.LayoutView]]:
    """The presets, and the settings as a file."""
    presets = [button(Verb.SETUP, each, locale, key=f"setup.{each}") for each in PRESETS]
    return [row(*presets, button(Verb.SETUP_FILE, "0", locale))]


def _changes(plan: SetupPlan, locale: str) -> Iterator[str]:
    for path, before, after in plan.settings:
        yield shortened(f"- {_setting(path, before, after, locale)}", LINE_LIMIT)
    for limit, line in plan.limits:
        yield f"- {_limit(limit, line, locale)}"


def _warnings(plan: SetupPlan, locale: str) -> Iterator[str]:
    """What a moderator should know if the setup makes videos wait for approval."""
    if not any(path in APPROVAL for path, _, _ in plan.settings):
        return
    yield say("setup.moderators_free", locale)
    if plan.after.at("moderators_channel") is None:
        yield say("setup.without_channel", locale)
    if plan.after.at("calls.role") is None:
        yield say("setup.without_calls", locale)


def _setting(path: str, before: object, after: object, locale: str) -> str:
    setting = panel.find(path)
    was, is_now = (value_text(setting, each, locale) for each in (before, after))
    return f"{setting_name(setting, locale)}: {was} → {is_now}"


def _limit(before: Limit | None, after: LimitLine | Limit, locale: str) -> str:
    rule = Rule(measure=after.measure, window=after.window, amount=after.amount)
    who = who_text(after.subject, after.subject_id, locale)
    was = say("settings.unset", locale) if before is None else rule_text(before, locale)
    return f"{who}: {was} → {rule_text(rule, locale)}"


def _refused(refused: Sequence[Refused], locale: str) -> Iterator[str]:
    yield f"**{say('setup.refused', locale, count=len(refused))}**"
    for each in refused[:SHOWN]:
        yield shortened(f"- `{_code(each.name)}`: {_why(each.refusal, locale)}", LINE_LIMIT)
    if len(refused) > SHOWN:
        yield say("rules.more", locale, count=len(refused) - SHOWN)


def _code(name: str) -> str:
    return escaped(name, 60).replace("`", "")


def _why(refusal: Refusal, locale: str) -> str:
    return explain(refusal, locale)
