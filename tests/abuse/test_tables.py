"""Hostile words in tables and lists: nothing runs them, and they hold nobody up."""

import csv
import secrets
from datetime import UTC, datetime

import pytest

from bot.db.unit_of_work import SqlStore
from bot.errors import Refusal
from bot.ui.cards import plan_card
from bot.ui.cards.trail import audit_rows, audit_table
from bot.ui.member_names import MemberNames
from bot.video.moderation.bulk import Plan
from bot.video.moderation.wordlists import Refused
from bot.video.servers.audit import record
from bot.video.servers.trail import look
from bot.video.values.moderation import AuditSearch

NOW = datetime(2026, 11, 29, tzinfo=UTC)


async def test_a_reason_that_is_a_formula_stays_a_text(store: SqlStore) -> None:
    for reason in ('=HYPERLINK("http://evil.example","x")', "+1", "-1", "@SUM(1)", "\t=1", ' "=1'):
        await store.tx(
            lambda books, reason=reason: record(
                books, "=cmd", choose=secrets.choice, now=NOW, server_id=1, actor_id=0,
                reason=reason,
            )
        )  # fmt: skip
    entries = await store.read(look, AuditSearch(server_id=1, limit=99))
    table = audit_table("en-US")
    table.add(audit_rows(entries, MemberNames(None), "en-US"))

    rows = list(csv.reader(table.file("audit.csv").fp.read().decode("utf-8-sig").splitlines()))

    assert len(rows) == 7
    assert [
        cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))
    ] == []


def test_thirty_thousand_refused_lines_are_worded_once_a_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worded: list[str] = []

    def explained(refusal: Refusal, _: str) -> str:
        worded.append(refusal.reason)
        return "no"

    monkeypatch.setattr("bot.ui.cards.bulk.explain", explained)
    lines = [Refused(words=f"w{each}", refusal=Refusal("rules_too_many")) for each in range(30_000)]
    view, files = plan_card(Plan(before=[], new=[], refused=lines), "added", "en-US")

    assert worded == ["rules_too_many"]
    assert view.content_length() < 4000
    assert files == []
