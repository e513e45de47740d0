"""Every field of a video survives each way it is passed on: a new one cannot be forgotten."""

import pytest
from msgspec.structs import replace

from bot.ui.drafts import draft, outline, read_draft, read_outline
from bot.video.values.catalogue import MODELS, AspectRatio, Quality, ShotType, Sound
from bot.video.values.options import Options
from bot.video.values.specs import completed
from bot.video.values.videos import Shot, VideoSpec

OTHER_MODEL = "another"
CHOSEN = VideoSpec(
    prompt="a fox",
    negative_prompt="rain",
    duration=11,
    aspect_ratio=AspectRatio.TALL,
    sound=Sound.ON,
    quality=Quality.HIGH,
    shot_type=ShotType.CUSTOMIZE,
    shots=(Shot(prompt="a fox wakes", seconds=11, author_id=7),),
    watermark=True,
    model=OTHER_MODEL,
    takes=3,
)
WRITTEN_LATER = {"prompt", "negative_prompt", "shots"}  # in the form that a draft belongs to


WRITTEN_ELSEWHERE = {"prompt", "negative_prompt", "written"}  # an outline is of choices alone


@pytest.fixture(autouse=True)
def another_model(monkeypatch: pytest.MonkeyPatch) -> None:
    model = next(iter(MODELS.values()))
    monkeypatch.setitem(MODELS, OTHER_MODEL, replace(model, id=OTHER_MODEL))


@pytest.mark.parametrize("field", VideoSpec.__struct_fields__)
def test_the_video_of_these_tests_differs_from_the_usual_one(field: str) -> None:
    assert getattr(CHOSEN, field) != getattr(VideoSpec(prompt=""), field)


def test_another_video_like_this_is_the_same_in_every_field() -> None:
    assert completed(Options.of(CHOSEN)) == CHOSEN


def test_a_draft_keeps_every_field_that_its_form_does_not_ask_for() -> None:
    left_out = {name: getattr(VideoSpec(prompt=""), name) for name in WRITTEN_LATER}

    assert read_draft(draft(CHOSEN)) == replace(CHOSEN, **left_out)


def test_an_outline_keeps_every_choice() -> None:
    chosen = Options.of(CHOSEN)
    left_out = {name: getattr(Options(), name) for name in WRITTEN_ELSEWHERE}

    assert read_outline(outline(chosen)) == replace(chosen, **left_out)
