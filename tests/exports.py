"""Reads what a person's export contains, as it arrives."""

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.ui.exported import Parts
from bot.video.privacy import export


async def kept_of(store: Any, user_id: int) -> Any:
    """The whole export, read back from its files."""
    with tempfile.TemporaryDirectory() as folder:
        parts = Parts(Path(folder), user_id=user_id, now=datetime(2026, 11, 29, tzinfo=UTC))
        async for kind, rows in export.pages(store.read, user_id):
            parts.add(kind, rows)
        (path,) = parts.close()
        return json.loads(path.read_bytes())
