"""What the local video API accepts and refuses, rule by rule."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.evolink.contract import read_submission
from bot.playground.evolink.values import Refused

PLAIN = {"model": "kling-v3-text-to-video", "prompt": "a fox"}


def shot(index: int, duration: str, prompt: str = "a shot") -> dict[str, Any]:
    return {"index": index, "prompt": prompt, "duration": duration}


def customized(*shots: object, **fields: object) -> dict[str, Any]:
    params = {"multi_shot": True, "shot_type": "customize", "multi_prompt": list(shots)}
    return {"model": PLAIN["model"], "model_params": params, **fields}


def test_what_is_left_out_gets_the_documented_default():
    submission = read_submission(PLAIN)
    assert (submission.duration, submission.quality, submission.sound) == (5, "720p", "off")
    assert submission.size == (1280, 720)
    assert submission.watermark is False
    assert submission.shots == ()


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"model": "kling-v9"}, "model"),
        ({"model": None}, "model"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": 7}, "prompt"),
        ({"prompt": None}, "prompt"),
        ({"prompt": "x" * 2501}, "prompt"),
        ({"negative_prompt": "x" * 2501}, "negative_prompt"),
        ({"negative_prompt": ["people"]}, "negative_prompt"),
        ({"duration": 2}, "duration"),
        ({"duration": 16}, "duration"),
        ({"duration": "5"}, "duration"),
        ({"duration": 5.5}, "duration"),
        ({"duration": float("inf")}, "duration"),
        ({"duration": True}, "duration"),
        ({"duration": None}, "duration"),
        ({"aspect_ratio": "4:3"}, "aspect_ratio"),
        ({"aspect_ratio": {}}, "aspect_ratio"),
        ({"quality": "4k"}, "quality"),
        ({"quality": 720}, "quality"),
        ({"sound": True}, "sound"),
        ({"sound": "ON"}, "sound"),
        ({"callback_url": 1}, "callback_url"),
        ({"model_params": []}, "model_params"),
        ({"model_params": None}, "model_params"),
        ({"model_params": {"multi_shot": "true"}}, "model_params.multi_shot"),
        ({"model_params": {"multi_shot": True}}, "model_params.shot_type"),
        (
            {"model_params": {"multi_shot": True, "shot_type": "freestyle"}},
            "model_params.shot_type",
        ),
        (
            {"model_params": {"multi_shot": True, "shot_type": "customize"}},
            "model_params.multi_prompt",
        ),
        ({"model_params": {"watermark_info": True}}, "model_params.watermark_info"),
        (
            {"model_params": {"watermark_info": {"enabled": 1}}},
            "model_params.watermark_info.enabled",
        ),
    ],
)
def test_a_broken_rule_is_refused_and_names_its_field(fields, param):
    with pytest.raises(Refused) as refused:
        read_submission(PLAIN | fields)
    assert (refused.value.status, refused.value.param) == (400, param)


@pytest.mark.parametrize("missing", ["model", "prompt"])
def test_a_required_field_is_asked_for_by_name(missing):
    with pytest.raises(Refused, match=f"{missing} is required"):
        read_submission({name: value for name, value in PLAIN.items() if name != missing})


@pytest.mark.parametrize(
    ("shots", "param"),
    [
        ([], ""),
        ([shot(i, "1") for i in range(1, 8)], ""),
        (["a shot"], "[0]"),
        ([shot(0, "5")], "[0].index"),
        ([shot(1, "2"), shot(3, "3")], "[1].index"),
        ([shot(True, "5")], "[0].index"),
        ([shot(1, "5", prompt="")], "[0].prompt"),
        ([shot(1, "5", prompt="x" * 513)], "[0].prompt"),
        ([shot(1, 5)], "[0].duration"),
        ([shot(1, "0"), shot(2, "5")], "[0].duration"),
        ([shot(1, "5s")], "[0].duration"),
        ([shot(1, "٥")], "[0].duration"),
        ([shot(1, "6")], "[0].duration"),
        ([shot(1, "2"), shot(2, "2")], ""),
    ],
)
def test_a_wrong_list_of_shots_is_refused_at_the_wrong_shot(shots, param):
    with pytest.raises(Refused) as refused:
        read_submission(customized(*shots))
    assert refused.value.param == f"model_params.multi_prompt{param}"


@pytest.mark.parametrize("prompt", [{}, {"prompt": ""}])
def test_written_shots_do_without_a_prompt_of_the_whole(prompt):
    submission = read_submission(customized(shot(1, "2"), shot(2, "3"), **prompt))
    assert [shot.seconds for shot in submission.shots] == [2, 3]


def test_the_model_cuts_only_what_has_a_prompt():
    params = {"multi_shot": True, "shot_type": "intelligence"}
    assert read_submission(PLAIN | {"model_params": params}).cuts_itself
    with pytest.raises(Refused, match="prompt is required"):
        read_submission(PLAIN | {"prompt": "", "model_params": params})


def test_shots_are_ignored_where_multi_shot_is_off():
    params = {"multi_shot": False, "multi_prompt": [shot(9, "99")]}
    assert read_submission(PLAIN | {"model_params": params}).shots == ()


def test_unknown_fields_are_ignored():
    submission = read_submission(PLAIN | {"seed": 4, "model_params": {"cfg_scale": 0.5}})
    assert submission == read_submission(PLAIN)


@pytest.mark.parametrize(
    ("quality", "aspect_ratio", "size"),
    [
        ("720p", "16:9", (1280, 720)),
        ("720p", "9:16", (720, 1280)),
        ("720p", "1:1", (720, 720)),
        ("1080p", "16:9", (1920, 1080)),
        ("1080p", "9:16", (1080, 1920)),
        ("1080p", "1:1", (1080, 1080)),
    ],
)
def test_quality_and_aspect_ratio_make_the_size(quality, aspect_ratio, size):
    fields = {"quality": quality, "aspect_ratio": aspect_ratio}
    assert read_submission(PLAIN | fields).size == size


@pytest.mark.parametrize(
    ("fields", "credits"),
    [
        ({}, "27"),
        ({"duration": 3}, "16.2"),
        ({"sound": "on"}, "40.5"),
        ({"quality": "1080p"}, "36.018"),
        ({"quality": "1080p", "sound": "on", "duration": 15}, "162"),
    ],
)
def test_the_price_follows_duration_quality_and_sound(fields, credits):
    assert str(read_submission(PLAIN | fields).price.normalize()) == credits


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [*PLAIN, "negative_prompt", "duration", "aspect_ratio", "quality", "sound"]
)
PARAMS = st.sampled_from(["multi_shot", "shot_type", "multi_prompt", "watermark_info"])


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(FIELDS, JSON), st.dictionaries(PARAMS, JSON))
def test_anything_else_that_is_json_is_accepted_or_refused(fields, params):
    try:
        submission = read_submission(PLAIN | {"model_params": params} | fields)
    except Refused:
        return
    assert 3 <= submission.duration <= 15


@settings(deadline=None)
@given(st.lists(st.integers(1, 15), min_size=1, max_size=6), st.integers(3, 15))
def test_shots_are_accepted_exactly_when_they_add_up(lengths, duration):
    shots = [shot(index, str(seconds)) for index, seconds in enumerate(lengths, start=1)]
    try:
        accepted = bool(read_submission(customized(*shots, duration=duration)))
    except Refused:
        accepted = False
    assert accepted == (sum(lengths) == duration)
