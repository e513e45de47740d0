"""Looks inside a bot's process: answers each JSON line on stdin with one on stdout."""

import asyncio
import gc
import json
import sys
import time
from collections import Counter
from typing import Any

from discord.ui.view import ViewStore

STEP = 0.01  # seconds between two checks of the event loop


async def answering() -> None:
    """Answer for as long as the bench asks."""
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    async for line in reader:
        question = json.loads(line)
        answer = await _lag(question["lag"]) if "lag" in question else _census()
        print(json.dumps(answer), flush=True)


async def _lag(seconds: float) -> list[float]:
    """How late the loop was each time it should have continued, in ms."""
    late, until = [], time.monotonic() + seconds
    while (now := time.monotonic()) < until:
        await asyncio.sleep(STEP)
        late.append((time.monotonic() - now - STEP) * 1000)
    return late


def _census() -> dict[str, Any]:
    """What is alive after a collection: all objects, by kind, and stored views."""
    gc.unfreeze()  # objects from the start count as well
    gc.collect()
    objects = gc.get_objects()
    stored = sum(len(each._views) for each in objects if isinstance(each, ViewStore))
    kinds = Counter(type(each).__qualname__ for each in objects)
    return {"objects": len(objects), "views": stored, "kinds": dict(kinds)}
