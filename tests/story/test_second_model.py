"""A second model is an entry in the table, its name in the texts, and what the playground knows."""

import sys
from decimal import Decimal
from typing import Any

import pytest

from bot.client import cogs
from bot.playground.evolink import contract
from bot.playground.guild import Message
from bot.ui.languages import LANGUAGES, catalogue
from bot.ui.panel import find
from bot.video.values.catalogue import (
    DEFAULT_MODEL,
    MODELS,
    AspectRatio,
    Model,
    PriceTable,
    Quality,
    ShotType,
    Sound,
)
from tests.story.board import Board
from tests.story.harness import Harness

DREAM = Model(
    id="dream-1",
    durations=(6, 10),
    usual_duration=10,
    aspect_ratios=(AspectRatio.WIDE, AspectRatio.TALL),
    qualities=(Quality.HIGH,),
    sounds=(Sound.OFF, Sound.ON),
    shot_types=tuple(ShotType),
    has_watermark=False,
    prompt_limit=1000,
    shot_prompt_limit=200,
    shots_limit=3,
    prices=PriceTable(
        as_of="2026-11-29",
        units_per_second=100_000,
        factors={(Quality.HIGH, Sound.OFF): Decimal(1), (Quality.HIGH, Sound.ON): Decimal("1.2")},
    ),
)
PAGE = contract.Model(
    durations=(6, 10),
    default_duration=10,
    aspect_ratios=("16:9", "9:16"),
    prices={("1080p", "off"): 100_000, ("1080p", "on"): 120_000},
    longest_prompt=1000,
    longest_shot_prompt=200,
    most_shots=3,
)


@pytest.fixture(autouse=True)
def dream(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that a second model touches: the table, the texts, the playground's own copy."""
    monkeypatch.setitem(MODELS, DREAM.id, DREAM)
    for language in LANGUAGES:
        monkeypatch.setitem(catalogue(language).by_key, f"choice.model.{DREAM.id}", "Dream 1")
    monkeypatch.setitem(contract.MODELS, DREAM.id, PAGE)
    for cog in cogs():  # commands offer what there was when they were imported
        monkeypatch.delitem(sys.modules, cog, raising=False)


def body(harness: Harness, number: int = 1) -> dict[str, Any]:
    """What the video API was sent, by the number of the request."""
    sent = harness.api.requests[number - 1].body
    assert isinstance(sent, dict)
    return sent


async def refused(harness: Harness, **options: object) -> str:
    sent = await harness.video(model=DREAM.id, **options)
    assert sent.message is not None
    assert sent.message.only_for is not None
    return sent.message.text


async def test_the_command_offers_the_choice_and_what_any_model_makes(harness: Harness) -> None:
    async with harness.bot():
        offered = {each["name"]: each for each in harness.discord.actor("maya").offered("films")}

    options = {each["name"]: each for each in offered["video"]["options"]}
    model = [(each["name"], each["value"]) for each in options["model"]["choices"]]
    assert model == [("Kling 3, text to video", DEFAULT_MODEL), ("Dream 1", DREAM.id)]
    assert (options["duration"]["min_value"], options["duration"]["max_value"]) == (3, 15)
    assert "model" in {each["name"] for each in offered["storyboard"]["options"]}


async def test_lengths_are_those_of_the_chosen_model_at_its_prices(harness: Harness) -> None:
    async with harness.bot():
        maya = harness.discord.actor("maya")
        values = {"duration": "", "model": DREAM.id, "sound": "on"}
        lengths = await maya.autocomplete("films", "video", values, focused="duration")
        impossible = {"duration": "", "model": DREAM.id, "quality": "720p"}
        none = await maya.autocomplete("films", "video", impossible, focused="duration")

    assert [each["value"] for each in lengths] == [6, 10]
    assert "72 credits" in lengths[0]["name"]
    assert list(none) == []


async def test_it_is_made_shown_and_paid_as_what_it_is(harness: Harness) -> None:
    async with harness.bot():
        sent = await harness.video(model=DREAM.id)
        assert sent.message is not None
        card = sent.message.text
        film = await harness.film()
        again = (await harness.press("sam", film, "Again")).message
        assert again is not None
        once_more = again.text
        await harness.film(2)
        other = (await harness.video()).message
        assert other is not None
        plain = other.text
        await harness.film(3)

    assert "Dream 1" in card
    assert "100 credits" in card
    assert "Dream 1" in once_more
    assert "Kling 3" in plain
    bodies = [body(harness, number) for number in (1, 2, 3)]
    made = [(each["model"], each["quality"], each["duration"]) for each in bodies]
    assert made == [
        (DREAM.id, "1080p", 10),
        (DREAM.id, "1080p", 10),
        (DEFAULT_MODEL, "720p", 5),
    ]


async def test_what_it_cannot_make_is_refused_with_what_it_can(harness: Harness) -> None:
    async with harness.bot():
        too_short = await refused(harness, duration=3)
        too_plain = await refused(harness, quality="720p")
        square = await refused(harness, aspect_ratio="1:1")
        marked = await refused(harness, watermark=True)
        wordy = await refused(harness, prompt="x" * 1001)

    assert "Dream 1" in too_short
    assert "6 and 10" in too_short
    assert "1080p" in too_plain
    assert "16:9" in square
    assert "watermark" in marked
    assert "1,000" in wordy
    assert harness.api.requests == []


async def test_a_form_for_shots_keeps_the_model_also_after_a_refusal(harness: Harness) -> None:
    async with harness.bot():
        maya = harness.discord.actor("maya")
        sent = await harness.video(model=DREAM.id, shots="customize", duration=10)
        assert sent.modal is not None
        four = "a\nb\nc\nd"
        answer = await (await maya.submit(sent.modal, {"shots": four})).responded()
        again = await harness.press("maya", answer.message, "Open the form again")
        assert again.modal is not None
        await (await maya.submit(again.modal, {"shots": "a fox wakes\nit runs"})).responded()
        await harness.film()

    assert answer.message is not None
    assert "3" in answer.message.text
    assert (body(harness)["model"], body(harness)["duration"]) == (DREAM.id, 10)


async def test_an_edited_prompt_is_for_the_same_model(harness: Harness) -> None:
    async with harness.bot():
        maya = harness.discord.actor("maya")
        await harness.video(model=DREAM.id)
        form = (await harness.press("maya", await harness.film(), "Edit")).modal
        assert form is not None
        await (await maya.submit(form, {"prompt": "a wolf"})).responded()
        await harness.film(2)

    assert (body(harness, 2)["model"], body(harness, 2)["prompt"]) == (DREAM.id, "a wolf")


async def test_a_storyboard_is_written_and_rendered_for_it(harness: Harness) -> None:
    async with harness.bot():
        maya = harness.discord.actor("maya")
        await (await maya.command("films", "storyboard", {"model": DREAM.id})).responded()
        board = Board(harness)
        await board.shows("0 of 10 s", "Dream 1")
        await board.add("maya", "a fox wakes")
        await board.shows("6 of 10 s", "60 credits")
        await board.add("sam", "it runs\nit sleeps")
        full = await board.shows("10 of 10 s")
        form = await options_form(harness, full)
        await board.render("maya")
        await harness.film()

    assert "Add a shot" not in full.buttons
    assert form == ["aspect_ratio", "sound", "negative_prompt"]
    assert (body(harness)["model"], body(harness)["duration"]) == (DREAM.id, 10)


async def options_form(harness: Harness, board: Message) -> list[str]:
    """The fields of the form with the board's options."""
    panel = await harness.told("maya", board, "More")
    form = (await harness.press("maya", panel, "Options")).modal
    assert form is not None
    return [each["component"]["custom_id"] for each in form.components]


async def test_a_smaller_video_is_offered_of_the_same_model(harness: Harness) -> None:
    async with harness.bot(DEFAULT_DAILY_CREDITS="75"):
        sent = await harness.video(model=DREAM.id, sound="on")
        assert sent.message is not None
        label, _ = sent.message.buttons  # and the form again
        await harness.press("maya", sent.message, label)
        await harness.film()

    assert "6 s, 1080p, sound on: 72 credits" in label
    assert (body(harness)["model"], body(harness)["duration"]) == (DREAM.id, 6)


async def test_a_servers_default_is_made_where_nobody_chooses(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    guild = harness.discord.world.guild("Film club").id
    async with harness.bot() as app:
        for path, value in (("defaults.model", DREAM.id), ("defaults.quality", "720p")):
            await app.front.services.settings.change((guild, 1), path, value)
        await harness.video()
        await harness.film()
        choices = find("defaults.model").choices
        monkeypatch.delitem(MODELS, DREAM.id)
        await harness.video()
        await harness.film(2)

    assert choices == (DEFAULT_MODEL, DREAM.id)
    made = [body(harness)[each] for each in ("model", "quality", "duration")]
    assert made == [DREAM.id, "1080p", 10]
    assert body(harness, 2)["model"] == DEFAULT_MODEL


async def test_nothing_is_made_of_a_model_that_is_gone_and_all_is_still_shown(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with harness.bot():
        maya = harness.discord.actor("maya")
        await harness.video(model=DREAM.id)
        film = await harness.film()
        sent = await harness.video(model=DREAM.id, shots="customize")
        assert sent.modal is not None
        await (await maya.command("films", "storyboard", {"model": DREAM.id})).responded()
        board = Board(harness)
        await board.shows("0 of 10 s")
        await board.add("maya", "a fox wakes")
        await board.shows("6 of 10 s")
        monkeypatch.delitem(MODELS, DREAM.id)
        for language in LANGUAGES:
            monkeypatch.delitem(catalogue(language).by_key, f"choice.model.{DREAM.id}")
        again = await harness.told("maya", film, "Again")
        asked = await refused(harness)
        form = (await (await maya.submit(sent.modal, {"shots": "a fox"})).responded()).message
        await board.add("sam", "it runs")
        stuck = await board.shows("it runs")
        listed = (await (await maya.command("films", "videos list")).responded()).message
        assert listed is not None
        details = await harness.told("maya", listed, "Show")

    assert form is not None
    assert form.only_for is not None
    assert DREAM.id in again.text
    assert DREAM.id in asked
    assert DREAM.id in stuck.text
    assert "Render" not in stuck.buttons
    assert DREAM.id in details.text
    assert len(harness.api.requests) == 1
