"""The options of `/video`, as a server presets them or a person gives them."""

from typing import Self

from msgspec import Struct

from bot.errors import Refusal
from bot.video.values.catalogue import AspectRatio, Quality, ShotType, Sound
from bot.video.values.videos import Shot, VideoSpec


class Defaults(Struct, frozen=True, kw_only=True):
    """A server's values for options that people leave out; None: the model's own default."""

    model: str | None = None
    duration: int | None = None  # seconds
    aspect_ratio: AspectRatio | None = None
    sound: Sound | None = None
    quality: Quality | None = None
    shots: ShotType | None = None  # for a server ONE or INTELLIGENCE
    watermark: bool | None = None
    negative_prompt: str | None = None


class PresetOptions(Defaults, frozen=True, kw_only=True):
    """What a preset holds; None: not part of it."""

    takes: int | None = None


class Options(PresetOptions, frozen=True, kw_only=True):
    """What a person asks for; None: the server's value, or else the model's default."""

    prompt: str = ""
    written: tuple[Shot, ...] = ()  # the shots, if the person writes them

    @classmethod
    def of(cls, spec: VideoSpec) -> Self:
        """The options for another video like this, with no defaults. Raises `Refusal` if its words
        were deleted."""
        if not (spec.prompt or spec.shots):
            raise Refusal("prompt_gone")
        return cls(
            model=spec.model,
            prompt=spec.prompt,
            negative_prompt=spec.negative_prompt,
            duration=spec.duration,
            aspect_ratio=spec.aspect_ratio,
            sound=spec.sound,
            quality=spec.quality,
            shots=spec.shot_type,
            written=spec.shots,
            watermark=spec.watermark,
            takes=spec.takes,
        )


NOTHING_CHOSEN = Options()
