"""Where videos may be made, by whom, and how large: a server's settings against one request. Pure.

Checked in the transaction that accepts a video, after blocks and before prompt rules."""

from typing import Any

from msgspec.structs import replace

from bot.errors import RuleRefusal
from bot.video.values.asker import Asker
from bot.video.values.settings import ServerSettings, VideoCaps
from bot.video.values.videos import Quality, ShotType, Sound, VideoSpec


def check_place(settings: ServerSettings, asker: Asker, spec: VideoSpec) -> None:
    """Raises `RuleRefusal` that names the rule and what is allowed."""
    if settings.channels and not asker.channel_ids & set(settings.channels):
        raise RuleRefusal("place_channels", channels=settings.channels)
    if settings.roles and not asker.role_ids & set(settings.roles):
        raise RuleRefusal("place_roles", roles=settings.roles)
    if settings.age_restricted_only and not asker.is_age_restricted:
        raise RuleRefusal("place_age_restricted")
    check_ceiling(settings.ceiling_in(asker.channel_ids), spec)


def check_ceiling(ceiling: VideoCaps, spec: VideoSpec) -> None:
    """Raises `RuleRefusal` if the video exceeds a cap."""
    if ceiling.duration is not None and spec.duration > ceiling.duration:
        raise RuleRefusal("ceiling_duration", most=ceiling.duration, duration=spec.duration)
    if ceiling.quality is Quality.STANDARD and spec.quality is not Quality.STANDARD:
        raise RuleRefusal("ceiling_quality", quality=str(ceiling.quality))
    if ceiling.sound is Sound.OFF and spec.sound is not Sound.OFF:
        raise RuleRefusal("ceiling_sound")


def defaults_in(settings: ServerSettings, asker: Asker) -> VideoSpec:
    """A video without any options given: the server's defaults over the bot's own, lowered to the
    caps of the place, so that a plain /video always passes."""
    defaults = settings.defaults
    chosen: dict[str, Any] = {
        "duration": defaults.duration,
        "aspect_ratio": defaults.aspect_ratio,
        "sound": defaults.sound,
        "quality": defaults.quality,
        "shot_type": defaults.shots,
        "watermark": defaults.watermark,
        "negative_prompt": defaults.negative_prompt,
    }
    spec = VideoSpec(prompt="", **{name: each for name, each in chosen.items() if each is not None})
    return _lowered(spec, settings.ceiling_in(asker.channel_ids))


def is_spoiler(settings: ServerSettings, asker: Asker) -> bool:
    """Whether videos made here are posted as spoilers."""
    return bool(asker.channel_ids & set(settings.spoiler_channels))


def _lowered(spec: VideoSpec, ceiling: VideoCaps) -> VideoSpec:
    return replace(
        spec,
        duration=min(spec.duration, ceiling.duration or spec.duration),
        quality=ceiling.quality if ceiling.quality is Quality.STANDARD else spec.quality,
        sound=ceiling.sound if ceiling.sound is Sound.OFF else spec.sound,
        shot_type=ShotType.ONE if spec.shot_type is ShotType.CUSTOMIZE else spec.shot_type,
    )
