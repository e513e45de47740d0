"""Registering commands, for all servers and for single ones; reading who may use them."""

from bot.playground.guild.errors import Reason, Refused
from bot.playground.guild.events import EventKind
from bot.playground.guild.rest.call import Answer, Call, Route
from bot.playground.guild.rules.commands import read_commands
from bot.playground.guild.state import State


def written(state: State, call: Call) -> Answer:
    scope = _scope(state, call)
    kept = state.commands.replace(scope, read_commands(call.body))
    state.publish(EventKind.COMMANDS)
    return kept


def listed(state: State, call: Call) -> Answer:
    return state.commands.within(_scope(state, call))


def overrides(state: State, call: Call) -> Answer:
    """A bot may read them; only people change them, or a token of theirs."""
    return state.overrides.within(_scope(state, call) or 0)


def _scope(state: State, call: Call) -> int | None:
    if call.id("application_id") != state.world.application.id:
        raise Refused(Reason.UNKNOWN_APPLICATION)
    if "guild_id" not in call.params:
        return None
    guild = state.world.guilds.get(call.id("guild_id"))
    if guild is None or state.bot_id not in guild.members:
        raise Refused(Reason.MISSING_ACCESS)
    return guild.id


GLOBAL = "/applications/{application_id}/commands"
OF_A_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"
ROUTES = (
    Route(method="PUT", template=GLOBAL, answer=written),
    Route(method="GET", template=GLOBAL, answer=listed),
    Route(method="PUT", template=OF_A_GUILD, answer=written),
    Route(method="GET", template=OF_A_GUILD, answer=listed),
    Route(method="GET", template=f"{OF_A_GUILD}/permissions", answer=overrides),
)
