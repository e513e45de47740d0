"""The bot's registered commands, global ones and those of single servers."""

from collections.abc import Callable
from typing import Any

CHAT, USER, MESSAGE = 1, 2, 3


class Commands:
    """Registered commands; a bulk write replaces a scope but keeps the ids of equal names."""

    def __init__(self, application_id: int, next_id: Callable[[], int]) -> None:
        self._application_id = application_id
        self._next_id = next_id
        self._scopes: dict[int | None, dict[tuple[int, str], dict[str, Any]]] = {}

    def replace(self, guild_id: int | None, bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Replace all commands of a server, or with None the global ones."""
        before = self._scopes.get(guild_id, {})
        kept = [self._registered(guild_id, body, before) for body in bodies]
        self._scopes[guild_id] = {_key(body): body for body in kept}
        return kept

    def find(self, guild_id: int | None, id: int) -> dict[str, Any] | None:
        """The command with this id in one scope."""
        found = (one for one in self.within(guild_id) if one["id"] == str(id))
        return next(found, None)

    def named(self, guild_id: int | None, body: dict[str, Any]) -> dict[str, Any] | None:
        """The command in one scope with the type and name of `body`."""
        return self._scopes.get(guild_id, {}).get(_key(body))

    def put(
        self, guild_id: int | None, body: dict[str, Any], before: dict[str, Any] | None
    ) -> dict[str, Any]:
        """Write one command; keeps the id of the one it replaces."""
        scope = self._scopes.setdefault(guild_id, {})
        known = {} if before is None else {_key(body): before}
        shape = self._registered(guild_id, body, known)
        if before is not None:
            del scope[_key(before)]
        scope[_key(body)] = shape
        return shape

    def drop(self, guild_id: int | None, command: dict[str, Any]) -> None:
        """Remove a command."""
        del self._scopes[guild_id][_key(command)]

    def within(self, guild_id: int | None) -> list[dict[str, Any]]:
        """All commands in one scope."""
        return list(self._scopes.get(guild_id, {}).values())

    def offered(self, guild_id: int | None) -> list[dict[str, Any]]:
        """The commands a client in this server shows: its own, then the global ones."""
        own = [] if guild_id is None else self.within(guild_id)
        return own + self.within(None)

    def id_of(self, guild_id: int, name: str) -> int:
        """The id of a command by name. Raises LookupError if no client in the server shows it."""
        for command in self.offered(guild_id):
            if command["name"] == name:
                return int(command["id"])
        raise LookupError(f"no command is called {name!r}")

    def _registered(
        self,
        guild_id: int | None,
        body: dict[str, Any],
        before: dict[tuple[int, str], dict[str, Any]],
    ) -> dict[str, Any]:
        known = before.get(_key(body), {})
        shape = {
            "type": CHAT,
            "description": "",
            "options": [],
            "name_localizations": None,
            "description_localizations": None,
            "default_member_permissions": None,
            "contexts": None,
            "integration_types": [0],
            "nsfw": False,
            **body,
            "id": known.get("id", str(self._next_id())),
            "application_id": str(self._application_id),
            "version": str(self._next_id()),
        }
        for name in ("contexts", "integration_types"):
            shape[name] = shape[name] and sorted(set(shape[name]))
        if shape["default_member_permissions"] is not None:
            shape["default_member_permissions"] = str(shape["default_member_permissions"])
        return shape if guild_id is None else {**shape, "guild_id": str(guild_id)}


def _key(body: dict[str, Any]) -> tuple[int, str]:
    return int(body.get("type", CHAT)), str(body["name"])
