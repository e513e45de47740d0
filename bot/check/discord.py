"""What `check` says about Discord: token, application, servers, invite link.

It uses only the REST API, so it needs no gateway and does not disturb a running bot."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot import __version__
from bot.check.findings import Finding, note, ok, problem, untrusted
from bot.check.rest import Absent, Refused, get
from bot.check.rights import NEEDED
from bot.check.servers import WITHOUT_MESSAGES, about_servers
from bot.config import Config

# https://discord.com/developers/docs/resources/application#application-object-application-flags
_PRIVILEGED = {
    "Presence": 1 << 12 | 1 << 13,
    "Server Members": 1 << 14 | 1 << 15,
    "Message Content": 1 << 18 | 1 << 19,
}
# https://discord.com/developers/docs/resources/channel#channel-object-channel-types
_NO_TEXT = WITHOUT_MESSAGES | {15, 16}  # forums and media channels hold only posts


def invite_url(application_id: int) -> str:
    """The invite link for a server's manager, with the permissions the bot needs and no more.

    https://discord.com/developers/docs/topics/oauth2#bot-authorization-flow
    """
    query = urlencode(
        {
            "client_id": application_id,
            "permissions": sum(NEEDED.values()),
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
            user = await get(session, f"{config.discord_api_url}/users/@me")
            yield ok("Discord token", f"signs in as {user['username']}")
            application = await get(session, f"{config.discord_api_url}/applications/@me")
            for finding in _about_application(application, config):
                yield finding
            async for finding in about_servers(session, config, user["id"]):
                yield finding
            if config.operator_channel_id is not None:
                yield await _about_operator_channel(session, config)
            yield ok("Invite", invite_url(int(application["id"])))
        except Refused as refused:
            yield problem(*refused.args)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            silent = f"does not answer ({type(error).__name__}): DISCORD_API_URL"
            yield problem("Discord", untrusted(error) or silent)
        except (LookupError, TypeError, ValueError):
            yield problem(
                "Discord", "gave an answer that makes no sense: is DISCORD_API_URL right?"
            )


def _about_application(application: Mapping[str, Any], config: Config) -> Iterator[Finding]:
    about = "Application"
    if called := application.get("interactions_endpoint_url"):
        yield _about_endpoint(about, called, config)
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


def _about_endpoint(about: str, called: str, config: Config) -> Finding:
    if config.public_url and called == f"{config.public_url}/interactions":
        text = "Discord calls the bot's web server: start it with `run --interactions http`"
        return note(about, text)
    return problem(
        about,
        "has an Interactions Endpoint URL, so commands never reach the gateway: empty it, or let "
        "it be PUBLIC_URL and /interactions, and start with `run --interactions http`",
    )


async def _about_operator_channel(session: aiohttp.ClientSession, config: Config) -> Finding:
    about = "OPERATOR_CHANNEL_ID"
    try:
        url = f"{config.discord_api_url}/channels/{config.operator_channel_id}"
        channel = await get(session, url)
    except Absent:
        return problem(about, "is not a channel the bot can see")
    if channel["type"] in _NO_TEXT:
        return problem(about, f"{channel['name']}: cannot hold messages; name a text channel")
    return ok(about, f"{channel.get('name', 'a direct message')}: can be seen by the bot")
