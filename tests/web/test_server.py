"""What strangers hear over HTTP when the bot cannot do its part."""

import logging
from pathlib import Path
from unittest.mock import AsyncMock

import aiohttp
import pytest

from bot.api.folder import FilmFolder
from bot.errors import CommitUnknown, StorageDown
from bot.web import server


@pytest.mark.parametrize("error", [StorageDown("away"), CommitUnknown("away")], ids=repr)
async def test_a_callback_during_an_outage_of_the_database_is_put_off(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    app = server.build(
        is_callback=lambda _: True,
        callback=AsyncMock(side_effect=error),
        is_ready=AsyncMock(),
        find_film=FilmFolder(tmp_path, limit=None).find,
    )
    with caplog.at_level(logging.WARNING):
        async with (
            server.serving(app, host="127.0.0.1", port=0) as port,
            aiohttp.ClientSession() as session,
            session.post(f"http://127.0.0.1:{port}/callbacks/token", data=b"{}") as answer,
        ):
            assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
    assert caplog.messages == [], "the store has told of it"
