"""Words that Discord itself blocks, and its refusals that last."""

import pytest

from bot.video.values.videos import State
from tests.cogs.harness import Harness, shown
from tests.cogs.steps import ask

CALLBACK = "POST /interactions/*/callback"
THREADS = "POST /channels/*/threads"


@pytest.mark.parametrize(("code", "says"), [(200000, "AutoMod"), (240000, "link")])
async def test_who_is_stopped_by_automod_reads_that_the_words_are_the_reason(
    harness: Harness, code: int, says: str
) -> None:
    harness.discord.faults.add(CALLBACK, status=400, code=code)

    told = await shown(await ask(harness))

    assert says in told.text
    assert "weren't charged" in told.text
    assert told.only_for is not None
    assert (await harness.film()).task.state is State.CANCELLED


async def test_a_form_stopped_by_automod_gives_its_words_back_where_nobody_reads_them(
    harness: Harness,
) -> None:
    leo = harness.discord.actor("leo")
    values = {"prompt": "a fox", "shots": "customize"}
    form = (await (await leo.command("films", "video", values)).responded()).modal
    assert form is not None
    harness.discord.faults.add(CALLBACK, status=400, code=200000)

    told = await shown(await leo.submit(form, {"shots": "a rude fox"}))
    again = (await (await leo.press(told, label="Open the form again")).responded()).modal

    assert "AutoMod" in told.text
    assert "rude" not in told.text
    assert again is not None
    assert again.components[0]["component"]["value"] == "a rude fox"


@pytest.mark.parametrize(
    ("status", "code"), [(403, 40333), (403, 40004), (400, 20028), (400, 20029)]
)
async def test_a_first_response_that_discord_puts_off_is_tried_again(
    harness: Harness, status: int, code: int
) -> None:
    met = harness.discord.faults.add(CALLBACK, status=status, code=code)

    await shown(await ask(harness))
    await harness.told()

    assert met
    assert (await harness.film()).task.state is State.QUEUED


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (400, 160006, "as many active threads"),
        (403, 20035, "in this channel"),
        (403, 50013, "permission"),
        (400, 50024, "in this channel"),
        (400, 200001, "AutoMod"),
        (429, 0, "wait 100 s"),
    ],
)
async def test_a_thread_that_discord_does_not_make_is_explained_for_what_it_is(
    harness: Harness, status: int, code: int, says: str
) -> None:
    leo = harness.discord.actor("leo")
    harness.discord.faults.add(THREADS, status=status, code=code, retry_after=100)

    await (await leo.command("films", "storyboard", {"thread": True})).responded()
    await harness.discord.changed(lambda: bool(replies(harness)))

    assert says in replies(harness)[-1]


def replies(harness: Harness) -> list[str]:
    """What only one person reads, and says something."""
    private = [one for one in harness.discord.messages("films") if one.only_for is not None]
    return [one.text for one in private if one.text and not one.loading]
