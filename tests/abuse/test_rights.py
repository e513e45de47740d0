"""Old cards and forged ids do nothing for people who lost access or are somewhere else."""

from dataclasses import replace as with_changes
from typing import Any

import pytest

from bot.errors import Reason
from bot.playground.guild import LocalDiscord, Target
from bot.playground.guild.permissions import Permission
from bot.ui.items import Verb
from bot.ui.needs import NEEDS, About
from bot.video.moderation import acts
from bot.video.servers.audit import Act
from bot.video.values.contents import BoardContent
from bot.video.values.videos import State
from tests.abuse.pressed import Pressed
from tests.cogs.harness import Harness, shown
from tests.cogs.steps import FOX, put
from tests.statements import owed_posts

CLUB, OTHER = "Film club", "Other club"
OF_FILMS = frozenset({About.FILM, About.PUBLIC_FILM, About.POSTED_FILM})
FREE = {  # what nobody can be shut out from: one's own, and telling moderators
    Verb.DELETE, Verb.DELETE_YES, Verb.CANCEL, Verb.QUIET, Verb.NOTIFY, Verb.WHY, Verb.REPORT,
    Verb.MORE,
    Verb.FORGET,
}  # fmt: skip


@pytest.fixture
async def discord(discord: LocalDiscord) -> LocalDiscord:
    """The demo's server, and a second one with the same people and the bot."""
    world = discord.world
    club = world.guild(CLUB)
    id = club.id + 1000
    roles = (with_changes(club.roles[0], id=id), *club.roles[1:])
    world.guilds[id] = with_changes(club, id=id, name=OTHER, roles=roles)
    hall = with_changes(world.channel("films"), id=id + 1, name="hall", guild_id=id)
    world.channels[hall.id] = hall
    return discord


@pytest.fixture
async def pressed(harness: Harness) -> Pressed:
    """A video of Maya's and a board, in #general; its moderators look into #general too."""
    maya = harness.discord.actor("maya")
    await shown(await maya.command("general", "video", FOX))
    await harness.told()
    await harness.posted()
    await shown(await maya.command("general", "storyboard", {"title": "Fox"}))
    await put(harness, "moderators_channel", harness.discord.world.channel("general").id)
    owed = await harness.store.tx(owed_posts)
    board = next(each.content for each in owed if isinstance(each.content, BoardContent))
    card = await harness.film()
    draft = "d" * 20
    drafted = {"id": draft, "parent_id": card.task.id}
    request = card.request
    leo = harness.discord.world.user("leo").id
    offered = type(request)(
        **{each: getattr(request, each) for each in request.__struct_fields__}
        | {**drafted, "user_id": leo}
    )
    await harness.store.tx(lambda books: books.add_request(offered))
    names = {
        "film": card.task.id,
        "board": board.board_id,
        "draft": draft,
    }
    return Pressed(harness, names)


async def close(harness: Harness, channel: str, who: str, *bits: Permission) -> None:
    """Take permissions from a person in a channel, as an owner does; tells the bot."""
    changed = harness.discord.world.deny(channel, who, sum(bits))
    harness.discord.state.change_channel(changed.id)
    await harness.bot.wait_for("guild_channel_update", timeout=5)


def kinds(pressed: Pressed, *about: About) -> set[tuple[Verb, bool]]:
    """Every press and form that is about one of these."""
    both = [(verb, False) for verb in pressed.buttons] + [(verb, True) for verb in pressed.forms]
    return {(verb, is_form) for verb, is_form in both if NEEDS[verb].about in about}


def test_every_verb_says_what_it_needs() -> None:
    assert set(NEEDS) == set(Verb)
    forms = {verb for verb, need in NEEDS.items() if need.about is About.FORM}
    assert {verb for verb, need in NEEDS.items() if not need.commands} == FREE | forms


async def test_who_sees_and_may_is_let_through_everywhere(pressed: Pressed) -> None:
    everything = {(verb, False) for verb in pressed.buttons} | {
        (verb, True) for verb in pressed.forms
    }
    assert {verb for verb, _ in everything} == set(Verb)
    let_through = await pressed.all("olga", "general")

    # The draft is Leo's, and of nobody else.
    assert everything - let_through == {(Verb.SMALLER, False)}


async def test_who_lost_sight_of_a_channel_presses_in_vain_elsewhere(pressed: Pressed) -> None:
    harness = pressed.harness
    await close(harness, "general", "leo", Permission.VIEW_CHANNEL)
    for command in ("moderate", "settings", "limits", "rules"):
        who = harness.discord.world.user("leo").id
        harness.discord.let_use(CLUB, command, Target.USER, who, True)

    let_through = await pressed.all("leo", "films")

    about = (*OF_FILMS, About.BOARD, About.DRAFT, About.FORM, About.MODERATORS)
    assert not let_through & kinds(pressed, *about)
    assert let_through == kinds(pressed, About.NOTHING)


async def test_who_lost_the_right_presses_in_vain(pressed: Pressed) -> None:
    harness = pressed.harness
    who = harness.discord.world.user("leo").id
    harness.discord.let_use(CLUB, None, Target.USER, who, False)

    let_through = await pressed.all("leo", "general")

    assert {verb for verb, _ in let_through} == FREE


async def test_who_is_in_another_server_presses_in_vain(pressed: Pressed) -> None:
    let_through = await pressed.all("olga", "hall")

    assert not let_through & kinds(pressed, *OF_FILMS, About.BOARD, About.DRAFT, About.FORM)
    assert not let_through & kinds(pressed, About.MODERATORS)


async def test_who_may_not_write_in_a_place_has_nothing_written_there(pressed: Pressed) -> None:
    harness = pressed.harness
    await close(harness, "general", "leo", Permission.SEND_MESSAGES)

    let_through = await pressed.all("leo", "general")

    assert not {verb for verb, _ in let_through if NEEDS[verb].writes}
    assert not {verb for verb, _ in let_through if NEEDS[verb].about is About.FORM}


async def test_a_card_is_dead_once_the_moderators_look_elsewhere(pressed: Pressed) -> None:
    harness = pressed.harness
    await put(harness, "moderators_channel", harness.discord.world.channel("mods").id)

    let_through = await pressed.all("sam", "general")

    assert not let_through & kinds(pressed, About.MODERATORS)


async def test_what_a_moderator_took_away_offers_nothing_to_its_requester(harness: Harness) -> None:
    maya, sam = harness.discord.actor("maya"), harness.discord.actor("sam")
    await shown(await maya.command("films", "video", FOX))
    await harness.told()
    await harness.posted()
    task_id = (await harness.film()).task.id
    details = await shown(await maya.command("films", "videos show", {"id": task_id}))
    act = Act(server_id=harness.discord.world.guild(CLUB).id, by=sam.user.id,
              now=harness.clock.now(), choose=lambda letters: letters[0])  # fmt: skip
    await harness.store.tx(acts.purge, act, task_id)

    for label in ("Again", "Edit"):
        refused = await shown(await maya.press(details, label=label))
        assert "removed this video" in refused.text
    hers = await shown(await maya.command("films", "videos show", {"id": task_id}))
    listed = await shown(await maya.command("films", "videos list"))
    theirs = await shown(await sam.command("films", "videos show", {"id": task_id}))

    assert not hers.buttons
    assert "fox" not in hers.text + listed.text
    assert "fox" in theirs.text
    assert len(await harness.films()) == 1


ENDS: list[dict[str, Any]] = [
    {"to": State.HELD},
    {"to": State.CANCELLED, "reason": Reason.DENIED},
    {"to": State.CANCELLED, "reason": Reason.CANCELLED},
    {"to": State.FAILED, "reason": Reason.TROUBLE},
    {"to": State.COMPLETED},  # and its message is nowhere
]


@pytest.mark.parametrize("end", ENDS, ids=str)
async def test_others_find_nothing_that_was_never_posted(
    harness: Harness, end: dict[str, Any]
) -> None:
    maya, leo, sam = map(harness.discord.actor, ("maya", "leo", "sam"))
    await shown(await maya.command("films", "video", FOX))
    await harness.told()
    task_id = (await harness.film()).task.id
    news = dict(end)
    to = news.pop("to")
    await harness.store.tx(lambda b: b.move_from(task_id, frozenset(State), to, **news))
    sought = {"person": str(maya.user.id)}

    found = await shown(await leo.command("films", "videos list", sought))
    details = await shown(await leo.command("films", "videos show", {"id": task_id}))
    hers = await shown(await maya.command("films", "videos list"))
    theirs = await shown(await sam.command("films", "videos list", sought))

    assert "fox" not in found.text + details.text
    assert "fox" in hers.text
    assert "fox" in theirs.text


async def test_others_find_nothing_that_was_taken_down_since(harness: Harness) -> None:
    maya, leo = harness.discord.actor("maya"), harness.discord.actor("leo")
    await shown(await maya.command("films", "video", FOX))
    await harness.told()
    await harness.posted()
    sought = {"person": str(maya.user.id)}
    before = await shown(await leo.command("films", "videos list", sought))
    task_id = (await harness.film()).task.id
    await harness.videos.delete(task_id, by=maya.user.id, may_moderate=False)

    after = await shown(await leo.command("films", "videos list", sought))

    assert "fox" in before.text
    assert "fox" not in after.text


async def test_pages_of_a_list_are_turned_only_by_who_may_still_list(harness: Harness) -> None:
    leo = harness.discord.actor("leo")
    for number in range(11):
        await shown(await leo.command("films", "video", {"prompt": f"fox {number}"}))
        await harness.told()
    listed = await shown(await leo.command("films", "videos list"))
    harness.discord.let_use(CLUB, "videos", Target.USER, leo.user.id, False)
    await harness.bot.wait_for("raw_app_command_permissions_update", timeout=5)

    refused = await shown(await leo.press(listed, label="Older"))

    assert "let you use `/videos`" in refused.text
