"""What a person typed becomes a valid spec, or a refusal that says what to change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refusal
from bot.video.values import shot_lines
from bot.video.values.catalogue import DEFAULT_MODEL, MODELS, ShotType
from bot.video.values.shot_lines import share_seconds, with_counts
from bot.video.values.specs import check, completed, read_options
from bot.video.values.videos import Shot, VideoSpec


def reason_of(call, *args, **kwargs):
    with pytest.raises(Refusal) as refused:
        call(*args, **kwargs)
    return refused.value.reason


def spec_of(**options: object) -> VideoSpec:
    return check(completed(read_options(**options)))


def parse_shots(text: str, duration: int) -> tuple[Shot, ...]:
    return shot_lines.parse_shots(text, duration, MODELS[DEFAULT_MODEL])


def test_a_plain_prompt_gets_the_apis_defaults():
    assert spec_of(prompt="  a fox \n") == VideoSpec(prompt="a fox")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"prompt": ""}, "prompt_empty"),
        ({"prompt": " \t\x00 "}, "prompt_empty"),
        ({"prompt": "x" * 2501}, "prompt_too_long"),
        ({"prompt": "x", "negative_prompt": "y" * 2501}, "negative_prompt_too_long"),
        ({"prompt": "x", "duration": 2}, "duration_range"),
        ({"prompt": "x", "duration": 16}, "duration_range"),
        ({"prompt": "x", "duration": True}, "duration_range"),
        ({"prompt": "x", "aspect_ratio": "4:3"}, "unknown_choice"),
        ({"prompt": "x", "quality": "4k"}, "unknown_choice"),
        ({"prompt": "x", "sound": "loud"}, "unknown_choice"),
        ({"prompt": "x", "model": "another"}, "unknown_model"),
        ({"prompt": "a lone \ud800 surrogate"}, "unreadable_text"),
        ({"prompt": "x", "shots": "customize"}, "shots_none"),
    ],
)
def test_what_the_api_would_refuse_is_refused_in_words(options, reason):
    assert reason_of(spec_of, **options) == reason


def test_control_characters_become_spaces_and_line_breaks_stay():
    assert spec_of(prompt="a\x07fox\nruns").prompt == "a fox\nruns"


def test_written_seconds_are_kept_and_the_rest_is_shared():
    assert parse_shots("4 a fox wakes\nit runs\nit sleeps", 9) == (
        Shot(prompt="a fox wakes", seconds=4),
        Shot(prompt="it runs", seconds=3),
        Shot(prompt="it sleeps", seconds=2),
    )


@pytest.mark.parametrize(
    "line",
    [
        "4 a fox", "4s a fox", "4 s a fox", "4. a fox", "4s: a fox", "4 sec a fox",
        "4 seconds a fox", "4 Seconds: a fox", "4 segundos a fox", "4seg. a fox",
    ],
)  # fmt: skip
def test_seconds_are_understood_as_people_write_them(line):
    assert parse_shots(line, 4) == (Shot(prompt="a fox", seconds=4),)


@pytest.mark.parametrize(
    "line",
    ["2 people dance", "3 wolves run", "3 little pigs", "2 young people dance", "4 gatos duermen"],
)
def test_a_number_that_likely_counts_something_is_asked_about(line):
    with pytest.raises(Refusal) as refused:
        parse_shots(f"a fox wakes\n{line}", 9)

    number, _, words = line.partition(" ")
    assert refused.value.reason == "shots_count"
    assert refused.value.facts == {"line": 2, "seconds": int(number), "words": words}
    counted = parse_shots(with_counts(f"a fox wakes\n{line}"), 9)
    assert [shot.prompt for shot in counted] == ["a fox wakes", line]
    assert parse_shots(f"{number} s {words}", int(number))[0].prompt == words
    assert shot_lines.shot_lines(line, 6) == [(None, line)]  # a board shows how it was read


@pytest.mark.parametrize(
    "line", ["4 a fox wakes", "4 the dogs run", "4 rain on glass", "3 this is it", "4 s foxes run",
             "4: foxes run", "4 Paris at night", "4 the people leave",
             "4 its eyes open", "1 foxes run"],
)  # fmt: skip
def test_nobody_is_asked_about_seconds(line):
    assert parse_shots(f"{line}\nthe end", 9)[0].seconds == int(line[0])


def test_bullets_are_no_words_and_seconds_stand_behind_them_too():
    assert parse_shots("- a fox\n* 4 s a wolf\n\u2022 3 wise men", 9) == (
        Shot(prompt="a fox", seconds=3),
        Shot(prompt="a wolf", seconds=4),
        Shot(prompt="3 wise men", seconds=2),
    )


@pytest.mark.parametrize("line", ["3d fox", "4secondhand books", "\u0664 a fox", "4"])
def test_what_only_looks_like_a_time_is_none(line):
    assert parse_shots(line, 5) == (Shot(prompt=line, seconds=5),)


def test_a_numbered_list_is_no_list_of_times():
    assert parse_shots("1. a fox\n2. 3 a wolf\n3. a bear", 9) == (
        Shot(prompt="a fox", seconds=3),
        Shot(prompt="a wolf", seconds=3),
        Shot(prompt="a bear", seconds=3),
    )
    assert parse_shots("1. a fox\n4. a wolf", 5) == (
        Shot(prompt="a fox", seconds=1),
        Shot(prompt="a wolf", seconds=4),
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "shots_none"),
        ("a\nb\nc\nd\ne\nf\ng", "shots_too_many"),
        ("3 a\n3 b", "shots_sum"),
        ("5 a\nb", "shots_sum"),
        ("9 a\nb", "shots_sum"),
        ("0 a\n5 b", "shot_seconds"),
        ("x" * 513, "shot_too_long"),
    ],
)
def test_shots_that_do_not_add_up_are_refused(text, reason):
    def read():
        shots = parse_shots(text, 5)
        check(VideoSpec(prompt="", shot_type=ShotType.CUSTOMIZE, shots=shots))

    assert reason_of(read) == reason


def test_shots_longer_than_any_video_are_refused_with_their_sum():
    shots = parse_shots("9 a\n9 b", 5)
    with pytest.raises(Refusal) as refused:
        check(VideoSpec(prompt="", duration=18, shot_type=ShotType.CUSTOMIZE, shots=shots))

    assert refused.value.reason == "shots_range"
    assert refused.value.facts == {"total": 18, "least": 3, "most": 15}


@given(
    duration=st.integers(3, 15),
    written=st.lists(st.none() | st.integers(1, 15), min_size=1, max_size=6),
)
def test_shared_seconds_fill_the_film_or_are_one_each(duration, written):
    shared = share_seconds(written, duration)
    assert all(each >= 1 for each in shared)
    assert [s for s, w in zip(shared, written, strict=True) if w] == [w for w in written if w]
    if None in written:
        least = sum(each or 1 for each in written)
        assert sum(shared) == max(duration, least)


@given(st.text(max_size=3000))
def test_no_text_breaks_the_reading(prompt):
    try:
        spec = spec_of(prompt=prompt)
    except Refusal:
        return
    assert 0 < len(spec.prompt) <= 2500
    assert check(spec) == spec


def test_the_authors_of_what_the_model_cuts_are_kept():
    shots = (Shot(prompt="y", seconds=5, author_id=7),)
    spec = VideoSpec(prompt="x", shots=shots, shot_type=ShotType.INTELLIGENCE)
    assert check(spec).shots == shots
