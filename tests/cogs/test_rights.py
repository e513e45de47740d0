"""Who a server lets in through its integration page, and whom it shuts out: commands, old buttons,
forms and forged ones."""

import pytest

from bot.playground.guild import Message, NotPossible, Target
from bot.ui.items import Verb
from tests.cogs.steps import FOX, asked, buttons, finished, put
from tests.local_bot import Local, shown

CLUB = "Film club"
PAGE = "GET /applications/*/guilds/*/commands/permissions"


def let_use(local: Local, command: str | None, name: str, allowed: bool | None) -> None:
    """What an owner sets for a person in the integration page."""
    who = local.discord.world.user(name).id
    local.discord.let_use(CLUB, command, Target.USER, who, allowed)


async def told(local: Local) -> None:
    """The bot has heard of every change of the page."""
    await local.bot.wait_for("raw_app_command_permissions_update", timeout=5)


async def test_a_role_that_the_server_lets_in_sets_limits_and_undoes_them(local: Local) -> None:
    everyone = local.discord.world.guild(CLUB).id
    local.discord.let_use(CLUB, "limits", Target.ROLE, everyone, True)
    leo = local.discord.actor("leo")

    answer = await shown(await leo.command("films", "limits set", {"amount": "3"}))
    assert "everyone**: 3 videos a day" in answer.text
    undone = await shown(await leo.press(answer, label="Undo"))

    assert "Undone" in undone.text


async def test_a_moderator_who_was_shut_out_is_refused_on_a_button_drawn_before(
    local: Local,
) -> None:
    sam = local.discord.actor("sam")
    answer = await shown(await sam.command("films", "limits set", {"amount": "1"}))
    let_use(local, "limits", "sam", False)
    await told(local)

    refused = await shown(await sam.press(answer, label="Undo"))

    assert "doesn't let you use `/limits`" in refused.text
    with pytest.raises(NotPossible):
        await sam.command("films", "limits show")
    assert "1 video a day" in (await limits(local)).text


async def limits(local: Local) -> Message:
    return await shown(await local.discord.actor("olga").command("films", "limits show"))


async def test_a_form_opened_before_the_server_shut_somebody_out_changes_nothing(
    local: Local,
) -> None:
    sam = local.discord.actor("sam")
    panel = await shown(await sam.command("films", "settings"))
    money = await sam.choose(panel, "v1:settings:go", ["money"])
    await money.responded()
    form = (await (await sam.press(panel, custom_id="v1:set:budget")).responded()).modal
    assert form is not None
    let_use(local, "settings", "sam", False)
    await told(local)

    refused = await shown(await sam.submit(form, {"value": "5"}))

    assert "doesn't let you use `/settings`" in refused.text
    server_id = local.discord.world.guild(CLUB).id
    assert (await local.store.tx(lambda books: books.settings(server_id))).budget is None


async def test_who_is_neither_let_in_nor_a_moderator_is_refused_whatever_they_forge(
    local: Local,
) -> None:
    let_use(local, "moderate", "leo", True)  # and nobody else
    await asked(local)
    task_id = (await local.film()).task.id
    drawn = await buttons(local, Verb.STOP, task_id=task_id)
    await put(local, "moderators_channel", local.discord.world.channel("films").id)
    maya, leo = local.discord.actor("maya"), local.discord.actor("leo")

    refused = await shown(await maya.press(drawn, label=Verb.STOP.value))
    assert "Moderate" in refused.text
    assert (await local.film()).task.ended_at is None
    await (await leo.press(drawn, label=Verb.STOP.value)).responded()

    assert (await local.film()).task.ended_at is not None


async def test_who_may_not_use_video_makes_no_film_by_a_button_or_a_form_either(
    local: Local,
) -> None:
    film = await finished(local)
    leo = local.discord.actor("leo")
    form = (await (await leo.press(film, label="Edit")).responded()).modal
    assert form is not None
    let_use(local, "video", "leo", False)
    await told(local)

    again = await shown(await leo.press(film, label="Again"))
    edited = await shown(await leo.submit(form, {"prompt": "two foxes"}))

    assert "doesn't let you use `/video`" in again.text
    assert "doesn't let you use `/video`" in edited.text
    assert len(await local.films()) == 1


async def test_a_channel_closed_to_video_is_closed_to_its_buttons(local: Local) -> None:
    film = await finished(local)
    films = local.discord.world.channel("films").id
    local.discord.let_use(CLUB, None, Target.CHANNEL, films, False)

    again = await shown(await local.discord.actor("leo").press(film, label="Again"))

    assert "doesn't let you use `/video` here" in again.text


async def test_while_the_page_cannot_be_read_the_default_holds_and_then_what_it_said_last(
    local: Local,
) -> None:
    local.discord.faults.add(PAGE, status=503, times=None)
    sam, leo = local.discord.actor("sam"), local.discord.actor("leo")
    answer = await shown(await sam.command("films", "limits set", {"amount": "1"}))
    undo = answer.buttons["Undo"]["custom_id"]
    forged = await shown(await leo.press(answer, custom_id=undo, forced=True))
    assert "You need Moderate Members" in forged.text

    local.discord.faults.clear()
    let_use(local, "limits", "sam", False)
    refused = await shown(await sam.press(answer, label="Undo"))
    assert "doesn't let you use `/limits`" in refused.text
    local.discord.faults.add(PAGE, status=503, times=None)
    let_use(local, "limits", "sam", True)
    await told(local)

    refused = await shown(await sam.press(answer, label="Undo"))

    assert "doesn't let you use `/limits`" in refused.text


async def test_the_page_is_asked_for_once_in_a_while_not_for_every_press(local: Local) -> None:
    sam = local.discord.actor("sam")
    for _ in range(3):
        await shown(await sam.command("films", "limits show"))

    assert len(local.discord.requests.matching(PAGE)) == 1


async def test_video_itself_waits_for_no_look_at_the_page(local: Local) -> None:
    await shown(await local.discord.actor("maya").command("films", "video", FOX))

    assert local.discord.requests.matching(PAGE) == []
