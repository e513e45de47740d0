"""Who may use a command: its default permissions, and above them the server's integration page.

Checked at every command, press and form: messages may be old, and requests forged."""

import asyncio
import logging
from datetime import timedelta
from typing import Any

import discord
from discord import app_commands
from msgspec.structs import replace

from bot.clock import Clock
from bot.errors import Refusal
from bot.ui.asking import asker_of
from bot.ui.integration_page import IntegrationPage
from bot.ui.remembered import Remembered
from bot.ui.rest import CUT

REMEMBERED = timedelta(minutes=10)  # Discord announces changes, but the news can be lost
ASK_SECONDS = 4.0  # the answer is deferred meanwhile
FAILURES = (discord.HTTPException, discord.RateLimited, *CUT)
_log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]


class CommandRights:
    """Reads integration pages. If Discord does not show one, its last version counts, else the
    commands' defaults. `dev_server` alone has the commands, if set."""

    def __init__(
        self,
        tree: app_commands.CommandTree[Any],
        *,
        clock: Clock,
        dev_server: discord.abc.Snowflake | None = None,
    ) -> None:
        self._tree = tree
        self._dev_server = dev_server
        self._ids: dict[str, int] = {}
        self._pages = Remembered(self._ask, clock=clock, lasting=REMEMBERED)

    async def check(self, interaction: Interaction, command: str) -> int:
        """The server's id if the person may use the command; raises `Refusal` otherwise."""
        if interaction.guild_id is None:
            raise Refusal("guild_only")
        if interaction.permissions.administrator:
            return interaction.guild_id
        page, missing = await self._page(interaction.guild_id), self._missing(interaction, command)
        by_default = missing is None
        if page.lets(asker_of(interaction), self._id(command), by_default=by_default):
            return interaction.guild_id
        raise missing or Refusal("command_denied", command=command)

    async def check_here(self, interaction: Interaction, command: str) -> int:
        """Like `check`, for this very channel."""
        server_id, granted = await self.check(interaction, command), interaction.permissions
        if granted.administrator:
            return server_id
        page = await self._page(server_id)
        is_let_in = page.lets_in(asker_of(interaction), self._id(command))
        if not (is_let_in and granted.use_application_commands):
            raise Refusal("command_denied", command=command)
        return server_id

    async def may_use_in(self, interaction: Interaction, command: str, channel_id: int) -> bool:
        """Whether the integration page lets the person use the command in a channel."""
        try:
            server_id = await self.check(interaction, command)
        except Refusal:
            return False
        there = replace(asker_of(interaction), channel_id=channel_id, parent_id=None)
        is_let_in = (await self._page(server_id)).lets_in(there, self._id(command))
        return is_let_in or interaction.permissions.administrator

    def changed(self, server_id: int) -> None:
        """Forget a server's page, which changed."""
        self._pages.expire(server_id)

    def _missing(self, interaction: Interaction, command: str) -> Refusal | None:
        """The refusal if a person lacks the command's default permissions."""
        needed = getattr(self._tree.get_command(command), "default_permissions", None)
        if needed is None or needed <= interaction.permissions:
            return None
        return Refusal("needs_manage_server" if needed.manage_guild else "needs_moderate_members")

    def _id(self, command: str) -> int:
        return self._ids.get(command, 0)

    async def _page(self, server_id: int) -> IntegrationPage:
        try:
            return await self._pages.get(server_id)
        except FAILURES as error:
            _log.warning("Could not read an integration page: %s", type(error).__name__)
            return self._pages.last(server_id) or IntegrationPage(server_id=server_id)

    async def _ask(self, server_id: int) -> IntegrationPage:
        client = self._tree.client
        application_id = client.application_id or 0
        async with asyncio.timeout(ASK_SECONDS):
            sent = await client.http.get_guild_application_command_permissions(
                application_id, server_id
            )
            if sent:
                found = await self._tree.fetch_commands(guild=self._dev_server)
                self._ids = {each.name: each.id for each in found}
        return IntegrationPage.read(server_id, application_id, sent)
