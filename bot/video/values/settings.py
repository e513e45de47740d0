"""What a server decides for itself, as a frozen value; a server that sets nothing gets this as is.

Kept as one JSON document; a change goes by a dotted path, so that words of a newer version stay."""

from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any

from msgspec import Struct, convert, field

from bot.video.values.videos import DURATIONS, AspectRatio, Quality, ShotType, Sound

BLANK_PROMPTS_AFTER = 90  # days


class Defaults(Struct, frozen=True, kw_only=True):
    """What holds where a person left an option of /video out; None is the bot's own default."""

    duration: int | None = None  # seconds
    aspect_ratio: AspectRatio | None = None
    sound: Sound | None = None
    quality: Quality | None = None
    shots: ShotType | None = None  # ONE or INTELLIGENCE
    watermark: bool | None = None
    negative_prompt: str | None = None


class VideoCaps(Struct, frozen=True, kw_only=True):
    """The most that a film may be; None is no ceiling."""

    duration: int | None = None  # seconds
    quality: Quality | None = None
    sound: Sound | None = None  # OFF: films make no sound here

    def __and__(self, other: "VideoCaps") -> "VideoCaps":
        """Both ceilings at once: of each kind the lower one."""
        return VideoCaps(
            duration=_lower(self.duration, other.duration, list(DURATIONS)),
            quality=_lower(self.quality, other.quality, list(Quality)),
            sound=_lower(self.sound, other.sound, [Sound.OFF, Sound.ON]),
        )


class Approval(Struct, frozen=True, kw_only=True):
    """Whose films wait for a moderator; None and nobody by default."""

    new_days: int | None = None  # members for fewer days than this
    roles: tuple[int, ...] = ()
    above: int | None = None  # credits; films that cost more


class ServerSettings(Struct, frozen=True, kw_only=True):
    """Every setting of a server. Ids are Discord's; no channels and no roles means any."""

    language: str | None = None  # a locale of Discord's, for public texts; None: the server's own
    channels: tuple[int, ...] = ()
    roles: tuple[int, ...] = ()
    age_restricted_only: bool = False
    moderators_channel: int | None = None
    audit_channel: int | None = None
    defaults: Defaults = Defaults()
    ceiling: VideoCaps = VideoCaps()
    channel_ceilings: Mapping[int, VideoCaps] = field(default_factory=dict)
    spoiler_channels: tuple[int, ...] = ()
    budget: int | None = None  # credits a calendar month, UTC
    approval: Approval = Approval()
    prompt_days: int = BLANK_PROMPTS_AFTER  # after a film's end its words are kept so long

    def ceiling_in(self, channel_ids: Collection[int]) -> VideoCaps:
        """What holds in a channel and, for a thread, in the one it belongs to."""
        ceiling = self.ceiling
        for channel_id in channel_ids:
            ceiling &= self.channel_ceilings.get(channel_id, VideoCaps())
        return ceiling


class SettingsDocument(Struct, frozen=True, kw_only=True):
    """The settings as they are stored; version 0 is a server that never set anything."""

    document: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0

    def read(self) -> ServerSettings:
        """Raises ValueError for a document that no version of this program wrote."""
        return convert(self.document, ServerSettings, str_keys=True)

    def at(self, path: str) -> Any:
        """What stands at a path such as `ceiling.duration`; None where it is left as it was."""
        found: Any = self.document
        for word in path.split("."):
            found = found.get(word) if isinstance(found, Mapping) else None
        return found

    def changed(self, path: str, value: Any) -> "SettingsDocument":
        """With another value at a path; None takes it away. Raises ValueError for a bad value."""
        document = deepcopy(dict(self.document))
        *folders, last = path.split(".")
        place = document
        for word in folders:
            place = place.setdefault(word, {})
        if value is None:
            place.pop(last, None)
        else:
            place[last] = value
        found = SettingsDocument(document=document, version=self.version + 1)
        found.read()
        return found


def _lower(one: Any, other: Any, order: list[Any]) -> Any:
    return min((each for each in (one, other) if each is not None), key=order.index, default=None)
