"""The server's integration page for its managers: who may use which command."""

from typing import Any

from bot.playground.guild import Actor, NotPossible, Permission, Target
from bot.playground.guild.commands import CHAT
from bot.playground.guild.permissions import in_guild


class Integration:
    """The integration page as one person sees and sets it."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._state = actor.state
        self._guild = next(iter(actor.state.world.guilds.values()))

    @property
    def _may(self) -> bool:
        return bool(in_guild(self._guild, self._actor.user.id) & Permission.MANAGE_GUILD)

    def shown(self) -> dict[str, Any] | None:
        """The commands and their overrides; None for someone who does not manage the server."""
        if not self._may:
            return None
        offered = self._state.commands.offered(self._guild.id)
        names = {each["id"]: each["name"] for each in offered if each["type"] == CHAT}
        rows = [
            {
                "command": names.get(each["id"], ""),
                "whom": f"{Target(row['type']).name.lower()}:{row['id']}",
                "allowed": row["permission"],
            }
            for each in self._state.overrides.within(self._guild.id)
            for row in each["permissions"]
        ]
        return {"commands": list(names.values()), "overrides": rows}

    def let_use(self, command: str, whom: str, allowed: bool | None) -> None:
        """Allow or deny a command for `role:<id>` or `user:<id>`; None restores the default."""
        if not self._may:
            raise NotPossible("only who manages the server opens its integration page")
        kind, _, target_id = whom.partition(":")
        self._state.let_use(self._guild.id, command, Target[kind.upper()], int(target_id), allowed)
