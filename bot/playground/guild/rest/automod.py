"""A server's AutoMod rules; the bot needs Manage Server to read them.

https://docs.discord.com/developers/resources/auto-moderation"""

from typing import Any

from bot.playground.guild.errors import Reason, Refused
from bot.playground.guild.permissions import Permission, in_guild
from bot.playground.guild.rest.accounts import guild_of
from bot.playground.guild.rest.call import Answer, Call, Route
from bot.playground.guild.state import State
from bot.playground.guild.world import Guild, WordRule

KEYWORD, PRESET = 1, 4
BLOCK_MESSAGE = {"type": 1, "metadata": {}}


def rules(state: State, call: Call) -> Answer:
    here = guild_of(state, call)
    if not in_guild(here, state.bot_id) & Permission.MANAGE_GUILD:
        raise Refused(Reason.MISSING_PERMISSIONS)
    return [_shape(here, one) for one in here.automod]


def _shape(here: Guild, one: WordRule) -> dict[str, Any]:
    about: dict[str, Any] = {"allow_list": list(one.allowed)}
    if one.presets:
        about["presets"] = list(one.presets)
    else:
        about["keyword_filter"] = list(one.keywords)
        about["regex_patterns"] = list(one.patterns)
    return {
        "id": str(one.id),
        "guild_id": str(here.id),
        "creator_id": str(here.owner_id),
        "name": one.name,
        "event_type": 1,
        "actions": [BLOCK_MESSAGE],
        "trigger_type": PRESET if one.presets else KEYWORD,
        "enabled": one.enabled,
        "exempt_roles": [str(role) for role in one.exempt_roles],
        "exempt_channels": [],
        "trigger_metadata": about,
    }


ROUTES = (Route(method="GET", template="/guilds/{guild_id}/auto-moderation/rules", answer=rules),)
