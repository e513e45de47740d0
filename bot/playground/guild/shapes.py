"""The JSON objects that Discord shows: users, members, channels, roles, messages.

https://docs.discord.com/developers/resources/guild and its neighbours"""

from datetime import datetime
from typing import Any

from bot.playground.guild import permissions
from bot.playground.guild.messages import Attachment, Flag, Message, Reaction
from bot.playground.guild.world import VOCAL, Channel, ChannelKind, Guild, Role, User, World

# The parts of a message that a forward takes along:
# https://docs.discord.com/developers/resources/message#message-snapshot-object
SNAPSHOT = (
    "type", "content", "embeds", "attachments", "timestamp", "edited_timestamp", "flags",
    "mentions", "mention_roles", "components",
)  # fmt: skip
JOINED = "2026-01-01T00:00:00+00:00"


def stamp(at: datetime | None) -> str | None:
    """A time in ISO 8601, as Discord writes it."""
    return None if at is None else at.isoformat()


def user(one: User) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "username": one.name,
        "global_name": None if one.bot else one.display_name,
        "discriminator": "0001" if one.bot else "0",
        "avatar": None,
        "bot": one.bot,
        "flags": 0,
        "public_flags": 0,
        "banner": None,
        "accent_color": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
    }


def member(world: World, guild: Guild, user_id: int) -> dict[str, Any]:
    return {
        "user": user(world.users[user_id]),
        "nick": None,
        "avatar": None,
        "banner": None,
        "avatar_decoration_data": None,
        "roles": [str(role) for role in sorted(guild.members[user_id])],
        "joined_at": JOINED,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
    }


def channel(world: World, one: Channel) -> dict[str, Any]:
    shape: dict[str, Any] = {"id": str(one.id), "type": int(one.kind), "flags": 0}
    if one.kind is ChannelKind.DM:
        people = [user(world.users[id]) for id in one.recipients if not world.users[id].bot]
        return {**shape, "recipients": people, "last_message_id": None}
    shape |= {
        "guild_id": str(one.guild_id),
        "name": one.name,
        "parent_id": None if one.parent_id is None else str(one.parent_id),
        "last_message_id": None,
        "rate_limit_per_user": 0,
    }
    return {**shape, **(_thread(one) if one.is_thread else {**_placed(one), **_kind(one)})}


def _kind(one: Channel) -> dict[str, Any]:
    if one.kind in VOCAL:
        return {"bitrate": 64000, "user_limit": 0, "rtc_region": None, "video_quality_mode": 1}
    if one.kind is ChannelKind.FORUM:
        chosen = {"default_sort_order": None, "default_forum_layout": 0}
        return {"available_tags": [], "default_reaction_emoji": None, **chosen}
    return {}


def _placed(one: Channel) -> dict[str, Any]:
    overwrites = [
        {
            "id": str(each.target_id),
            "type": 0 if each.is_role else 1,
            "allow": str(int(each.allow)),
            "deny": str(int(each.deny)),
        }
        for each in one.overwrites
    ]
    return {
        "position": one.position,
        "topic": None,
        "nsfw": one.nsfw,
        "permission_overwrites": overwrites,
    }


def _thread(one: Channel) -> dict[str, Any]:
    return {
        "owner_id": str(one.owner_id),
        "message_count": 0,
        "member_count": len(one.members),
        "total_message_sent": 0,
        "thread_metadata": {
            "archived": one.archived,
            "auto_archive_duration": 1440,
            "archive_timestamp": JOINED,
            "create_timestamp": JOINED,
            "locked": one.locked,
            **({"invitable": one.invitable} if one.kind is ChannelKind.PRIVATE_THREAD else {}),
        },
    }


def thread_member(thread_id: int, user_id: int) -> dict[str, Any]:
    """A thread's member."""
    ids = {"id": str(thread_id), "user_id": str(user_id)}
    return {**ids, "join_timestamp": JOINED, "flags": 0}


def thread_of_bot(world: World, one: Channel) -> dict[str, Any]:
    """A thread as the bot sees it: with its own membership if it is a member."""
    bot_id = world.application.bot_id
    mine = {"member": thread_member(one.id, bot_id)} if bot_id in one.members else {}
    return {**channel(world, one), **mine}


def role(one: Role) -> dict[str, Any]:
    """A role, in its server and wherever someone chose it."""
    return {
        "id": str(one.id),
        "name": one.name,
        "permissions": str(int(one.permissions)),
        "position": one.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": one.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def attachment(one: Attachment) -> dict[str, Any]:
    shape = {
        "id": str(one.id),
        "filename": one.filename,
        "size": one.size,
        "url": one.url,
        "proxy_url": one.url,
        "content_type": one.content_type,
    }
    return shape if one.description is None else {**shape, "description": one.description}


def reaction(world: World, one: Reaction) -> dict[str, Any]:
    """An emoji under a message, and whether the bot chose it as well."""
    count = len(one.users)
    return {
        "emoji": {"id": None, "name": one.emoji},
        "count": count,
        "count_details": {"burst": 0, "normal": count},
        "burst_colors": [],
        "me": world.application.bot_id in one.users,
        "me_burst": False,
    }


def message(world: World, one: Message, replied: Message | None = None) -> dict[str, Any]:
    """`replied` is the message this one answers, if it still exists."""
    shape: dict[str, Any] = {
        "id": str(one.id),
        "channel_id": str(one.channel_id),
        "type": one.kind,
        "author": user(world.users[one.author_id]),
        "content": one.content,
        "timestamp": stamp(one.at),
        "edited_timestamp": stamp(one.edited_at),
        "tts": False,
        "mention_everyone": one.everyone,
        "mentions": [user(world.users[id]) for id in sorted(one.pinged)],
        "mention_roles": [str(id) for id in sorted(one.roles)],
        "attachments": [attachment(each) for each in one.attachments],
        "embeds": list(one.embeds),
        "components": list(one.components),
        "pinned": one.pinned_at is not None,
        "flags": one.flags,
    }
    if one.id in world.channels and one.id != one.channel_id:
        started = channel(world, world.channels[one.id])
        shape |= {"thread": started, "flags": one.flags | Flag.HAS_THREAD}
    if one.reactions:
        shape["reactions"] = [reaction(world, each) for each in one.reactions]
    if one.nonce is not None:
        shape["nonce"] = one.nonce
    if one.asked_by is not None:
        app = str(world.application.id)
        shape |= {"interaction_metadata": one.asked_by, "application_id": app, "webhook_id": app}
    if one.reply_to is not None:
        here = {"channel_id": str(one.channel_id), "message_id": str(one.reply_to)}
        shape["message_reference"] = {"type": 0, **here}
        shape["referenced_message"] = None if replied is None else message(world, replied)
    if one.forwarded is not None:
        there = {"channel_id": str(one.forwarded.channel_id), "message_id": str(one.forwarded.id)}
        shape["message_reference"] = {"type": 1, **there}
        passed_on = {name: message(world, one.forwarded)[name] for name in SNAPSHOT}
        shape["message_snapshots"] = [{"message": passed_on}]
    return shape


def app_permissions(world: World, one: Channel) -> str:
    """The bot's permissions in a channel, as an interaction states them."""
    return str(int(permissions.granted(world, world.application.bot_id, one)))
