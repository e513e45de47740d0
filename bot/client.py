"""VideoBot: logs in, loads the cogs, syncs commands when they changed.

It knows nothing about videos: `bot.ui.front` decides who is served, and the cogs answer."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

import discord
from discord.backoff import ExponentialBackoff
from discord.http import Route

from bot import __version__
from bot.clock import Clock
from bot.errors import CommitUnknown, StartupError, StorageDown
from bot.shards import AllShards, Leases, ShardedBot
from bot.ui.front import Front
from bot.ui.guild_cache import GuildCache
from bot.ui.items import VerbButton
from bot.ui.permissions import NEEDED
from bot.ui.rest import CUT
from bot.ui.texts import Translator
from bot.ui.tree import Tree

_log = logging.getLogger(__name__)


def cogs() -> list[str]:
    """The modules in the package `cogs`, one per feature; loaded by name, never imported."""
    package = find_spec("cogs")
    places = package.submodule_search_locations if package is not None else None
    return sorted(module.name for module in iter_modules(places, "cogs."))


class VideoBot(ShardedBot):
    """The bot on Discord. `dev_server`, if set, alone gets the commands, at once. `tracing`, of
    aiohttp's kind, sees each call; `leases` say which shards are heard, all of them by default.

    One that does not hear (`hears`) only calls Discord, for a process that makes videos."""

    front: Front

    def __init__(
        self,
        *,
        api_url: str,
        gateway_url: str | None,
        clock: Clock,
        dev_server: int | None = None,
        hears: bool = True,
        tracing: Any = None,
        leases: Leases | None = None,
    ) -> None:
        # Voice is not used, so its libraries may be missing without a warning.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            leases=leases or AllShards(clock=clock),
            clock=clock,
            command_prefix=(),
            help_command=None,
            tree_cls=Tree,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_ratelimit_timeout=30.0,
            http_trace=tracing,
        )
        self._point_at(api_url, gateway_url)
        self._guild_cache = GuildCache(self, clock)
        self._hearing: set[asyncio.Task[None]] = set()
        self._is_ready_told = False
        self._hears = hears
        self.dev_server = None if dev_server is None else discord.Object(dev_server)

    def _point_at(self, api_url: str, gateway_url: str | None) -> None:
        """Set Discord's addresses. Without `gateway_url`, Discord names the gateway."""
        Route.BASE = api_url
        if gateway_url is None:
            return
        ask = self.http.get_bot_gateway

        async def get_bot_gateway() -> Any:
            shards, _, limit = await ask()
            return shards, gateway_url, limit

        self.http.get_bot_gateway = get_bot_gateway  # type: ignore[method-assign]

    async def serve(self, front: Front, token: str) -> None:
        """Log in and serve until closed; waits while Discord is down.

        Raises `StartupError` if the token is wrong.
        """
        self.front = front
        async with self:
            self.add_dynamic_items(VerbButton)
            await self.tree.set_translator(Translator())
            for cog in cogs():
                await import_module(cog).setup(self)
            await self._patiently(self._log_in, token)
            if not self._hears:
                await self.work_unheard()
                return
            await self._patiently(self._sync)
            await self._patiently(self._stay_connected)

    async def _patiently(self, step: Any, *arguments: Any) -> None:
        """Repeat a step of the start until Discord and the database answer."""
        backoff = ExponentialBackoff[bool](base=1)
        while not self.is_closed():
            try:
                return await step(*arguments)  # type: ignore[no-any-return]
            except discord.LoginFailure:
                raise StartupError(
                    "DISCORD_TOKEN is wrong: Discord does not know it. Copy it again from "
                    "https://discord.com/developers/applications, your application, Bot."
                ) from None
            except discord.ConnectionClosed as error:
                raise StartupError(
                    f"Discord ended the connection for good (code {error.code}); 4004 means that "
                    "DISCORD_TOKEN was replaced by another one, 4011 that SHARDS is too small."
                ) from None
            except (discord.GatewayNotFound, discord.RateLimited, *CUT) as error:
                cause: Exception | None = error
            except (StorageDown, CommitUnknown):  # the store says so
                cause = None
            except discord.HTTPException as error:
                if _is_final(error):
                    raise
                cause = error
            delay = min(60.0, backoff.delay())
            if cause is not None:
                _log.warning("Cannot reach Discord (%s), trying again in %.0f s", cause, delay)
            await self._clock.sleep(delay)

    async def _stay_connected(self) -> None:
        """Stay on the gateway until closed.

        discord.py swallows a cancellation while it reconnects (2.7.1, `Shard.reidentify`), so this
        runs as its own task, which closing ends.
        """
        connected = asyncio.create_task(self.connect(), name="gateway")
        following = asyncio.create_task(self.follow(), name="shards")
        try:
            await asyncio.wait([connected, following], return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not connected.done():
                await self.close()
                connected.cancel()
            following.cancel()
            await asyncio.wait([connected, following])
        for part in (connected, following):
            if not part.cancelled():
                part.result()

    async def on_shard_ready(self, shard_id: int) -> None:
        """Log that the bot is ready, once: a reconnect calls this again. What changed before this
        session began, nobody has told us."""
        await super().on_shard_ready(shard_id)
        for guild in self.guilds:
            if guild.shard_id == shard_id:
                self.front.rights.changed(guild.id)
        if self._is_ready_told or not self.is_connected:
            return
        self._is_ready_told = True
        if self.guilds and self.user is not None:
            count = len(self.guilds)
            servers = "1 server" if count == 1 else f"{count} servers"
            _log.info("Ready as %s, in %s", self.user.name, servers, extra={"action": "ready"})
        elif self.application_id is not None:
            link = discord.utils.oauth_url(self.application_id, permissions=NEEDED)
            _log.info("In no server yet; invite the bot: %s", link, extra={"action": "invite"})

    async def _log_in(self, token: str) -> None:
        try:
            await self.login(token)
        except Exception as error:
            # The next try opens its own session; this one and its connector must not leak.
            await self.http.close()
            self.http.connector = discord.utils.MISSING
            if _is_stranger(error):
                raise StartupError(
                    "What answers at DISCORD_API_URL is not Discord's REST API, such as "
                    "https://discord.com/api/v10."
                ) from None
            raise

    @property
    def public_key(self) -> str | None:
        """The key that verifies what Discord sends over HTTP, in hex; None before the login."""
        return None if self.application is None else self.application.verify_key

    def hear(self, payload: dict[str, Any]) -> None:
        """Take an interaction that came over HTTP, as if the gateway had brought it."""
        hearing = asyncio.create_task(self._hear(payload), name="hear")
        self._hearing.add(hearing)
        hearing.add_done_callback(self._hearing.discard)

    async def _hear(self, payload: Any) -> None:
        if server_id := payload.get("guild_id"):
            await self._guild_cache.know(int(server_id))
        self._connection.parse_interaction_create(payload)

    async def finish_answering(self) -> None:
        """Wait until everything that was heard is answered, also over HTTP."""
        if self._hearing:
            await asyncio.wait(self._hearing)
        await super().finish_answering()

    async def on_interaction(self, interaction: discord.Interaction["VideoBot"]) -> None:
        """Read submitted forms from their `custom_id`; the library looks only in its memory."""
        if interaction.type is discord.InteractionType.modal_submit:
            data: Mapping[str, Any] = interaction.data or {}
            await self.front.router.route(interaction, str(data.get("custom_id", "")))

    async def on_raw_app_command_permissions_update(
        self, changed: discord.RawAppCommandPermissionsUpdateEvent
    ) -> None:
        self.front.rights.changed(changed.guild.id)

    async def _sync(self) -> None:
        """Send Discord the commands if it has others, once for all processes; it allows 200 new
        ones a day."""
        scope = "global"
        if self.dev_server is not None:
            scope = str(self.dev_server.id)
            self.tree.copy_global_to(guild=self.dev_server)
        name = f"commands.{self.application_id}.{scope}"
        digest, commands = await self._digest(), self.front.services.commands
        while left := await commands.due(name, digest, version=__version__):
            await self._clock.sleep(left)
        if left is None:
            return
        try:
            await self._tell_commands()
        except Exception:
            await commands.failed(name)
            raise
        await self._patiently(commands.told, name, digest)
        _log.info("Commands synced", extra={"action": "sync_commands"})

    async def _tell_commands(self) -> None:
        try:
            await self.tree.sync(guild=self.dev_server)
        except (discord.Forbidden, discord.NotFound):
            if self.dev_server is None:
                raise
            raise StartupError(
                "DEV_GUILD_ID names a server that takes no commands of the bot: invite it there "
                "first; `python -m bot check` shows the link."
            ) from None

    async def _digest(self) -> str:
        """A digest of the commands and their translations."""
        found = self.tree.get_commands(guild=self.dev_server)
        payloads = [await each.get_translated_payload(self.tree, Translator()) for each in found]
        return hashlib.sha256(json.dumps(payloads, sort_keys=True).encode()).hexdigest()


def _is_final(error: discord.HTTPException) -> bool:
    """Whether the same request would get the same answer again."""
    return error.status < 500 and error.status != 429


def _is_stranger(error: Exception) -> bool:
    """Whether something other than Discord answered the login: no such path, or a page."""
    if isinstance(error, discord.HTTPException):
        return _is_final(error)
    return isinstance(error, (TypeError, LookupError))
