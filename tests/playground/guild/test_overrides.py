"""A server's integration page: who may use which command, and how a bot learns of it."""

from typing import Any

import pytest

from bot.playground.guild import LocalDiscord, Target
from bot.playground.guild.permissions import Permission
from tests.playground.guild.raw_bot import Bot
from tests.playground.guild.raw_socket import Socket

CLUB = "Film club"
LIMITS: dict[str, Any] = {
    "name": "limits",
    "description": "For moderators",
    "default_member_permissions": str(int(Permission.MODERATE_MEMBERS)),
}


def offered(local: LocalDiscord, name: str, channel: str = "films") -> bool:
    return bool(local.actor(name).offered(channel))


def role(local: LocalDiscord) -> int:
    return local.world.guild(CLUB).roles[1].id


def person(local: LocalDiscord, name: str) -> int:
    return local.world.user(name).id


@pytest.fixture
async def page(local: LocalDiscord, bot: Bot) -> LocalDiscord:
    """A server with one command, for moderators by default."""
    await bot.register(LIMITS)
    return local


async def test_the_default_holds_where_the_page_says_nothing(page: LocalDiscord) -> None:
    assert [offered(page, name) for name in ("olga", "sam", "leo")] == [True, True, False]


async def test_a_person_allowed_or_denied_at_the_command_overrules_everything(
    page: LocalDiscord,
) -> None:
    page.let_use(CLUB, "limits", Target.USER, person(page, "leo"), True)
    page.let_use(CLUB, "limits", Target.USER, person(page, "sam"), False)
    page.let_use(CLUB, "limits", Target.ROLE, role(page), True)
    assert [offered(page, name) for name in ("leo", "sam", "maya")] == [True, False, False]

    page.let_use(CLUB, "limits", Target.USER, person(page, "sam"), None)
    assert offered(page, "sam")


async def test_one_allowed_role_outweighs_a_denied_one_and_everyone(page: LocalDiscord) -> None:
    everyone = page.world.guild(CLUB).id
    page.let_use(CLUB, "limits", Target.ROLE, everyone, False)
    assert not offered(page, "sam")
    page.let_use(CLUB, "limits", Target.ROLE, role(page), True)
    assert offered(page, "sam")
    assert not offered(page, "leo")


async def test_what_holds_for_all_commands_takes_away_but_gives_no_restricted_one(
    page: LocalDiscord,
) -> None:
    page.let_use(CLUB, None, Target.USER, person(page, "leo"), True)
    page.let_use(CLUB, None, Target.ROLE, role(page), False)
    assert not offered(page, "leo")
    assert not offered(page, "sam")
    page.let_use(CLUB, "limits", Target.ROLE, role(page), True)
    assert offered(page, "sam")


async def test_an_owner_is_never_locked_out(page: LocalDiscord) -> None:
    page.let_use(CLUB, "limits", Target.USER, person(page, "olga"), False)
    assert offered(page, "olga")


async def test_a_channel_can_be_the_only_one(page: LocalDiscord) -> None:
    guild, mods = page.world.guild(CLUB).id, page.world.channel("mods").id
    page.let_use(CLUB, "limits", Target.CHANNEL, guild - 1, False)
    page.let_use(CLUB, None, Target.CHANNEL, mods, True)
    assert offered(page, "sam", "mods")
    assert not offered(page, "sam", "films")


async def test_a_bot_reads_the_page_and_is_told_of_changes_whatever_its_intents(
    page: LocalDiscord, bot: Bot
) -> None:
    guild, application = page.world.guild(CLUB).id, page.world.application.id
    command = page.state.commands.id_of(guild, "limits")
    async with bot.session.ws_connect(page.gateway_url) as opened:
        socket = Socket(opened, page.token)
        await socket.identify(intents=0)
        page.let_use(CLUB, "limits", Target.ROLE, role(page), False)
        told = await socket.until("APPLICATION_COMMAND_PERMISSIONS_UPDATE")

    found = await bot.ask("GET", f"/applications/{application}/guilds/{guild}/commands/permissions")

    assert found.body == [told["d"]]
    of_one = f"/applications/{application}/guilds/{guild}/commands/{command}/permissions"
    assert (await bot.ask("GET", of_one)).body == told["d"]
    assert (await bot.ask("GET", of_one.replace(str(command), "5"))).verdict == (404, 10066)
    assert told["d"] == {
        "id": str(command),
        "application_id": str(application),
        "guild_id": str(guild),
        "permissions": [{"id": str(role(page)), "type": 1, "permission": False}],
    }
