"""The JSON objects for servers and the application.

https://docs.discord.com/developers/resources/guild, .../resources/application"""

from typing import Any

from bot.playground.guild.permissions import Permission, granted, in_guild
from bot.playground.guild.shapes import JOINED, channel, member, role, thread_of_bot, user
from bot.playground.guild.world import Channel, Guild, World

NOTHING = (
    "icon", "description", "home_header", "splash", "discovery_splash", "banner", "application_id",
    "afk_channel_id", "widget_channel_id", "max_presences", "vanity_url_code",
    "rules_channel_id", "safety_alerts_channel_id", "public_updates_channel_id", "incidents_data",
)  # fmt: skip


def guild(world: World, one: Guild) -> dict[str, Any]:
    """A server as REST shows it: without channels and members."""
    return {
        **dict.fromkeys(NOTHING),
        "id": str(one.id),
        "name": one.name,
        "owner_id": str(one.owner_id),
        "system_channel_id": None if one.system_channel_id is None else str(one.system_channel_id),
        "roles": [role(each) for each in one.roles],
        "emojis": [],
        "stickers": [],
        "features": [],
        "region": "",
        "premium_tier": one.tier,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": one.locale,
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw": False,
        "nsfw_level": 0,
        "system_channel_flags": 0,
        "afk_timeout": 300,
        "widget_enabled": False,
        "max_members": 500_000,
        "max_video_channel_users": 25,
        "max_stage_video_channel_users": 50,
        "approximate_member_count": len(one.members),
        "approximate_presence_count": 1,
    }


def my_guild(world: World, one: Guild) -> dict[str, Any]:
    """A server in the list of the bot's servers."""
    bot_id = world.application.bot_id
    return {
        "id": str(one.id),
        "name": one.name,
        "icon": None,
        "banner": None,
        "owner": one.owner_id == bot_id,
        "permissions": str(int(in_guild(one, bot_id))),
        "features": [],
        "approximate_member_count": len(one.members),
        "approximate_presence_count": 1,
    }


def _listed(world: World, one: Channel) -> bool:
    """Whether a thread is open and visible to the bot."""
    seen = granted(world, world.application.bot_id, one) & Permission.VIEW_CHANNEL
    return one.is_thread and not one.archived and bool(seen)


def guild_create(world: World, one: Guild) -> dict[str, Any]:
    """A server as in GUILD_CREATE, for a bot without the members intent."""
    bot_id = world.application.bot_id
    here = [each for each in world.channels.values() if each.guild_id == one.id]
    return {
        **guild(world, one),
        "joined_at": JOINED,
        "large": False,
        "unavailable": False,
        "member_count": len(one.members),
        "members": [member(world, one, bot_id)],
        "channels": [channel(world, each) for each in here if not each.is_thread],
        "threads": [thread_of_bot(world, each) for each in here if _listed(world, each)],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def application(world: World) -> dict[str, Any]:
    one = world.application
    return {
        "id": str(one.id),
        "name": one.name,
        "icon": None,
        "description": "",
        "summary": "",
        "type": None,
        "bot_public": one.public,
        "bot_require_code_grant": False,
        "verify_key": one.verify_key,
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
        "owner": user(world.users[one.owner_id]),
        "team": None,
        "bot": user(world.users[one.bot_id]),
        "approximate_guild_count": len(world.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
    }
