"""What `check` says about Discord: token, application, servers, invite link.

It uses only the REST API, so it needs no gateway and does not disturb a running bot."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot import __version__
from bot.check.findings import Finding, note, ok, problem, untrusted
from bot.config import Config

# https://discord.com/developers/docs/topics/permissions
PERMISSIONS = {
    "View Channel": 1 << 10,
    "Send Messages": 1 << 11,
    "Embed Links": 1 << 14,
    "Attach Files": 1 << 15,
    "Read Message History": 1 << 16,
    "Send Messages in Threads": 1 << 38,
}
ADMINISTRATOR = 1 << 3
# https://discord.com/developers/docs/resources/application#application-object-application-flags
_PRIVILEGED = {
    "Presence": 1 << 12 | 1 << 13,
    "Server Members": 1 << 14 | 1 << 15,
    "Message Content": 1 << 18 | 1 << 19,
}
# https://discord.com/developers/docs/resources/channel#channel-object-channel-types
_WITHOUT_MESSAGES = {4, 14, 15, 16}  # categories, directories, forums, media channels
_PAGE = 200  # servers per answer of /users/@me/guilds, at most


def invite_url(application_id: int) -> str:
    """The invite link for a server's manager, with the permissions the bot needs and no more.

    https://discord.com/developers/docs/topics/oauth2#bot-authorization-flow
    """
    query = urlencode(
        {
            "client_id": application_id,
            "permissions": sum(PERMISSIONS.values()),
            "scope": "bot applications.commands",
        }
    )
    return f"https://discord.com/oauth2/authorize?{query}"


async def check_discord(config: Config) -> AsyncIterator[Finding]:
    """Yield findings as they come in. Whatever Discord answers, this raises nothing."""
    headers = {
        "Authorization": f"Bot {config.discord_token.get_secret_value()}",
        "User-Agent": f"DiscordBot (video-bot, {__version__})",
    }
    timeout = aiohttp.ClientTimeout(total=15)
    async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
        try:
            user = await _get(session, f"{config.discord_api_url}/users/@me")
            yield ok("Discord token", f"signs in as {user['username']}")
            application = await _get(session, f"{config.discord_api_url}/applications/@me")
            for finding in _about_application(application):
                yield finding
            servers = [server async for server in _servers(session, config.discord_api_url)]
            for finding in _about_servers(servers, config):
                yield finding
            if config.operator_channel_id is not None:
                yield await _about_operator_channel(session, config)
            yield ok("Invite", invite_url(int(application["id"])))
        except _Refused as refused:
            yield problem(*refused.args)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            silent = f"does not answer ({type(error).__name__}): DISCORD_API_URL"
            yield problem("Discord", untrusted(error) or silent)
        except (LookupError, TypeError, ValueError):
            yield problem(
                "Discord", "gave an answer that makes no sense: is DISCORD_API_URL right?"
            )


class _Refused(Exception):
    """Discord said no; holds the subject and what to do."""


class _Absent(_Refused):
    """It does not exist, or the bot cannot see it."""


async def _get(session: aiohttp.ClientSession, url: str, **query: str) -> Any:
    async with session.get(url, params=query, allow_redirects=False) as answer:
        if answer.status == 401:
            raise _Refused("Discord token", "DISCORD_TOKEN is refused: reset it and copy it again")
        if answer.status == 429:
            wait = answer.headers.get("Retry-After", "some")
            raise _Refused("Discord", f"asks to wait for {wait} seconds; check again then")
        if answer.status != 200:
            refused = _Absent if answer.status in (403, 404) else _Refused
            asked = f"answers {answer.status} to {answer.url.path}"
            raise refused("Discord", f"{asked}: is DISCORD_API_URL right?")
        return json.loads(await answer.read())


async def _servers(session: aiohttp.ClientSession, api: str) -> AsyncIterator[Mapping[str, Any]]:
    after = "0"
    while True:
        page = await _get(session, f"{api}/users/@me/guilds", after=after, limit=str(_PAGE))
        for server in page:
            yield server
        if len(page) < _PAGE:
            return
        after = page[-1]["id"]


def _about_application(application: Mapping[str, Any]) -> Iterator[Finding]:
    about = "Application"
    if application.get("interactions_endpoint_url"):
        yield problem(about, "has an Interactions Endpoint URL, so commands never reach the bot")
    if application.get("bot_require_code_grant"):
        yield problem(about, 'has "Requires OAuth2 Code Grant" on, so nobody can invite the bot')
    if application.get("bot_public"):
        yield note(
            about, '"Public Bot" is on: anybody can invite it; SERVERS decides who is served'
        )
    flags = int(application.get("flags") or 0)
    if unneeded := [name for name, bits in _PRIVILEGED.items() if flags & bits]:
        yield note(
            "Intents",
            f"{', '.join(unneeded)}: turned on in the portal, but this bot does not need it",
        )
    else:
        yield ok("Intents", "only Guilds is used, and nothing privileged is on")


def _about_servers(servers: list[Mapping[str, Any]], config: Config) -> Iterator[Finding]:
    for server in servers:
        yield _about_server(server, config)
    if not servers:
        yield note("Servers", "the bot has not joined any yet: open the invite link below")
    joined = {int(server["id"]) for server in servers}
    if config.dev_guild_id is not None and config.dev_guild_id not in joined:
        yield problem("DEV_GUILD_ID", "names a server the bot is not in: invite it there")
    if isinstance(config.servers, frozenset):
        for absent in sorted(config.servers - joined):
            yield note(f"Server {absent}", "is in SERVERS, but the bot has not joined it")
    elif config.servers == "all":
        yield note("Servers", "SERVERS is `all`: everyone who invites the bot spends your credits")


def _about_server(server: Mapping[str, Any], config: Config) -> Finding:
    about = f"Server {server['id']}"
    has = int(server["permissions"])
    missing = [name for name, bit in PERMISSIONS.items() if not has & (bit | ADMINISTRATOR)]
    if isinstance(config.servers, frozenset) and int(server["id"]) not in config.servers:
        return note(about, f"{server['name']}: not served, because SERVERS does not name it")
    if missing:
        return problem(about, f"{server['name']}: the bot's role lacks {', '.join(missing)}")
    return ok(about, f"{server['name']}: has every permission (channels can still take some away)")


async def _about_operator_channel(session: aiohttp.ClientSession, config: Config) -> Finding:
    about = "OPERATOR_CHANNEL_ID"
    try:
        url = f"{config.discord_api_url}/channels/{config.operator_channel_id}"
        channel = await _get(session, url)
    except _Absent:
        return problem(about, "is not a channel the bot can see")
    if channel["type"] in _WITHOUT_MESSAGES:
        return problem(about, f"{channel['name']}: cannot hold messages; name a text channel")
    return ok(about, f"{channel.get('name', 'a direct message')}: can be seen by the bot")
