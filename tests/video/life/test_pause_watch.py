"""The log says why no video starts: at the start, when a pause begins, and when it is over."""

import logging
from pathlib import Path

import pytest

from bot.db import open_store
from bot.db.pause import set_paused
from bot.video.life.agreed_gate import agree
from bot.video.life.gate import Gate, Pause
from bot.video.life.pauses import CAUSES, PauseWatch, why_paused
from tests.fakes import FakeClock


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture):
    """What was logged since the last call."""
    caplog.set_level(logging.INFO, logger="bot.video.life.pauses")

    def read() -> list[str]:
        lines = [one.message for one in caplog.records if one.name == "bot.video.life.pauses"]
        caplog.clear()
        return lines

    return read


async def test_a_pause_of_the_operators_is_named_once_with_the_way_out(tmp_path: Path, told):
    url, clock = f"sqlite:///{tmp_path}/bot.db", FakeClock()
    gate = Gate(most=3)
    async with open_store(url, clock=clock) as store:
        watch = PauseWatch(store=store, gate=lambda: gate.pause, lease=store.lease, clock=clock)
        await watch.look()
        assert told() == []

        set_paused(url, True)
        await watch.look()
        await watch.look()
        assert told() == ["Paused, no video starts: by you (to go on: python -m bot resume)"]

        gate.shut(Pause.CREDIT, 0)
        await watch.look()
        (both,) = told()
        assert both.endswith("resume); the account has no credits left: top it up")

        gate.reopen()
        set_paused(url, False)
        await watch.look()
        assert told() == ["Videos start again"]


async def test_a_process_that_starts_reads_the_pause_of_all(pg_url: str, told):
    clock = FakeClock()
    async with open_store(pg_url, clock=clock) as store:
        await store.tx(agree, lambda gate: gate.shut(Pause.KEY, 0), 3)
        watch = PauseWatch(store=store, gate=lambda: None, lease=store.lease, clock=clock)
        await watch.look()

    (line,) = told()
    assert "EVOLINK_API_KEY" in line


def test_every_cause_has_words() -> None:
    assert set(CAUSES) == set(Pause)
    assert why_paused(False, "") == ""
