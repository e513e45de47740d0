"""Who may use which command, and where, by a server's integration page. Pure.

Discord decides in this order. So does the bot, for buttons and forms, which Discord does not check:
https://docs.discord.com/developers/interactions/application-commands#permissions and
https://support.discord.com/hc/en-us/articles/10952896421783-Updates-to-Command-Permissions"""

from collections.abc import Iterable, Mapping
from typing import Any

from discord import AppCommandPermissionType
from msgspec import Struct, field

from bot.video.values.asker import Asker

ROLE = AppCommandPermissionType.role.value
USER = AppCommandPermissionType.user.value
CHANNEL = AppCommandPermissionType.channel.value
Rows = Mapping[tuple[int, int], bool]  # by kind and id: allowed or denied


class IntegrationPage(Struct, frozen=True, kw_only=True):
    """A server's overrides: for single commands, and for all of them."""

    server_id: int
    of_all: Rows = field(default_factory=dict)
    of_command: Mapping[int, Rows] = field(default_factory=dict)  # by the command's id

    @classmethod
    def read(
        cls, server_id: int, application_id: int, sent: Iterable[Mapping[str, Any]]
    ) -> "IntegrationPage":
        """Read Discord's objects; the application's own id stands for all commands."""
        rows = {
            int(each["id"]): {
                (row["type"], int(row["id"])): bool(row["permission"])
                for row in each["permissions"]
            }
            for each in sent
        }
        of_all = rows.pop(application_id, {})
        return cls(server_id=server_id, of_all=of_all, of_command=rows)

    def lets(self, asker: Asker, command_id: int, *, by_default: bool) -> bool:
        """Whether a person may use a command. An override for all commands can take one away, but
        cannot grant what `by_default` denies."""
        own = self._said(self.of_command.get(command_id, {}), asker)
        if own is not None:
            return own
        return by_default and self._said(self.of_all, asker) is not False

    def lets_in(self, asker: Asker, command_id: int) -> bool:
        """Whether the command may be used in the channel; threads follow their channel."""
        rows = {**self.of_all, **self.of_command.get(command_id, {})}
        everywhere = rows.get((CHANNEL, self.server_id - 1), True)
        return rows.get((CHANNEL, asker.parent_id or asker.channel_id), everywhere)

    def _said(self, rows: Rows, asker: Asker) -> bool | None:
        """The override for the person, else the most generous for their roles, else everyone's."""
        if (USER, asker.user_id) in rows:
            return rows[USER, asker.user_id]
        roles = [rows[key] for each in asker.role_ids if (key := (ROLE, each)) in rows]
        return any(roles) if roles else rows.get((ROLE, self.server_id))
