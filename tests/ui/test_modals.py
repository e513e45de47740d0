"""Forms: what is written in them survives refusals and restarts."""

import types

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.errors import Refusal
from bot.ui.items import CustomId, Verb
from bot.ui.modals import (
    FIELDS,
    draft,
    form,
    kept_text,
    read_draft,
    read_kept,
    texts_of,
    with_texts,
)
from bot.video.models import AspectRatio, Quality, Shot, ShotType, Sound, VideoSpec

TASK = "abcdefghij0123456789"
FOX = VideoSpec(prompt="a fox in the snow", negative_prompt="people")
SPECS = st.builds(
    VideoSpec,
    prompt=st.just(""),
    duration=st.integers(3, 15),
    aspect_ratio=st.sampled_from(AspectRatio),
    quality=st.sampled_from(Quality),
    sound=st.sampled_from(Sound),
    watermark=st.booleans(),
    shot_type=st.just(ShotType.CUSTOMIZE),
)


@given(SPECS)
def test_the_options_of_unwritten_shots_fit_into_a_custom_id(spec: VideoSpec) -> None:
    assert read_draft(draft(spec)) == spec
    assert CustomId.parse(str(CustomId(Verb.SHOTS, draft(spec)))) is not None


@pytest.mark.parametrize("forged", ["", "5", "5.9.0.0.0", "a.b.c.d.e", "5.0.0.0.0.0"])
def test_forged_options_are_refused(forged: str) -> None:
    with pytest.raises(Refusal):
        read_draft(forged)


def test_shots_are_offered_as_they_were_written() -> None:
    shots = (Shot(prompt="a fox wakes", seconds=3), Shot(prompt="it runs", seconds=2))
    film = replace(FOX, prompt="", shot_type=ShotType.CUSTOMIZE, shots=shots)

    assert texts_of(film)["shots"] == "3 a fox wakes\n2 it runs"
    assert with_texts(film, texts_of(film)) == film


def test_writing_shots_begins_with_the_prompt_on_one_line() -> None:
    film = replace(FOX, prompt="a fox\nin the snow", shot_type=ShotType.CUSTOMIZE)

    assert texts_of(film)["shots"] == "a fox in the snow"


async def test_a_form_is_filled_and_within_what_discord_takes() -> None:
    longest = {name: "x" * 5000 for name in FIELDS}

    sent = form(Verb.EDIT, TASK, longest, "es-ES").to_dict()

    for label in sent["components"]:
        field = label["component"]
        assert len(label["label"]) <= 45
        assert len(field["value"]) <= field["max_length"] <= 4000


async def test_an_open_form_is_not_kept_in_memory() -> None:
    assert form(Verb.EDIT, TASK, texts_of(FOX), "en-US").is_finished()


@pytest.mark.parametrize(
    "text", ["plain", "  spaces  ", "``` fenced ```", "two\nlines", "@everyone [x](http://y)"]
)
async def test_a_refused_text_comes_back_letter_by_letter(text: str) -> None:
    texts = {"prompt": text, "negative_prompt": ""}

    view = kept_text(Verb.EDIT, TASK, texts, "Too long.", "en-US")

    assert read_kept(_as_received(view), list(texts)) == texts


async def test_a_refused_text_of_the_greatest_length_still_fits_into_a_message() -> None:
    texts = {"prompt": "a" * 2500, "negative_prompt": "b" * 2500}

    view = kept_text(Verb.EDIT, TASK, texts, "Too long.", "en-US")

    assert view.content_length() <= 4000


def _as_received(view: discord.ui.LayoutView) -> discord.Message:
    shown = [
        discord.TextDisplay(each)  # type: ignore[arg-type]
        for each in view.to_components()
        if each["type"] == discord.ComponentType.text_display.value
    ]
    return types.SimpleNamespace(components=shown)  # type: ignore[return-value]
