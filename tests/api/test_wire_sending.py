"""Sending: the POST page's request field by field, and nothing that the page forbids."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.api.wire import submission
from bot.errors import ApiError, Cause, Certainty
from bot.video.values.catalogue import AspectRatio, Quality, ShotType, Sound
from bot.video.values.videos import Shot, VideoRequest

Ask = Callable[..., VideoRequest]
Sample = Callable[[str], bytes]
CUSTOMIZE = {
    "prompt": "ignored by the API",
    "duration": 10,
    "shot_type": ShotType.CUSTOMIZE,
    "shots": (
        Shot(prompt="A climber reaches the summit at dawn", seconds=4),
        Shot(prompt="The camera pulls back over the range", seconds=6),
    ),
}


def test_the_pages_own_request_is_what_is_sent_with_the_default_sound_named(
    ask: Ask, sample: Sample
) -> None:
    page = json.loads(sample("submit_request"))
    request = ask(
        prompt=page["prompt"],
        duration=page["duration"],
        aspect_ratio=AspectRatio(page["aspect_ratio"]),
        quality=Quality(page["quality"]),
        model=page["model"],
    )
    assert submission(request, callback_url=None) == page | {"sound": "off"}


def test_every_field_of_the_page_can_be_sent(ask: Ask, sample: Sample) -> None:
    request = ask(
        **CUSTOMIZE,
        negative_prompt="people, text, watermark",
        aspect_ratio=AspectRatio.TALL,
        quality=Quality.HIGH,
        sound=Sound.ON,
        watermark=True,
    )
    body = submission(request, callback_url="https://bot.example.org/callbacks/abc")
    assert json.loads(json.dumps(body)) == json.loads(sample("customize_request"))


def test_a_film_that_the_model_cuts_keeps_its_prompt(ask: Ask) -> None:
    body = submission(ask(shot_type=ShotType.INTELLIGENCE), callback_url=None)
    assert body["prompt"] == "a fox in the snow"
    assert body["model_params"] == {"multi_shot": True, "shot_type": "intelligence"}


def test_what_was_not_chosen_is_not_sent(ask: Ask) -> None:
    sent = submission(ask(), callback_url=None)
    assert set(sent) == {"model", "prompt", "duration", "aspect_ratio", "quality", "sound"}


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ({"prompt": " \n"}, "prompt"),
        ({"prompt": "x" * 2501}, "prompt"),
        ({"negative_prompt": "x" * 2501}, "negative_prompt"),
        ({"duration": 2}, "duration"),
        ({"duration": 16}, "duration"),
        (CUSTOMIZE | {"shots": ()}, "multi_prompt"),
        (CUSTOMIZE | {"duration": 11}, "multi_prompt"),
        (CUSTOMIZE | {"shots": (Shot(prompt="x" * 513, seconds=10),)}, "multi_prompt"),
        (CUSTOMIZE | {"shots": (Shot(prompt=" ", seconds=10),)}, "multi_prompt"),
        (
            CUSTOMIZE | {"shots": (Shot(prompt="a", seconds=0), Shot(prompt="b", seconds=10))},
            "multi_prompt",
        ),
        (CUSTOMIZE | {"shots": (Shot(prompt="x", seconds=1),) * 7, "duration": 7}, "multi_prompt"),
    ],
)
def test_what_the_page_forbids_never_leaves(ask: Ask, spec: dict[str, Any], field: str) -> None:
    with pytest.raises(ApiError) as refused:
        submission(ask(**spec), callback_url=None)
    assert (refused.value.cause, refused.value.sent) == (Cause.REJECTED, Certainty.NO)
    assert refused.value.message == field


def test_a_callback_address_longer_than_the_page_allows_never_leaves(ask: Ask) -> None:
    submission(ask(), callback_url="https://x/".ljust(2048, "a"))
    with pytest.raises(ApiError, match="callback_url"):
        submission(ask(), callback_url="https://x/".ljust(2049, "a"))
