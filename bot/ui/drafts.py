"""The options of a video whose texts are still being written, short enough for a custom id."""

import hashlib

from bot.errors import Refusal
from bot.video.values.catalogue import MODELS, AspectRatio, Quality, ShotType, Sound
from bot.video.values.options import NOTHING_CHOSEN, Options
from bot.video.values.videos import VideoSpec

# Forms opened before values were named have these codes, and no model.
_PLACES = (("16x9", "9x16", "1x1"), ("720p", "1080p"), ("on", "off"), ("0", "1"))
_FIRST_MODEL = "kling-v3-text-to-video"
NOTHING = "0"  # an outline in which nobody chose anything
_OPEN = "x"  # after a length that nobody chose


def draft(spec: VideoSpec, *, is_open: bool = False) -> str:
    """At most 31 characters, such as "15.16x9.1080p.off.0.1a2b3c4d". `is_open`: nobody chose the
    length, so that the written shots do."""
    ratio, watermark = spec.aspect_ratio.replace(":", "x"), int(spec.watermark)
    duration = f"{spec.duration}{_OPEN}" if is_open else spec.duration
    named = (duration, ratio, spec.quality, spec.sound, watermark, digest(spec.model))
    return ".".join(map(str, named + _several(spec.takes)))


def _several(takes: int | None) -> tuple[int, ...]:
    """The last part, which older forms lack."""
    return () if takes is None or takes == 1 else (takes,)


def read_draft(text: str) -> VideoSpec:
    """The options from `draft`, without texts. Raises `Refusal`, also if the model is gone."""
    models = {digest(each): each for each in MODELS}
    try:
        duration, ratio, quality, sound, watermark, model, *takes = _named(text.split("."))
        return VideoSpec(
            prompt="",
            duration=int(duration.removesuffix(_OPEN)),
            aspect_ratio=AspectRatio(ratio.replace("x", ":")),
            quality=Quality(quality),
            sound=Sound(sound),
            watermark=watermark == "1",
            shot_type=ShotType.CUSTOMIZE,
            model=models[model],
            takes=int(takes[0]) if takes else 1,
        )
    except (ValueError, IndexError, KeyError):
        raise Refusal("unknown_choice", option="shots") from None


def has_open_length(text: str) -> bool:
    """Whether the written shots decide the length of this draft."""
    return text.partition(".")[0].endswith(_OPEN)


def _named(parts: list[str]) -> list[str]:
    if len(parts) != 1 + len(_PLACES):
        return parts
    named = [values[int(place)] for values, place in zip(_PLACES, parts[1:], strict=True)]
    return [parts[0], *named, digest(_FIRST_MODEL)]


def outline(options: Options) -> str:
    """The options without texts, at most 33 characters, such as "15.16x9.1080p..o..1a2b3c4d"; empty
    where nobody chose."""
    chosen = (
        options.duration,
        options.aspect_ratio and options.aspect_ratio.replace(":", "x"),
        options.quality,
        options.sound,
        options.shots and options.shots[:1],
        None if options.watermark is None else int(options.watermark),
        options.model and digest(options.model),
        *_several(options.takes),
    )
    return ".".join("" if each is None else str(each) for each in chosen)


def read_outline(text: str) -> Options:
    """The options from `outline`; those of NOTHING if it is none. Raises `Refusal`, also if the
    model is gone."""
    if text == NOTHING:
        return NOTHING_CHOSEN
    models = {digest(each): each for each in MODELS}
    shot_types = {each[:1]: each for each in ShotType}
    try:
        duration, ratio, quality, sound, shots, watermark, model, *takes = text.split(".")
        return Options(
            duration=int(duration) if duration else None,
            aspect_ratio=AspectRatio(ratio.replace("x", ":")) if ratio else None,
            quality=Quality(quality) if quality else None,
            sound=Sound(sound) if sound else None,
            shots=shot_types[shots] if shots else None,
            watermark=watermark == "1" if watermark else None,
            model=models[model] if model else None,
            takes=int(takes[0]) if takes else None,
        )
    except (ValueError, KeyError):
        raise Refusal("unknown_choice", option="shots") from None


def digest(text: str) -> str:
    """A short digest for a custom id, to tell texts apart."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
