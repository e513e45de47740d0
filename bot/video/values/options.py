"""The options of `/video` as they are given, by a server in advance or by a person with words."""

from typing import Self

from msgspec import Struct

from bot.errors import Refusal
from bot.video.values.catalogue import AspectRatio, Quality, ShotType, Sound
from bot.video.values.videos import Shot, VideoSpec


class Defaults(Struct, frozen=True, kw_only=True):
    """What a server sets for whoever leaves an option out; None: the model's own default."""

    model: str | None = None
    duration: int | None = None  # seconds
    aspect_ratio: AspectRatio | None = None
    sound: Sound | None = None
    quality: Quality | None = None
    shots: ShotType | None = None  # for a server ONE or INTELLIGENCE
    watermark: bool | None = None
    negative_prompt: str | None = None


class Options(Defaults, frozen=True, kw_only=True):
    """What a person asks for; None: what the server set, or else the model's own default."""

    prompt: str = ""
    written: tuple[Shot, ...] = ()  # the shots, where the person writes them

    @classmethod
    def of(cls, spec: VideoSpec) -> Self:
        """Another video like this: nothing is left to defaults. Raises `Refusal` where its words
        are no longer kept."""
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
        )


NOTHING_CHOSEN = Options()
