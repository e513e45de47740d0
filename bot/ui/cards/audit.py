"""The audit's lines, for a page of `/settings` and for the server's audit channel."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from discord import ui

from bot.errors import Refusal
from bot.ui import panel
from bot.ui.cards.limits import change_text
from bot.ui.cards.parts import layout, message_url, text
from bot.ui.escape import escaped
from bot.ui.panel import Kind, Setting
from bot.ui.texts import is_known, say
from bot.video.doors.settings import CHANGED, TRUSTED, UNDONE
from bot.video.limits import changes as limits
from bot.video.servers.trail import Message
from bot.video.values.contents import AuditContent
from bot.video.values.moderation import AuditEntry

FACT_LIMIT = 200  # characters of a fact that may be a user's text
EVERY_ABOVE = "approval.above"  # the setting of which 0 means every video
PAUSES = ("paused", "paused_channels")  # the settings
LINE_LIMIT = 420  # characters per line in a list: a message holds 4000


def audit_line(entry: AuditEntry, locale: str, message: Message | None = None) -> str:
    """Who did what, and until when, in one line, with a link to the video's message."""
    facts: dict[str, object] = {"actor": entry.actor_id, "user": entry.user_id}
    facts |= {"task": entry.task_id, "message": message}
    return _line(entry.action, facts | json.loads(entry.details), locale)


def shortened(line: str, limit: int = LINE_LIMIT) -> str:
    """A shortened line, because a list of channels may be long."""
    return line if len(line) <= limit else line[: limit - 2].rsplit(" ", 1)[0] + " …"


def audit_notice(said: AuditContent, locale: str) -> ui.LayoutView:
    """The line as a message, in the server's own language if it set one."""
    locale = said.locale or locale
    if said.is_forgotten:
        return layout(text(say("audit.forgotten", locale, actor=said.actor)))
    facts = {"actor": said.actor, "user": said.user, "task": said.task, "message": said.message}
    return layout(text(_line(said.action, facts | dict(said.details), locale)))


def value_text(setting: Setting, value: object, locale: str) -> str:
    """A setting's value in words."""
    if value is None or value == []:
        return unset_text(setting, locale)
    match setting.kind:
        case Kind.CHOICE:
            return choice_text(setting, value, locale)
        case Kind.CHANNEL | Kind.CHANNELS:
            return say("settings.channel_value", locale, value=value)
        case Kind.ROLE | Kind.ROLES:
            return say("settings.role_value", locale, value=value)
        case Kind.MEMBERS:
            return say("settings.member_value", locale, value=value)
        case Kind.NUMBER:
            every = setting.path == EVERY_ABOVE and value == 0
            key = "settings.every_video" if every else "settings.credits_value"
            return say(key, locale, value=value)
        case Kind.TEXT:
            return escaped(str(value), FACT_LIMIT)


def unset_text(setting: Setting, locale: str) -> str:
    """What applies if a setting is not set, such as "5 s, bot default"."""
    if setting.usual is None:
        return say(setting.unset, locale)
    return say(setting.unset, locale, value=choice_text(setting, setting.usual, locale))


def choice_text(setting: Setting, value: object, locale: str) -> str:
    """The label of one choice: its own text, or a number with a unit."""
    if is_known(f"choice.{setting.words}.{value}"):
        return say(f"choice.{setting.words}.{value}", locale)
    if setting.words == "offset":
        return f"UTC{value:+}"
    return say(f"settings.{setting.words}", locale, count=value)


def ends_at(details: Mapping[str, Any]) -> datetime | None:
    """Until when the act has effect, if known."""
    until = details.get("until")
    return None if until is None else datetime.fromtimestamp(float(until), UTC)


def _line(action: str, facts: Mapping[str, object], locale: str) -> str:
    if facts.get("forgotten"):
        return say("audit.forgotten", locale, actor=facts["actor"])
    line, until = _act(action, facts, locale).rstrip(), ends_at(facts)
    return line if until is None else say("audit.until", locale, line=line, until=until)


def _act(action: str, facts: Mapping[str, object], locale: str) -> str:
    """The act in words; an act without a text shows its name."""
    if line := _pause(action, facts, locale) or _trust(action, facts, locale):
        return line
    key = _key(action, facts, locale)
    facts = {"words": "…", **facts}  # what a rule matched is deleted after a while
    shown = {name: _shown(fact) for name, fact in facts.items()} | {"task": _linked(facts)}
    if is_known(key):
        with suppress(KeyError, Refusal):  # another version had other facts or settings
            return say(key, locale, **shown | _meant(facts, locale))
    return say("audit.other", locale, actor=facts.get("actor"), action=escaped(action, FACT_LIMIT))


def _key(action: str, facts: Mapping[str, Any], locale: str) -> str:
    """The act's text: older entries, which lack facts, have a shorter one."""
    was = facts.get("was")
    if action == limits.UNDONE and (change_text(facts, locale) or was == limits.RESET):
        return f"trail.limit_undone.{was}"
    if action in ("blocked", "purged", "reported") and facts.get("reason"):
        return f"trail.{action}_because"
    if action == "rule_met" and facts.get("does"):
        return "trail.rule_met_does"
    return f"audit.{action}"


def _pause(action: str, facts: Mapping[str, Any], locale: str) -> str:
    """A pause or its end in words, also by an undo; "" for other changes, and for both at once."""
    if action not in (CHANGED, UNDONE) or facts.get("setting") not in PAUSES:
        return ""
    if facts["setting"] == "paused":
        return say("pause.said.server" if facts["after"] else "pause.ended.server", locale, **facts)
    before, after = (set(facts[name] or ()) for name in ("before", "after"))
    if bool(after - before) is bool(before - after):
        return ""
    key = "pause.said.channels" if after - before else "pause.ended.channels"
    return say(key, locale, actor=facts["actor"], channels=sorted(after ^ before))


def _trust(action: str, facts: Mapping[str, Any], locale: str) -> str:
    """Who needs no approval from now on, or needs it again; "" for other changes, and for both."""
    if action not in (CHANGED, UNDONE) or facts.get("setting") != TRUSTED:
        return ""
    before, after = (set(facts[name] or ()) for name in ("before", "after"))
    if bool(after - before) is bool(before - after):
        return ""
    key = "trail.trusted" if after - before else "trail.distrusted"
    members = say("settings.member_value", locale, value=sorted(after ^ before))
    return say(key, locale, actor=facts["actor"], members=members)


def _linked(facts: Mapping[str, Any]) -> str:
    """A video's id, with a link to its message if there is one."""
    task, message = f"`{facts.get('task')}`", facts.get("message")
    return f"[{task}]({message_url(*message)})" if message else task


def setting_name(setting: Setting, locale: str) -> str:
    """A setting's name, with the channel if it is a channel's cap."""
    name = say(setting.label, locale)
    if setting.channel_id is None:
        return name
    return say("settings.of_channel", locale, setting=name, channel=setting.channel_id)


def _shown(fact: object) -> object:
    return escaped(fact, FACT_LIMIT) if isinstance(fact, str) else fact


def _meant(facts: Mapping[str, object], locale: str) -> dict[str, object]:
    """The facts with settings' names, and reasons for refusals as moderators read them."""
    if "setting" in facts:
        setting = panel.find(str(facts["setting"]))
        values: dict[str, object] = {
            name: value_text(setting, facts[name], locale) for name in ("before", "after")
        }
        return values | {"setting": setting_name(setting, locale)}
    if what := change_text(facts, locale):
        return {"what": what}
    if is_known(f"audit.why.{facts.get('reason')}"):
        shown = {name: _shown(fact) for name, fact in facts.items()}
        return {"why": say(f"audit.why.{facts['reason']}", locale, **shown)}
    if is_known(f"setup.{facts.get('setup')}"):
        return {"setup": say(f"setup.{facts['setup']}", locale)}
    if is_known(f"choice.rule.{facts.get('does')}"):
        return {"does": say(f"choice.rule.{facts['does']}", locale)}
    return {}
