"""The options of a video whose prompt is still being written, short enough for a custom id."""

import hashlib

from bot.errors import Refusal
from bot.video.values.catalogue import MODELS, AspectRatio, Quality, ShotType, Sound
from bot.video.values.videos import VideoSpec

# Forms opened before values were named have these codes, and no model.
_PLACES = (("16x9", "9x16", "1x1"), ("720p", "1080p"), ("on", "off"), ("0", "1"))
_FIRST_MODEL = "kling-v3-text-to-video"
_OPEN = "x"  # after a length that nobody chose


def draft(spec: VideoSpec, *, is_open: bool = False) -> str:
    """At most 29 characters, such as "15.16x9.1080p.off.0.1a2b3c4d". `is_open`: nobody chose the
    length, so that the written shots do."""
    ratio, watermark = spec.aspect_ratio.replace(":", "x"), int(spec.watermark)
    duration = f"{spec.duration}{_OPEN}" if is_open else spec.duration
    named = (duration, ratio, spec.quality, spec.sound, watermark, digest(spec.model))
    return ".".join(map(str, named))


def read_draft(text: str) -> VideoSpec:
    """The options from `draft`, without texts. Raises `Refusal`, also if the model is gone."""
    models = {digest(each): each for each in MODELS}
    try:
        duration, ratio, quality, sound, watermark, model = _named(text.split("."))
        return VideoSpec(
            prompt="",
            duration=int(duration.removesuffix(_OPEN)),
            aspect_ratio=AspectRatio(ratio.replace("x", ":")),
            quality=Quality(quality),
            sound=Sound(sound),
            watermark=watermark == "1",
            shot_type=ShotType.CUSTOMIZE,
            model=models[model],
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


def digest(text: str) -> str:
    """A short digest for a custom id, to tell texts apart."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
