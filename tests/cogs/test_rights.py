"""A server's integration page decides for commands, old buttons, forms and forged ones."""

import pytest

from bot.playground.guild import Message, NotPossible, Target
from bot.ui.items import Verb
from tests.cogs.harness import Harness, shown
from tests.cogs.steps import FOX, asked, buttons, finished, put
from tests.fakes import settle

CLUB = "Film club"
PAGE = "GET /applications/*/guilds/*/commands/permissions"


def let_use(harness: Harness, command: str | None, name: str, allowed: bool | None) -> None:
    """What an owner sets for a person in the integration page."""
    who = harness.discord.world.user(name).id
    harness.discord.let_use(CLUB, command, Target.USER, who, allowed)


async def told(harness: Harness) -> None:
    """The bot has heard of every change of the page."""
    await harness.bot.wait_for("raw_app_command_permissions_update", timeout=5)


async def test_a_role_that_the_server_lets_in_sets_limits_and_undoes_them(harness: Harness) -> None:
    everyone = harness.discord.world.guild(CLUB).id
    harness.discord.let_use(CLUB, "limits", Target.ROLE, everyone, True)
    leo = harness.discord.actor("leo")

    answer = await shown(await leo.command("films", "limits set", {"amount": "3"}))
    assert "everyone**: 3 videos a day" in answer.text
    undone = await shown(await leo.press(answer, label="Undo"))

    assert "Undone" in undone.text


async def test_a_moderator_who_was_shut_out_is_refused_on_a_button_drawn_before(
    harness: Harness,
) -> None:
    sam = harness.discord.actor("sam")
    answer = await shown(await sam.command("films", "limits set", {"amount": "1"}))
    let_use(harness, "limits", "sam", False)
    await told(harness)

    refused = await shown(await sam.press(answer, label="Undo"))

    assert "doesn't let you use `/limits`" in refused.text
    with pytest.raises(NotPossible):
        await sam.command("films", "limits show")
    assert "1 video a day" in (await limits(harness)).text


async def limits(harness: Harness) -> Message:
    return await shown(await harness.discord.actor("olga").command("films", "limits show"))


async def test_a_form_opened_before_the_server_shut_somebody_out_changes_nothing(
    harness: Harness,
) -> None:
    sam = harness.discord.actor("sam")
    panel = await shown(await sam.command("films", "settings"))
    money = await sam.choose(panel, "v1:settings:go", ["money"])
    await money.responded()
    form = (await (await sam.press(panel, custom_id="v1:set:budget")).responded()).modal
    assert form is not None
    let_use(harness, "settings", "sam", False)
    await told(harness)

    refused = await shown(await sam.submit(form, {"value": "5"}))

    assert "doesn't let you use `/settings`" in refused.text
    server_id = harness.discord.world.guild(CLUB).id
    assert (await harness.store.tx(lambda books: books.settings(server_id))).budget is None


async def test_who_is_neither_let_in_nor_a_moderator_is_refused_whatever_they_forge(
    harness: Harness,
) -> None:
    let_use(harness, "moderate", "leo", True)  # and nobody else
    await asked(harness)
    task_id = (await harness.film()).task.id
    drawn = await buttons(harness, Verb.STOP, task_id=task_id)
    await put(harness, "moderators_channel", harness.discord.world.channel("films").id)
    maya, leo = harness.discord.actor("maya"), harness.discord.actor("leo")

    refused = await shown(await maya.press(drawn, label=Verb.STOP.value))
    assert "Moderate" in refused.text
    assert (await harness.film()).task.ended_at is None
    await (await leo.press(drawn, label=Verb.STOP.value)).responded()

    assert (await harness.film()).task.ended_at is not None


async def test_who_may_not_use_video_makes_no_film_by_a_button_or_a_form_either(
    harness: Harness,
) -> None:
    film = await finished(harness)
    leo = harness.discord.actor("leo")
    form = (await (await leo.press(film, label="Edit")).responded()).modal
    assert form is not None
    let_use(harness, "video", "leo", False)
    await told(harness)

    again = await shown(await leo.press(film, label="Again"))
    edited = await shown(await leo.submit(form, {"prompt": "two foxes"}))

    assert "doesn't let you use `/video`" in again.text
    assert "doesn't let you use `/video`" in edited.text
    assert len(await harness.films()) == 1


async def test_a_channel_closed_to_video_is_closed_to_its_buttons(harness: Harness) -> None:
    film = await finished(harness)
    films = harness.discord.world.channel("films").id
    harness.discord.let_use(CLUB, None, Target.CHANNEL, films, False)

    again = await shown(await harness.discord.actor("leo").press(film, label="Again"))

    assert "doesn't let you use `/video` here" in again.text


async def test_while_the_page_cannot_be_read_the_default_holds_and_then_what_it_said_last(
    harness: Harness,
) -> None:
    harness.discord.faults.add(PAGE, status=503, times=None)
    sam, leo = harness.discord.actor("sam"), harness.discord.actor("leo")
    answer = await shown(await sam.command("films", "limits set", {"amount": "1"}))
    undo = answer.buttons["Undo"]["custom_id"]
    forged = await shown(await leo.press(answer, custom_id=undo, forced=True))
    assert "You need Moderate Members" in forged.text

    harness.discord.faults.clear()
    let_use(harness, "limits", "sam", False)
    refused = await shown(await sam.press(answer, label="Undo"))
    assert "doesn't let you use `/limits`" in refused.text
    harness.discord.faults.add(PAGE, status=503, times=None)
    let_use(harness, "limits", "sam", True)
    await told(harness)

    refused = await shown(await sam.press(answer, label="Undo"))

    assert "doesn't let you use `/limits`" in refused.text


async def test_the_page_is_asked_for_once_in_a_while_not_for_every_press(harness: Harness) -> None:
    sam = harness.discord.actor("sam")
    for _ in range(3):
        await shown(await sam.command("films", "limits show"))

    assert len(harness.discord.requests.matching(PAGE)) == 1


async def test_video_itself_waits_for_no_look_at_the_page(harness: Harness) -> None:
    await shown(await harness.discord.actor("maya").command("films", "video", FOX))

    assert harness.discord.requests.matching(PAGE) == []


@pytest.mark.long
async def test_what_changed_before_a_new_session_counts_after_it(harness: Harness) -> None:
    """As after a shard was another process's for a while."""
    await harness.bot.wait_for("ready", timeout=20)
    sam = harness.discord.actor("sam")
    answer = await shown(await sam.command("films", "limits set", {"amount": "1"}))
    harness.discord.gateway.refusing = True
    harness.discord.gateway.invalidate()
    let_use(harness, "limits", "sam", False)
    harness.discord.gateway.refusing = False
    await harness.bot.wait_for("shard_ready", timeout=20)
    await settle()

    refused = await shown(await sam.press(answer, label="Undo"))

    assert "doesn't let you use `/limits`" in refused.text
