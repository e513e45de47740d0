"""Reads the word lists of a server's AutoMod, if Discord shows them to the bot.

https://docs.discord.com/developers/resources/auto-moderation"""

import asyncio
from collections.abc import Mapping
from typing import Any

import discord

from bot.errors import Refusal
from bot.ui.rest import CUT
from bot.video.moderation.wordlists import AutoModRule

KEYWORDS, PRESETS, PROFILES = 1, 4, 6  # trigger types about words
MESSAGES = 1  # event type
ASK_SECONDS = 5.0
FAILURES = (discord.HTTPException, discord.RateLimited, *CUT)


async def automod_rules(interaction: discord.Interaction[Any]) -> list[AutoModRule]:
    """The rules. Raises `Refusal` if the bot or the person may not read them, or there are none."""
    if not interaction.permissions.manage_guild:
        raise Refusal("needs_manage_server")
    if not interaction.app_permissions.manage_guild:
        raise Refusal("automod_not_shown")
    try:
        async with asyncio.timeout(ASK_SECONDS):
            sent = await interaction.client.http.get_auto_moderation_rules(interaction.guild_id)
    except discord.Forbidden:
        raise Refusal("automod_not_shown") from None
    except FAILURES:
        raise Refusal("automod_out_of_reach") from None
    about_words = (KEYWORDS, PRESETS, PROFILES)
    found = [_rule(each) for each in sent or () if each["trigger_type"] in about_words]
    if not found:
        raise Refusal("automod_empty")
    return found


def _rule(sent: Mapping[str, Any]) -> AutoModRule:
    about = sent.get("trigger_metadata") or {}
    return AutoModRule(
        name=str(sent["name"]),
        is_on=bool(sent.get("enabled")),
        is_for_messages=sent.get("event_type") == MESSAGES and sent["trigger_type"] != PROFILES,
        keywords=tuple(about.get("keyword_filter") or ()),
        patterns=tuple(about.get("regex_patterns") or ()),
        allowed=tuple(about.get("allow_list") or ()),
        has_presets=sent["trigger_type"] == PRESETS,
        has_exempt=bool(sent.get("exempt_roles") or sent.get("exempt_channels")),
    )
