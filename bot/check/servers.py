"""What `check` says about the servers that the bot has joined, and about their channels."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp

from bot.check.findings import Finding, note, ok, problem
from bot.check.rest import Absent, get
from bot.check.rights import ADMINISTRATOR, NEEDED, missing, within
from bot.config import Config

# https://discord.com/developers/docs/resources/channel#channel-object-channel-types
WITHOUT_MESSAGES = {4, 14}  # categories, directories
_PAGE = 200  # servers per answer of /users/@me/guilds, at most
_LOOKED_INTO = 50  # servers whose channels are checked: each takes two requests
_NAMED = 10  # channels named per server


async def about_servers(
    session: aiohttp.ClientSession, config: Config, bot_id: str
) -> AsyncIterator[Finding]:
    """Yield a finding for each server, and other problems with the servers."""
    joined: set[int] = set()
    async for server in _servers(session, config.discord_api_url):
        into = session if len(joined) < _LOOKED_INTO else None
        joined.add(int(server["id"]))
        yield await _about_server(into, config, server, bot_id)
    if len(joined) > _LOOKED_INTO:
        more = len(joined) - _LOOKED_INTO
        yield note("Servers", f"the channels of {more} more servers were not looked at")
    for finding in _about_joined(joined, config):
        yield finding


async def _servers(session: aiohttp.ClientSession, api: str) -> AsyncIterator[Mapping[str, Any]]:
    after = "0"
    while True:
        page = await get(session, f"{api}/users/@me/guilds", after=after, limit=str(_PAGE))
        for server in page:
            yield server
        if len(page) < _PAGE:
            return
        after = page[-1]["id"]


def _about_joined(joined: set[int], config: Config) -> list[Finding]:
    said: list[Finding] = []
    if not joined:
        said.append(note("Servers", "the bot has not joined any yet: open the invite link below"))
    if config.dev_guild_id is not None and config.dev_guild_id not in joined:
        said.append(problem("DEV_GUILD_ID", "names a server the bot is not in: invite it there"))
    if isinstance(config.servers, frozenset):
        absent = sorted(config.servers - joined)
        said += [
            note(f"Server {id}", "is in SERVERS, but the bot has not joined it") for id in absent
        ]
    elif config.servers == "all":
        text = "SERVERS is `all`: everyone who invites the bot spends your credits"
        said.append(note("Servers", text))
    return said


async def _about_server(
    session: aiohttp.ClientSession | None, config: Config, server: Mapping[str, Any], bot_id: str
) -> Finding:
    """The finding on one server; without a `session`, its channels are not checked."""
    about, name = f"Server {server['id']}", server["name"]
    has = int(server["permissions"])
    if isinstance(config.servers, frozenset) and int(server["id"]) not in config.servers:
        return note(about, f"{name}: not served, because SERVERS does not name it")
    if lacks := [each for each, bit in NEEDED.items() if not has & (bit | ADMINISTRATOR)]:
        return problem(about, f"{name}: the bot's role lacks {', '.join(lacks)}")
    if has & ADMINISTRATOR:
        return ok(about, f"{name}: has every permission in every channel")
    if session is None:
        return ok(about, f"{name}: has every permission (channels can still take some away)")
    try:
        lost = await _lost(session, config.discord_api_url, server, bot_id)
    except Absent:
        return note(about, f"{name}: Discord does not show its channels")
    if not lost:
        return ok(about, f"{name}: has every permission in every channel")
    return note(about, f"{name}: channels where the bot lacks a permission: {_listed(lost)}")


async def _lost(
    session: aiohttp.ClientSession, api: str, server: Mapping[str, Any], bot_id: str
) -> list[str]:
    """The channels that deny the bot a permission, and which; threads follow their channel."""
    url, base = f"{api}/guilds/{server['id']}", int(server["permissions"])
    member = await get(session, f"{url}/members/{bot_id}")
    channels = await get(session, f"{url}/channels")
    found: list[str] = []
    for channel in sorted(channels, key=lambda one: int(one.get("position") or 0)):
        has = within(channel, base, server_id=server["id"], member=member)
        if channel["type"] not in WITHOUT_MESSAGES and (lacks := missing(has)):
            found.append(f"#{channel['name']} {channel['id']} ({', '.join(lacks)})")
    return found


def _listed(lost: list[str]) -> str:
    more = f"; and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
    return "; ".join(lost[:_NAMED]) + more
