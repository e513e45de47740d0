"""The program is told to stop while it has hardly begun."""

import asyncio
import signal
from typing import Any

import pytest

from bot.app import opened
from bot.config import load_config
from bot.errors import StorageDown
from tests.cogs.harness import library_untouched
from tests.story.harness import Harness


async def test_a_start_that_waits_for_its_database_ends_when_asked(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: Any) -> Any:
        raise StorageDown("no space left")

    assert harness.clock is not None
    config = load_config(harness.settings, env_file=None)
    with library_untouched():
        async with opened(config, clock=harness.clock) as app, asyncio.timeout(20):
            monkeypatch.setattr(app.store, "_submit", down)
            signals: asyncio.Queue[signal.Signals] = asyncio.Queue()
            signals.put_nowait(signal.SIGTERM)
            await app.serve(signals)
            monkeypatch.undo()
