"""Who may do what and where: roles, then the channel's overwrites, in Discord's order.

https://docs.discord.com/developers/topics/permissions"""

from enum import IntFlag

from bot.playground.guild.world import VOCAL, Channel, ChannelKind, Guild, Overwrite, World


class Permission(IntFlag):
    """The bits the local Discord checks; others pass through as numbers."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    CONNECT = 1 << 20
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    PIN_MESSAGES = 1 << 51


ALL = (1 << 53) - 1
DIRECT = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.PIN_MESSAGES
    | Permission.USE_APPLICATION_COMMANDS
)
WRITING = Permission.EMBED_LINKS | Permission.ATTACH_FILES | Permission.MENTION_EVERYONE


def granted(world: World, user_id: int, channel: Channel) -> int:
    """A person's bits in a channel, before a missing bit takes others with it."""
    if channel.guild_id is None:
        return DIRECT if user_id in channel.recipients else 0
    guild = world.guilds.get(channel.guild_id)
    if guild is None or user_id not in guild.members:
        return 0
    base = in_guild(guild, user_id)
    if base & Permission.ADMINISTRATOR:
        return ALL
    home = world.channels[channel.parent_id] if channel.is_thread and channel.parent_id else channel
    bits = _overwritten(base, home.overwrites, guild, user_id)
    if channel.kind in VOCAL and not bits & Permission.CONNECT:
        return bits & Permission.VIEW_CHANNEL
    return bits if _let_into(channel, user_id, bits) else bits & ~Permission.VIEW_CHANNEL


def _let_into(channel: Channel, user_id: int, bits: int) -> bool:
    """Whether a private thread is visible: to its members, and to those who manage threads."""
    if channel.kind is not ChannelKind.PRIVATE_THREAD:
        return True
    return user_id in channel.members or bool(bits & Permission.MANAGE_THREADS)


def effective(world: World, user_id: int, channel: Channel) -> int:
    """What a person can really do: without seeing a channel, or writing in it, other bits fall."""
    bits = granted(world, user_id, channel)
    if not bits & Permission.VIEW_CHANNEL:
        return 0
    return bits if bits & writing_bit(channel) else bits & ~WRITING


def writing_bit(channel: Channel) -> Permission:
    """The bit for writing in this channel."""
    if channel.is_thread:
        return Permission.SEND_MESSAGES_IN_THREADS
    return Permission.SEND_MESSAGES


def in_guild(guild: Guild, user_id: int) -> int:
    """A member's bits from ownership and roles alone."""
    if guild.owner_id == user_id:
        return ALL
    held = guild.members[user_id] | {guild.id}
    bits = 0
    for role in guild.roles:
        bits |= int(role.permissions) if role.id in held else 0
    return ALL if bits & Permission.ADMINISTRATOR else bits


def _overwritten(bits: int, overwrites: tuple[Overwrite, ...], guild: Guild, user_id: int) -> int:
    roles = [one for one in overwrites if one.is_role and one.target_id in guild.members[user_id]]
    steps = (
        [one for one in overwrites if one.target_id == guild.id],
        roles,
        [one for one in overwrites if not one.is_role and one.target_id == user_id],
    )
    for step in steps:
        for one in step:
            bits &= ~one.deny
        for one in step:
            bits |= one.allow
    return bits
