"""Exporting all that is kept of a person."""

import json
from pathlib import Path

import pytest

from bot.db import SqlStore
from bot.errors import Refusal
from bot.ui import exported
from bot.video.privacy import export
from bot.video.values.contents import Report, ReportContent
from bot.video.values.posts import PostKind
from tests.db.conftest import NOW
from tests.db.steps import ME, OTHER
from tests.exports import kept_of


async def test_an_export_has_all_of_me_and_nothing_of_others(store: SqlStore, ended) -> None:
    mine = await store.tx(lambda books: ended(books, user_id=ME))
    await store.tx(lambda books: ended(books, user_id=OTHER))
    kept = await kept_of(store, ME)

    assert [each["id"] for each in kept["tasks"]] == [mine.id]
    assert [each["prompt"] for each in kept["requests"]] == ["a fox in the snow"]
    assert kept["reservations"][0]["price"] == mine.price
    assert "token" not in json.dumps(kept)


async def test_reports_are_read_out_to_who_wrote_them(store: SqlStore, new_post) -> None:
    both = (Report(by=ME, reason="mine"), Report(by=77, reason=f"by {ME}"))
    cards = [
        new_post(kind=PostKind.REPORT, content=ReportContent(reports=each))
        for each in (both, both[1:])
    ]
    for card in cards:
        await store.tx(lambda books, card=card: books.add_post(card))

    assert [each["reason"] for each in (await kept_of(store, ME))["reports"]] == ["mine"]


async def test_an_export_never_holds_more_than_a_page(
    store: SqlStore, ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "PAGE", 7)
    for _ in range(40):
        await store.tx(lambda books: ended(books, user_id=ME))
    handed = []

    async def read(fn, /, *args, **kwargs):
        page = await store.read(fn, *args, **kwargs)
        handed.append(len(page.rows))
        return page

    got = [row async for kind, rows in export.pages(read, ME) for row in rows if kind == "tasks"]

    assert len({row["id"] for row in got}) == len(got) == 40
    assert max(handed) == 7


async def test_what_is_more_than_a_file_takes_comes_in_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exported, "FILE_LIMIT", 1_000)
    rows = [{"id": number, "prompt": "ñ" * 50} for number in range(30)]
    parts = exported.Parts(tmp_path, user_id=ME, now=NOW)
    parts.add("requests", rows[:10])
    parts.add("requests", rows[10:])
    parts.add("tasks", [])
    paths = parts.close()
    read = [json.loads(path.read_bytes()) for path in paths]

    assert len(paths) > 1
    assert [row for part in read for row in part.get("requests", ())] == rows
    assert {part["user_id"] for part in read} == {ME}
    assert all(path.stat().st_size <= 1_000 for path in paths)
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}


async def test_what_is_more_than_is_ever_sent_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exported, "FILE_LIMIT", 300)
    monkeypatch.setattr(exported, "MOST", 2)
    parts = exported.Parts(tmp_path, user_id=ME, now=NOW)
    with pytest.raises(Refusal, match="export_too_large"):
        parts.add("requests", [{"prompt": "a" * 90}] * 9)
