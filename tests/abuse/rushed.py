"""What tests of a rush look at."""

import asyncio
from typing import Any

from sqlalchemy import text

from bot.playground.guild import Message
from tests.cogs.harness import Harness, dealt_with

FOX = {"prompt": "a fox in the snow"}


def seen(harness: Harness) -> list[Message]:
    """What everybody sees in the channel."""
    return [each for each in harness.discord.messages("films") if each.only_for is None]


async def rows(harness: Harness) -> int:
    """How many "thinking" messages are still noted."""
    await calm(harness)

    def count(books: Any) -> int:
        return books.connection.execute(text("SELECT count(*) FROM deferrals")).scalar()

    return await harness.store.tx(count)


async def calm(harness: Harness) -> None:
    await dealt_with()
    for task in asyncio.all_tasks():
        if task.get_name() == "deferrals":
            await asyncio.wait([task])
