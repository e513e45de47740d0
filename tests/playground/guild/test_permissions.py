"""Permissions come from roles, then from the channel's overwrites in Discord's order."""

from dataclasses import replace

import pytest

from bot.playground.guild import Channel, Overwrite, Permission, Role, World
from bot.playground.guild.permissions import ALL, effective, granted
from bot.playground.guild.world import ChannelKind

VIEW, SEND = Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES


def overwritten(world: World, *overwrites: Overwrite) -> Channel:
    return world.change_channel("films", overwrites=overwrites)


def everyone(world: World, allow: int = 0, deny: int = 0) -> Overwrite:
    guild = world.guild("Film club").id
    return Overwrite(target_id=guild, is_role=True, allow=allow, deny=deny)


def moderators(world: World, allow: int = 0, deny: int = 0) -> Overwrite:
    role = world.guild("Film club").roles[1].id
    return Overwrite(target_id=role, is_role=True, allow=allow, deny=deny)


def person(world: World, name: str, allow: int = 0, deny: int = 0) -> Overwrite:
    return Overwrite(target_id=world.user(name).id, is_role=False, allow=allow, deny=deny)


def test_a_role_overrules_everyone_and_a_person_overrules_the_role(world: World) -> None:
    sam = world.user("sam").id
    films = overwritten(world, everyone(world, deny=SEND), moderators(world, allow=SEND))
    assert effective(world, sam, films) & SEND
    assert not effective(world, world.user("maya").id, films) & SEND
    films = overwritten(world, moderators(world, allow=SEND), person(world, "sam", deny=SEND))
    assert not effective(world, sam, films) & SEND


def test_who_does_not_see_a_channel_can_do_nothing_there(world: World) -> None:
    films = overwritten(world, everyone(world, deny=VIEW))
    maya = world.user("maya").id
    assert effective(world, maya, films) == 0
    assert granted(world, maya, films) & SEND


def test_who_cannot_write_attaches_nothing(world: World) -> None:
    films = overwritten(world, everyone(world, deny=SEND))
    assert not effective(world, world.user("maya").id, films) & Permission.ATTACH_FILES


def test_owners_and_administrators_may_do_everything(world: World) -> None:
    films = overwritten(world, everyone(world, deny=VIEW))
    assert effective(world, world.user("olga").id, films) == ALL
    guild = world.guild("Film club")
    admin = Role(id=guild.roles[1].id, name="Admins", permissions=Permission.ADMINISTRATOR)
    world.change_guild(guild.id, roles=(guild.roles[0], admin))
    assert effective(world, world.user("sam").id, films) == ALL


def test_a_thread_has_the_rights_of_its_parent(world: World) -> None:
    films = overwritten(world, person(world, "maya", deny=VIEW))
    thread = replace(films, id=5, kind=ChannelKind.PUBLIC_THREAD, parent_id=films.id, overwrites=())
    assert effective(world, world.user("maya").id, thread) == 0
    assert effective(world, world.user("leo").id, thread) & VIEW


def test_a_direct_conversation_is_for_its_two_people(world: World) -> None:
    direct = world.channel("@maya")
    assert effective(world, world.user("maya").id, direct) & SEND
    assert effective(world, world.user("leo").id, direct) == 0


def test_who_left_the_server_may_do_nothing(world: World) -> None:
    world.leave("Film club", "maya")
    assert effective(world, world.user("maya").id, world.channel("films")) == 0


@pytest.mark.parametrize("kind", ["user", "channel", "guild"])
def test_who_or_what_is_not_there_is_named(kind: str, world: World) -> None:
    with pytest.raises(LookupError, match="nobody-there"):
        getattr(world, kind)("nobody-there")
