"""Cheaper versions of a held video, which moderators may approve instead."""

from collections.abc import Callable
from itertools import product

from msgspec.structs import replace

from bot.video.values.catalogue import model_of, rank
from bot.video.values.prices import CREDIT
from bot.video.values.videos import VideoSpec

SHORTER = (10, 5)  # seconds offered instead, besides the shortest possible
MOST = 5  # offers


def offers(
    spec: VideoSpec, price: Callable[[VideoSpec], int], above: int | None
) -> list[VideoSpec]:
    """At most five cheaper versions: first the longest that needs no approval with the threshold
    `above` (credits), then the smallest step."""
    found = cheaper(spec)
    if above is not None and price(spec) > above * CREDIT:
        allowed = [each for each in ways(spec) if price(each) <= above * CREDIT]
        longest = max(allowed, key=lambda each: (each.duration, price(each)), default=None)
        found = (
            found if longest is None else [longest, *(each for each in found if each != longest)]
        )
    return found[:MOST]


def ways(spec: VideoSpec) -> list[VideoSpec]:
    """Every version that is shorter, less sharp or silent. Shots that a person wrote keep their
    seconds."""
    model = model_of(spec.model)
    lengths = [] if spec.shots else [each for each in model.durations if each < spec.duration]
    qualities = [each for each in model.qualities if rank(each) <= rank(spec.quality)]
    sounds = [each for each in model.sounds if rank(each) <= rank(spec.sound)]
    found = [
        replace(spec, duration=duration, quality=quality, sound=sound)
        for duration, quality, sound in product([*lengths, spec.duration], qualities, sounds)
    ]
    return [each for each in found if each != spec]


def cheaper(spec: VideoSpec) -> list[VideoSpec]:
    """Ways to make about the same video for less, the smallest step first, at most five.

    Shots that a person wrote keep their seconds, so such a video does not get shorter.
    """
    model = model_of(spec.model)
    standard = replace(spec, quality=model.qualities[0])
    silent = replace(spec, sound=model.sounds[0])
    plain = replace(standard, sound=model.sounds[0])
    offered = [each for each in (*SHORTER, model.shortest) if each in model.durations]
    lengths = [] if spec.shots else [each for each in offered if each < spec.duration]
    shorter = [replace(spec, duration=each) for each in lengths[:1]]
    shortest = [replace(plain, duration=each) for each in lengths[:1] + lengths[-1:]]
    found = dict.fromkeys([standard, silent, plain, *shorter, *shortest])
    return [each for each in found if each != spec][:5]
