"""Sends members over the gateway when a bot asks.

https://docs.discord.com/developers/events/gateway-events#request-guild-members"""

import re
from collections.abc import Iterator
from typing import Any

from bot.playground.guild import shapes
from bot.playground.guild.closing import CloseCode, Closed, is_number
from bot.playground.guild.connection import Session
from bot.playground.guild.dispatches import Intent
from bot.playground.guild.world import Guild, World

MOST = 1000  # members in one chunk; no server here is larger


def chunk(world: World, session: Session, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The chunk for a request; none for a server outside the session.

    Raises `Closed` with 4002 for a malformed request.
    """
    guild = world.guilds.get(_id(body.get("guild_id")))
    limit, query = body.get("limit", 0), body.get("query")
    if not is_number(limit) or not isinstance(query, str | None):
        raise Closed(CloseCode.DECODE_ERROR)
    wanted = _ids(body.get("user_ids"))
    if guild is None or world.application.bot_id not in guild.members:
        return
    if wanted is None and not query and not session.intents & Intent.MEMBERS:
        return  # all members need the intent
    found = [id for id in guild.members if _is_meant(world, id, query, wanted)]
    missing = [id for id in wanted or () if id not in guild.members]
    yield _shape(world, guild, found[: limit or MOST], missing, body.get("nonce"))


def _shape(
    world: World, guild: Guild, found: list[int], missing: list[int], nonce: Any
) -> dict[str, Any]:
    shape = {
        "guild_id": str(guild.id),
        "members": [shapes.member(world, guild, id) for id in found],
        "chunk_index": 0,
        "chunk_count": 1,
        "not_found": [str(id) for id in missing],
    }
    return {**shape, "nonce": nonce} if isinstance(nonce, str) and len(nonce) <= 32 else shape


def _is_meant(world: World, id: int, query: str | None, wanted: list[int] | None) -> bool:
    if wanted is not None:
        return id in wanted
    return world.users[id].name.startswith((query or "").casefold())


def _ids(value: Any) -> list[int] | None:
    if value is None:
        return None
    return [_id(one) for one in (value if isinstance(value, list) else [value])]


def _id(value: Any) -> int:
    if is_number(value) or (isinstance(value, str) and re.fullmatch("[0-9]{1,20}", value)):
        return int(value)
    raise Closed(CloseCode.DECODE_ERROR)
