"""Where videos may be made, by whom, and how large: a server's settings against one request. Pure.

Checked in the transaction that accepts a video, after blocks and before prompt rules."""

from bot.errors import RuleRefusal
from bot.video.values.asker import Asker
from bot.video.values.catalogue import rank
from bot.video.values.options import Options
from bot.video.values.settings import ServerSettings
from bot.video.values.specs import completed
from bot.video.values.videos import VideoSpec


def check_place(settings: ServerSettings, asker: Asker) -> None:
    """Raises `RuleRefusal` that names the rule and what is allowed."""
    if settings.channels and not asker.channel_ids & set(settings.channels):
        raise RuleRefusal("place_channels", channels=settings.channels)
    if settings.roles and not asker.role_ids & set(settings.roles):
        raise RuleRefusal("place_roles", roles=settings.roles)
    if settings.age_restricted_only and not asker.is_age_restricted:
        raise RuleRefusal("place_age_restricted")


def check_ceiling(settings: ServerSettings, asker: Asker, spec: VideoSpec) -> None:
    """Raises `RuleRefusal` if the video exceeds a cap of the place."""
    ceiling = settings.ceiling_in(asker.channel_ids)
    if ceiling.duration is not None and spec.duration > ceiling.duration:
        raise RuleRefusal("ceiling_duration", most=ceiling.duration, duration=spec.duration)
    if ceiling.quality is not None and rank(spec.quality) > rank(ceiling.quality):
        raise RuleRefusal("ceiling_quality", quality=str(ceiling.quality))
    if ceiling.sound is not None and rank(spec.sound) > rank(ceiling.sound):
        raise RuleRefusal("ceiling_sound")


def completed_here(settings: ServerSettings, asker: Asker, options: Options) -> VideoSpec:
    """The video these options give here, unchecked; a server's defaults are lowered to the caps, so
    that a plain /video always passes."""
    return completed(options, settings.defaults, settings.ceiling_in(asker.channel_ids))


def is_spoiler(settings: ServerSettings, asker: Asker) -> bool:
    """Whether videos made here are posted as spoilers."""
    return bool(asker.channel_ids & set(settings.spoiler_channels))
