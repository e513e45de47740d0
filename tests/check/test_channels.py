"""What `check` says of channels that take permissions from the bot."""

from typing import Any

from bot.playground.guild import LocalDiscord, Permission
from tests.check.terminal import Portal, Terminal, server

DENY_FILES = str(1 << 15)


def channel(number: int, *overwrites: dict[str, Any], kind: int = 0) -> dict[str, Any]:
    return {
        "id": str(100 + number),
        "name": f"room-{number}",
        "type": kind,
        "position": number,
        "permission_overwrites": overwrites,
    }


def denied(whom: str, bits: str = DENY_FILES, *, member: bool = False) -> dict[str, Any]:
    return {"id": whom, "type": int(member), "allow": "0", "deny": bits}


async def test_channels_where_the_bot_lacks_a_right_are_named_with_it(terminal: Terminal) -> None:
    everyone, me, role = denied("1"), denied("4242", member=True), denied("77")
    back = {**denied("4242", "0", member=True), "allow": DENY_FILES}
    rooms = [
        channel(1, everyone), channel(2, me), channel(3, role), channel(4, denied("78")),
        channel(5, everyone, back), channel(6, denied("1", str(1 << 10))),
        channel(7, everyone, kind=4), channel(8, role, {**denied("79", "0"), "allow": DENY_FILES}),
    ]  # fmt: skip
    portal = Portal(servers=[server(1)], channels=rooms, roles=["77", "79"])

    assert await terminal.check(portal) == 0

    said = terminal.said("note     Server 1")
    lacking = [f"#room-{number} {100 + number} (Attach Files)" for number in (1, 2, 3)]
    assert said.endswith("; ".join([*lacking, "#room-6 106 (View Channel)"]))


async def test_the_list_of_channels_ends_somewhere(terminal: Terminal) -> None:
    rooms = [channel(number, denied("1")) for number in range(500)]

    await terminal.check(Portal(servers=[server(1)], channels=rooms))

    said = terminal.said("note     Server 1")
    assert said.count("#room-") == 10
    assert said.endswith("; and 490 more")


async def test_an_administrator_has_every_right_whatever_channels_say(terminal: Terminal) -> None:
    portal = Portal(servers=[server(1, 1 << 3)], channels=[channel(1, denied("1"))])
    await terminal.check(portal)
    assert "in every channel" in terminal.said("ok       Server 1")


async def test_names_of_channels_do_not_write_over_the_terminal(terminal: Terminal) -> None:
    room = {**channel(1, denied("1")), "name": "\x1b[2J\r\u202eroom"}
    await terminal.check(Portal(servers=[server(1)], channels=[room]))
    assert "#?[2J??room 101 (Attach Files)" in terminal.said("note     Server 1")


async def test_servers_that_are_not_served_are_not_looked_into(terminal: Terminal) -> None:
    portal = Portal(servers=[server(1), server(2)], channels=[channel(1, denied("2"))])
    await terminal.check(portal, SERVERS="1")
    assert "not served" in terminal.said("note     Server 2")


async def test_a_real_servers_channels_are_read_as_discord_reckons_them(terminal: Terminal) -> None:
    async with LocalDiscord() as discord:
        discord.places.deny("general", "@everyone", Permission.ATTACH_FILES)
        await terminal.check_at(discord.rest_url, discord.token)
    general = discord.world.channel("general")
    said = terminal.said(f"note     Server {general.guild_id}")
    assert f"#general {general.id} (Attach Files)" in said
