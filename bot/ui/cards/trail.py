"""The private card of `/moderate audit`, and its file: what was done in a server."""

import json
from collections.abc import Sequence

from discord import ui

from bot.ui.cards.audit import audit_line, ends_at, shortened
from bot.ui.cards.parts import button, layout, message_url, row, small, text
from bot.ui.items import Verb
from bot.ui.member_names import MemberNames
from bot.ui.tables import Cell, Table
from bot.ui.texts import say
from bot.video.doors.audit import Found
from bot.video.servers.trail import Traced

COLUMNS = (
    "time", "act", "by", "by_name", "member", "member_name", "video", "message", "until", "text",
)  # fmt: skip


def audit_found(found: Found, *, page: int, sought: str, locale: str) -> ui.LayoutView:
    """A page (from 0) of the results, newest first; `sought` holds the filters for the buttons."""
    head = say("trail.title", locale)
    if page:
        head += " · " + say("videos.page", locale, page=page + 1)
    turns = []
    if page:
        turns.append(button(Verb.AUDIT, f"{page - 1}{sought}", locale, key="button.newer"))
    if found.has_more:
        turns.append(button(Verb.AUDIT, f"{page + 1}{sought}", locale, key="button.older"))
    if found.entries:
        turns.append(button(Verb.AUDIT_FILE, sought, locale))
    lines = [_entry(each, locale) for each in found.entries] or [say("trail.none", locale)]
    end = small(say("trail.cut", locale)) if found.is_cut else ""
    return layout(text(f"**{head}**", *lines, end), *([row(*turns)] if turns else []))


def audit_table(locale: str) -> Table:
    """An empty table for `audit_rows`."""
    return Table([say(f"trail.column.{name}", locale) for name in COLUMNS])


def audit_rows(entries: Sequence[Traced], names: MemberNames, locale: str) -> list[list[Cell]]:
    """One row per entry. Members are mentions, because spreadsheets round long ids; their names
    are beside them."""
    return [_row(each, names, locale) for each in entries]


def _row(traced: Traced, names: MemberNames, locale: str) -> list[Cell]:
    entry, message = traced.entry, traced.message
    until = ends_at(json.loads(entry.details))
    return [
        entry.at.isoformat(timespec="seconds"),
        entry.action,
        f"<@{entry.actor_id}>" if entry.actor_id else "",
        names.of(entry.actor_id),
        f"<@{entry.user_id}>" if entry.user_id else "",
        names.of(entry.user_id),
        entry.task_id or "",
        message_url(*message) if message else "",
        until.isoformat(timespec="seconds") if until else "",
        audit_line(entry, locale),
    ]


def _entry(traced: Traced, locale: str) -> str:
    line = shortened(audit_line(traced.entry, locale, traced.message))
    return f"{line}\n{small(f'<t:{int(traced.entry.at.timestamp())}:f>')}"
