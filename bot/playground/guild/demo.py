"""The ready-made server for the demo and most tests.

All ids are fixed, so a page or a test may keep one across restarts."""

from base64 import b64encode
from types import MappingProxyType

from bot.playground.guild.permissions import Permission
from bot.playground.guild.world import (
    Application,
    Channel,
    ChannelKind,
    Guild,
    Overwrite,
    Role,
    User,
    World,
)

FIRST_ID = 1_456_042_598_400_000_000  # January 2026 in Discord's epoch
STEP = 1 << 22  # one millisecond, so that shards differ as well

EVERYONE = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.ADD_REACTIONS
    | Permission.CONNECT
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
)
MODERATING = (
    Permission.MANAGE_MESSAGES
    | Permission.PIN_MESSAGES
    | Permission.MANAGE_THREADS
    | Permission.MANAGE_GUILD
    | Permission.MODERATE_MEMBERS
    | Permission.MENTION_EVERYONE
)


def demo_id(number: int) -> int:
    """The fixed id of the number-th object in the demo's world."""
    return FIRST_ID + number * STEP


GUILD, BOT, OWNER, MAYA, LEO, SAM = (demo_id(n) for n in range(1, 7))
MODERATORS = demo_id(10)
APPLICATION = BOT  # equal, as for all newer bots: libraries mix up the two
FILMS, GENERAL, MODS, DIRECT = (demo_id(n) for n in range(20, 24))


def demo_token() -> str:
    """A token in the real format: libraries read the bot's id from its first part."""
    return f"{b64encode(str(BOT).encode()).decode().rstrip('=')}.local.demo"


def demo_world(*, guild: str = "Film club", channel: str = "films") -> World:
    """A server with this name, the named channel, #general and #mods; maya, leo, sam (moderator),
    olga (owner) and the bot."""
    world = World(
        Application(id=APPLICATION, name="Video", owner_id=OWNER, bot_id=BOT, token=demo_token())
    )
    people = (
        (OWNER, "olga", "Olga"),
        (MAYA, "maya", "Maya"),
        (LEO, "leo", "Leo"),
        (SAM, "sam", "Sam"),
    )
    world.users = {id: User(id=id, name=name, display_name=shown) for id, name, shown in people}
    world.users[BOT] = User(id=BOT, name="video", display_name="Video", bot=True)
    world.guilds[GUILD] = _guild(guild)
    world.channels = {each.id: each for each in _channels(channel)}
    return world


def _guild(name: str) -> Guild:
    moderator = frozenset({MODERATORS})
    none: frozenset[int] = frozenset()
    return Guild(
        id=GUILD,
        name=name,
        owner_id=OWNER,
        roles=(
            Role(id=GUILD, name="@everyone", permissions=EVERYONE),
            Role(id=MODERATORS, name="Moderators", permissions=MODERATING, position=1),
        ),
        members=MappingProxyType({BOT: none, OWNER: none, MAYA: none, LEO: none, SAM: moderator}),
    )


def _channels(name: str) -> tuple[Channel, ...]:
    private = (
        Overwrite(target_id=GUILD, is_role=True, deny=Permission.VIEW_CHANNEL),
        Overwrite(target_id=MODERATORS, is_role=True, allow=Permission.VIEW_CHANNEL),
        Overwrite(target_id=BOT, is_role=False, allow=Permission.VIEW_CHANNEL),
    )
    return (
        Channel(id=FILMS, name=name, guild_id=GUILD, position=0),
        Channel(id=GENERAL, name="general", guild_id=GUILD, position=1),
        Channel(id=MODS, name="mods", guild_id=GUILD, position=2, overwrites=private),
        Channel(id=DIRECT, name="@maya", kind=ChannelKind.DM, recipients=(BOT, MAYA)),
    )
