"""Hostile words in tables: a spreadsheet must not run them."""

import csv
import secrets
from datetime import UTC, datetime

from bot.db.unit_of_work import SqlStore
from bot.ui.cards.trail import audit_rows, audit_table
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
    table.add(audit_rows(entries, "en-US"))

    rows = list(csv.reader(table.file("audit.csv").fp.read().decode("utf-8-sig").splitlines()))

    assert len(rows) == 7
    assert [
        cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))
    ] == []
