"""Forms: their text survives refusals and restarts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.errors import Refusal
from bot.ui.drafts import digest, draft, read_draft
from bot.ui.items import CustomId, Verb
from bot.ui.modals import LABELS, texts_of, video_form, with_texts
from bot.video.values.catalogue import DEFAULT_MODEL, MODELS, AspectRatio, Quality, ShotType, Sound
from bot.video.values.videos import Shot, VideoSpec

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


@pytest.mark.parametrize(
    ("written", "duration", "ratio", "quality", "sound", "watermark"),
    [
        ("5.0.0.1.0", 5, "16:9", "720p", "off", False),
        ("15.1.1.0.1", 15, "9:16", "1080p", "on", True),
        ("3.2.0.0.0", 3, "1:1", "720p", "on", False),
    ],
)
def test_a_form_that_was_opened_before_there_were_models_is_read(
    written: str, duration: int, ratio: str, quality: str, sound: str, watermark: bool
) -> None:
    spec = read_draft(written)

    assert spec.model == "kling-v3-text-to-video"
    assert (spec.duration, spec.aspect_ratio, spec.quality) == (duration, ratio, quality)
    assert (spec.sound, spec.watermark) == (sound, watermark)


def test_the_longest_options_fit_into_every_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MODELS, "m" * 60, MODELS[DEFAULT_MODEL])
    spec = VideoSpec(
        prompt="", duration=15, quality=Quality.HIGH, shot_type=ShotType.CUSTOMIZE, model="m" * 60
    )
    read = f"{TASK}.{draft(spec)}.{digest('people')}"
    for verb, subject in [
        (Verb.SHOTS, draft(spec)),
        (Verb.REWRITE, f"{Verb.SHOTS}:{draft(spec)}"),
        (Verb.BOARD_OPTIONS, read),
        (Verb.BOARD_REWRITE, f"{Verb.BOARD_OPTIONS}:{read}"),
    ]:
        assert CustomId.parse(str(CustomId(verb, subject))) is not None
    assert read_draft(draft(spec)) == spec


@pytest.mark.parametrize("forged", ["", "5", "5.9.0.0.0", "a.b.c.d.e", "5.0.0.0.0.0"])
def test_forged_options_are_refused(forged: str) -> None:
    with pytest.raises(Refusal):
        read_draft(forged)


def test_another_prompt_for_what_the_model_cuts_is_nobody_elses_any_more() -> None:
    shots = (Shot(prompt="a fox", seconds=5, author_id=7),)
    film = replace(FOX, shots=shots, shot_type=ShotType.INTELLIGENCE)

    assert with_texts(film, {"prompt": "a wolf"}).shots == ()


def test_a_number_in_front_of_a_prompt_is_not_taken_for_seconds() -> None:
    film = replace(FOX, prompt="3 little pigs", shot_type=ShotType.CUSTOMIZE)

    assert with_texts(film, texts_of(film)).shots == (
        Shot(prompt="3 little pigs", seconds=film.duration),
    )


@pytest.mark.parametrize(
    "words",
    ["Second dog enters", "segundo plano de una gata", "S curve", "3 pigs", "3 s", ": x", ". a"],
)
def test_shots_that_nobody_changed_stay_word_for_word(words: str) -> None:
    shots = (Shot(prompt=words, seconds=3), Shot(prompt="it runs", seconds=2))
    film = replace(FOX, prompt="", shot_type=ShotType.CUSTOMIZE, shots=shots)

    assert with_texts(film, texts_of(film)).shots == shots


def test_shots_are_offered_as_they_were_written() -> None:
    shots = (Shot(prompt="a fox wakes", seconds=3), Shot(prompt="it runs", seconds=2))
    film = replace(FOX, prompt="", shot_type=ShotType.CUSTOMIZE, shots=shots)

    assert texts_of(film)["shots"] == "3 a fox wakes\n2 it runs"
    assert with_texts(film, texts_of(film)) == film


def test_writing_shots_begins_with_the_prompt_on_one_line() -> None:
    film = replace(FOX, prompt="a fox\nin the snow", shot_type=ShotType.CUSTOMIZE)

    assert texts_of(film)["shots"] == "a fox in the snow"


async def test_a_form_is_filled_and_within_what_discord_takes() -> None:
    longest = {name: "x" * 5000 for name in LABELS}

    sent = video_form(Verb.EDIT, TASK, longest, "es-ES").to_dict()

    for label in sent["components"]:
        field = label["component"]
        assert len(label["label"]) <= 45
        assert len(field["value"]) <= field["max_length"] <= 4000


async def test_an_open_form_is_not_kept_in_memory() -> None:
    assert video_form(Verb.EDIT, TASK, texts_of(FOX), "en-US").is_finished()
