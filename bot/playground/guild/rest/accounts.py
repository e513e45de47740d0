"""Who the bot is, what it may look up, and where its gateway is."""

from typing import Any

from bot.playground.guild import server_shapes, shapes
from bot.playground.guild.errors import Problems, Reason, Refused
from bot.playground.guild.rest.call import SNOWFLAKE, Answer, Call, Route
from bot.playground.guild.state import State
from bot.playground.guild.world import Guild


def me(state: State, call: Call) -> Answer:
    shape = shapes.user(state.world.users[state.bot_id])
    return {**shape, "verified": True, "mfa_enabled": False, "email": None, "locale": "en-US"}


def my_guilds(state: State, call: Call) -> Answer:
    """The bot's servers in pages of at most 200, by ascending id."""
    mine = sorted(each.id for each in state.world.guilds.values() if state.bot_id in each.members)
    before, after = call.asked_id("before"), call.asked_id("after")
    most = call.number("limit", 1, 200, 200)
    found = [id for id in mine if (before is None or id < before) and id > (after or 0)]
    page = found[-most:] if before is not None and after is None else found[:most]
    return [server_shapes.my_guild(state.world, state.world.guilds[id]) for id in page]


def user(state: State, call: Call) -> Answer:
    found = state.world.users.get(call.id("user_id"))
    if found is None:
        raise Refused(Reason.UNKNOWN_USER)
    return shapes.user(found)


def application(state: State, call: Call) -> Answer:
    return server_shapes.application(state.world)


def open_dm(state: State, call: Call) -> Answer:
    wanted = str(call.fields.get("recipient_id", ""))
    if not SNOWFLAKE.fullmatch(wanted) or int(wanted) not in state.world.users:
        raise Refused(Reason.UNKNOWN_USER)
    if int(wanted) == state.bot_id:
        raise Refused(Reason.NO_DM_WITH_ONESELF)
    return shapes.channel(state.world, state.open_dm(int(wanted)))


def guild(state: State, call: Call) -> Answer:
    return server_shapes.guild(state.world, guild_of(state, call))


def guild_channels(state: State, call: Call) -> Answer:
    here = guild_of(state, call).id
    found = [one for one in state.world.channels.values() if one.guild_id == here]
    return [shapes.channel(state.world, one) for one in found if not one.is_thread]


def guild_roles(state: State, call: Call) -> Answer:
    roles: list[dict[str, Any]] = server_shapes.guild(state.world, guild_of(state, call))["roles"]
    return roles


def member(state: State, call: Call) -> Answer:
    here = guild_of(state, call)
    if call.id("user_id") not in here.members:
        raise Refused(Reason.UNKNOWN_MEMBER)
    return shapes.member(state.world, here, call.id("user_id"))


def members(state: State, call: Call) -> Answer:
    """All members, for a bot with the privileged members intent."""
    here = guild_of(state, call)
    if not state.world.application.privileged:
        raise Refused(Reason.MISSING_ACCESS)
    most, after = call.number("limit", 1, 1000, 1), call.asked_id("after") or 0
    found = sorted(who for who in here.members if who > after)
    return [shapes.member(state.world, here, who) for who in found[:most]]


def found_members(state: State, call: Call) -> Answer:
    """Members whose name starts with the query."""
    here, sought = guild_of(state, call), call.query.get("query", "").casefold()
    problems = Problems()
    problems.length(("query",), sought, 1, 100)
    problems.refuse()
    most = call.number("limit", 1, 1000, 1)
    named = [state.world.users[who] for who in sorted(here.members)]
    found = [
        one
        for one in named
        if any(name.casefold().startswith(sought) for name in (one.name, one.display_name))
    ]
    return [shapes.member(state.world, here, one.id) for one in found[:most]]


def guild_of(state: State, call: Call) -> Guild:
    found = state.world.guilds.get(call.id("guild_id"))
    if found is None or state.bot_id not in found.members:
        raise Refused(Reason.UNKNOWN_GUILD)
    return found


def default_sounds(state: State, call: Call) -> Answer:
    """An empty list; some libraries ask for it before they are ready."""
    return []


ROUTES = (
    Route(method="GET", template="/soundboard-default-sounds", answer=default_sounds),
    Route(method="GET", template="/users/@me", answer=me),
    Route(method="GET", template="/users/@me/guilds", answer=my_guilds),
    Route(method="POST", template="/users/@me/channels", answer=open_dm),
    Route(method="GET", template="/users/{user_id}", answer=user),
    Route(method="GET", template="/applications/@me", answer=application),
    Route(method="GET", template="/oauth2/applications/@me", answer=application),
    Route(method="GET", template="/guilds/{guild_id}", answer=guild),
    Route(method="GET", template="/guilds/{guild_id}/channels", answer=guild_channels),
    Route(method="GET", template="/guilds/{guild_id}/roles", answer=guild_roles),
    Route(method="GET", template="/guilds/{guild_id}/members", answer=members),
    Route(method="GET", template="/guilds/{guild_id}/members/search", answer=found_members),
    Route(method="GET", template="/guilds/{guild_id}/members/{user_id}", answer=member),
)
