"""Everything between people on Discord and the services: who is heard, let in and answered."""

import secrets
from contextlib import AbstractAsyncContextManager
from typing import Any

import discord
from discord.ext import commands
from msgspec import Struct

from bot.services import Services
from bot.ui.access import Access
from bot.ui.admission import Admission
from bot.ui.items import CustomId, Verb
from bot.ui.orders import Orders
from bot.ui.places import Places
from bot.ui.rights import CommandRights
from bot.ui.router import Router, check_readable
from bot.ui.rush import Rush
from bot.ui.ways import way_of_command
from bot.video.doors.hearing import Ears
from bot.video.ports.meters import UNMETERED, Meters

ANYWHERE = frozenset({"privacy"})  # these commands also work in servers that are not admitted

Interaction = discord.Interaction[Any]


class Front(Struct, frozen=True, kw_only=True):
    """What cogs work with: the services, and the parts that check and answer for them."""

    services: Services
    admission: Admission
    rights: CommandRights
    access: Access
    orders: Orders
    router: Router
    rush: Rush

    async def check(self, interaction: Interaction, command: str) -> None:
        """Check whether a command (named without subcommands) may be used here, or suggest
        something. Raises `Refusal`."""
        check_readable(interaction)
        if command not in ANYWHERE:
            await self.admission.check_here(interaction)

    def turn(self, interaction: Interaction) -> AbstractAsyncContextManager[None]:
        """Wait for a command's turn, as in `Rush.turn`."""
        return self.rush.turn(interaction, way_of_command(interaction))


def front_of(
    bot: commands.Bot | commands.AutoShardedBot,
    services: Services,
    *,
    admission: Admission,
    dev_server: discord.Object | None,
    meters: Meters = UNMETERED,
) -> Front:
    """Wire the parts; the commands are those of `bot`."""
    clock, ears = services.clock, Ears(start=secrets.randbits(62))
    rights = CommandRights(bot.tree, clock=clock, dev_server=dev_server)
    rush = Rush(clock=clock, ears=ears, deferrals=services.deferrals)
    orders = Orders(services=services, admission=admission, rights=rights, rush=rush)
    places = Places(bot, clock=clock)
    access = Access(rights=rights, places=places, services=services)

    async def check(interaction: Interaction, asked: CustomId) -> None:
        """Answer nothing for servers that are not admitted, or people who may not press it."""
        if asked.verb is not Verb.FORGET:
            await admission.check_here(interaction)
        await access.check(interaction, asked)

    return Front(
        services=services,
        admission=admission,
        rights=rights,
        access=access,
        orders=orders,
        router=Router(check, rush.turn, meters),
        rush=rush,
    )
