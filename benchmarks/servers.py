"""Measures the memory that discord.py needs for each server."""

import gc
from typing import Any

import discord
import psutil

from benchmarks.figures import Figure

TITLE = "Memory of servers, each with 30 channels and 15 roles"
CHANNELS, ROLES = 30, 15


async def measure(*, is_quick: bool) -> list[Figure]:
    """Memory for each server, with the bot's own intents and caches."""
    servers = 50 if is_quick else 5000
    client = discord.Client(
        intents=discord.Intents(guilds=True),
        max_messages=None,
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
    )
    before = _memory()
    for number in range(1, servers + 1):
        client._connection._add_guild_from_data(_server(number))
    return [
        Figure(what="a server", measured=(_memory() - before) / servers / 1024, unit="KiB"),
        Figure(what="servers known", measured=len(client.guilds), unit=""),
    ]


def _memory() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)


def _server(number: int) -> Any:
    """A server as the gateway describes it."""
    id = number * 1000
    roles = [_role(id + each, each) for each in range(ROLES)]
    channels = [_channel(id + 100 + each, each, id) for each in range(CHANNELS)]
    return {
        "id": str(id),
        "name": f"Server {number}",
        "owner_id": str(id + 999),
        "roles": roles,
        "channels": channels,
        "threads": [],
        "members": [],
        "emojis": [],
        "stickers": [],
        "features": ["COMMUNITY"],
        "member_count": 100,
        "preferred_locale": "en-US",
        "verification_level": 1,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "afk_timeout": 300,
        "system_channel_flags": 0,
    }


def _role(id: int, number: int) -> Any:
    return {
        "id": str(id),
        "name": f"Role {id}",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": number,
        "permissions": "104324673",
        "managed": False,
        "mentionable": False,
    }


def _channel(id: int, number: int, server: int) -> Any:
    allowed = {"id": str(server + 1), "type": 0, "allow": "1024", "deny": "0"}
    return {
        "id": str(id),
        "type": 0,
        "name": f"channel-{id}",
        "position": number,
        "topic": f"What channel {id} is for",
        "permission_overwrites": [allowed],
        "parent_id": None,
        "nsfw": False,
        "rate_limit_per_user": 0,
    }
