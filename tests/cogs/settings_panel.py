"""The panel of `/settings`, as its tests use it."""

from typing import Any

from bot.playground.guild import Message, demo_world
from tests.cogs.harness import Harness, shown

WORLD = demo_world()
GUILD = WORLD.guild("Film club").id
FILMS, GENERAL, MODS = (WORLD.channel(name).id for name in ("films", "general", "mods"))
(ROLE,) = (each.id for each in WORLD.guild("Film club").roles if each.name == "Moderators")
FOX: dict[str, Any] = {"prompt": "a fox in the snow"}


async def panel(harness: Harness, page: str | None = None, *, by: str = "sam") -> Message:
    sam = harness.discord.actor(by)
    message = await shown(await sam.command("mods", "settings"))
    if page is None:
        return message
    return await choose(harness, message, "v1:settings:go", page, by=by)


async def choose(
    harness: Harness, message: Message, custom_id: str, *values: object, by: str = "sam"
) -> Message:
    chosen = [str(value) for value in values]
    return await shown(await harness.discord.actor(by).choose(message, custom_id, chosen))


async def settings(harness: Harness):
    return await harness.store.tx(lambda books: books.settings(GUILD))
