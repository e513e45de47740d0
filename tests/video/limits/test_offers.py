"""Which smaller video is offered first: the option people would rather give up."""

from hypothesis import given
from hypothesis import strategies as st

from bot.video.limits.offers import smaller
from bot.video.values.catalogue import Quality, ShotType, Sound, durations
from bot.video.values.videos import Shot, VideoSpec

LONG = VideoSpec(prompt="a fox", duration=15, quality=Quality.HIGH, sound=Sound.ON)


def first(fits: set[tuple[int, str, str]], spec: VideoSpec = LONG) -> tuple[int, str, str] | None:
    offers = ((each.duration, str(each.quality), str(each.sound)) for each in smaller(spec))
    return next((each for each in offers if each in fits), None)


def test_it_is_made_shorter_first_then_in_720p_then_without_sound() -> None:
    assert first({(14, "1080p", "on"), (15, "720p", "on")}) == (14, "1080p", "on")
    assert first({(7, "1080p", "on"), (15, "720p", "on")}) == (15, "720p", "on")
    assert first({(7, "720p", "on"), (15, "720p", "off")}) == (15, "720p", "off")


def test_less_than_half_as_long_is_the_last_resort() -> None:
    assert first({(7, "1080p", "on"), (8, "720p", "off")}) == (8, "720p", "off")
    assert first({(3, "1080p", "on"), (7, "720p", "off")}) == (3, "1080p", "on")


def test_shots_that_somebody_wrote_keep_their_seconds() -> None:
    shots = (Shot(prompt="a fox", seconds=5),)
    written = VideoSpec(
        prompt="", duration=5, quality=Quality.HIGH, shot_type=ShotType.CUSTOMIZE, shots=shots
    )

    assert {each.duration for each in smaller(written)} == {5}


@given(
    duration=st.sampled_from(durations()),
    quality=st.sampled_from(Quality),
    sound=st.sampled_from(Sound),
)
def test_every_smaller_film_is_offered_once_and_none_is_larger(
    duration: int, quality: Quality, sound: Sound
) -> None:
    spec = VideoSpec(prompt="a fox", duration=duration, quality=quality, sound=sound)

    offers = list(smaller(spec))

    assert spec not in offers
    assert len(set(offers)) == len(offers)
    assert all(each.duration <= duration for each in offers)
    kinds = {(each.quality, each.sound) for each in offers}
    assert (Quality.HIGH, Sound.ON) not in kinds - {(quality, sound)}
