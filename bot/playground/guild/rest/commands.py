"""Registers commands, global and per server, and reads who may use them."""

from typing import Any

from bot.playground.guild.commands import CHAT
from bot.playground.guild.errors import Problems, Reason, Refused
from bot.playground.guild.events import EventKind
from bot.playground.guild.rest.call import Answer, Call, Made, Route
from bot.playground.guild.rules.commands import MOST, read_command, read_commands
from bot.playground.guild.state import State


def written(state: State, call: Call) -> Answer:
    scope = _scope(state, call)
    kept = state.commands.replace(scope, read_commands(call.body))
    state.publish(EventKind.COMMANDS)
    return kept


def listed(state: State, call: Call) -> Answer:
    return state.commands.within(_scope(state, call))


def added(state: State, call: Call) -> Answer:
    """Create a command, or replace the one with the same name."""
    scope = _scope(state, call)
    body = read_command(call.fields)
    before = state.commands.named(scope, body)
    kind = body.get("type", CHAT)
    same = [one for one in state.commands.within(scope) if one["type"] == kind]
    if before is None and len(same) >= MOST.get(kind, 1):
        raise Refused(Reason.MANY_COMMANDS)
    kept = state.commands.put(scope, body, before)
    state.publish(EventKind.COMMANDS)
    return Made(shape=kept) if before is None else kept


def one(state: State, call: Call) -> Answer:
    return _found(state, call)


def changed(state: State, call: Call) -> Answer:
    """Change only the fields that were sent."""
    scope, before = _scope(state, call), _found(state, call)
    sent = {name: value for name, value in call.fields.items() if name not in FIXED}
    body = read_command({**before, **sent})
    there = state.commands.named(scope, body)
    if there is not None and there is not before:
        problems = Problems()
        message = "Application command names must be unique"
        problems.add(("name",), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        problems.refuse()
    kept = state.commands.put(scope, body, before)
    state.publish(EventKind.COMMANDS)
    return kept


def dropped(state: State, call: Call) -> Answer:
    state.commands.drop(_scope(state, call), _found(state, call))
    state.publish(EventKind.COMMANDS)
    return None


def _found(state: State, call: Call) -> dict[str, Any]:
    found = state.commands.find(_scope(state, call), call.id("command_id"))
    if found is None:
        raise Refused(Reason.UNKNOWN_COMMAND)
    return found


def overrides(state: State, call: Call) -> Answer:
    """The overrides; bots may read them, but only people can change them."""
    return state.overrides.within(_scope(state, call) or 0)


def overridden(state: State, call: Call) -> Answer:
    """The overrides of one command, or with the application's own id, of all commands."""
    scope, about = _scope(state, call) or 0, call.id("command_id")
    shape = state.overrides.shape(scope, about)
    if not shape["permissions"]:
        raise Refused(Reason.NO_OVERRIDES)
    return shape


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
FIXED = ("id", "type", "application_id", "guild_id", "version")
ROUTES = (
    Route(method="GET", template=f"{OF_A_GUILD}/permissions", answer=overrides),
    Route(method="GET", template=f"{OF_A_GUILD}/{{command_id}}/permissions", answer=overridden),
    *(
        Route(method=method, template=template, answer=answer)
        for scope in (GLOBAL, OF_A_GUILD)
        for method, template, answer in (
            ("PUT", scope, written),
            ("GET", scope, listed),
            ("POST", scope, added),
            ("GET", f"{scope}/{{command_id}}", one),
            ("PATCH", f"{scope}/{{command_id}}", changed),
            ("DELETE", f"{scope}/{{command_id}}", dropped),
        )
    ),
)
