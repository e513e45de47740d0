"""What a server decides for itself, as a frozen value; the defaults apply where it set nothing.

Stored as one JSON document; changes go by a dotted path, so a newer version's fields survive."""

from collections.abc import Collection, Mapping
from copy import deepcopy
from typing import Any, TypeVar

from msgspec import Struct, convert, field

from bot.video.values.calls import Calls
from bot.video.values.catalogue import Quality, Sound, rank
from bot.video.values.options import Defaults

BLANK_PROMPTS_AFTER = 90  # days
C = TypeVar("C", int, Quality, Sound)


class VideoCaps(Struct, frozen=True, kw_only=True):
    """The most a video may be; None is no cap."""

    duration: int | None = None  # seconds
    quality: Quality | None = None
    sound: Sound | None = None  # OFF: no sound here

    def __and__(self, other: "VideoCaps") -> "VideoCaps":
        """Both caps together: the lower one of each kind."""
        return VideoCaps(
            duration=_lower(self.duration, other.duration),
            quality=_lower(self.quality, other.quality),
            sound=_lower(self.sound, other.sound),
        )


class Approval(Struct, frozen=True, kw_only=True):
    """Whose videos wait for a moderator; by default nobody's."""

    new_days: int | None = None  # members who joined fewer days ago
    roles: tuple[int, ...] = ()
    above: int | None = None  # credits; videos that cost more
    trusted: tuple[int, ...] = ()  # members for whom none of this applies


class ServerSettings(Struct, frozen=True, kw_only=True):
    """Every setting of a server. Ids are Discord's; no channels or no roles means any."""

    language: str | None = None  # for public texts, as Discord names it; None: the server's own
    channels: tuple[int, ...] = ()
    roles: tuple[int, ...] = ()
    age_restricted_only: bool = False
    moderators_channel: int | None = None
    audit_channel: int | None = None
    showcase_channel: int | None = None  # or a forum
    defaults: Defaults = Defaults()
    ceiling: VideoCaps = VideoCaps()
    channel_ceilings: Mapping[int, VideoCaps] = field(default_factory=dict)
    spoiler_channels: tuple[int, ...] = ()
    paused: bool = False  # no new videos, and none that waits is submitted
    paused_channels: tuple[int, ...] = ()
    budget: int | None = None  # credits per calendar month (UTC)
    approval: Approval = Approval()
    calls: Calls = Calls()
    prompt_days: int = BLANK_PROMPTS_AFTER  # days prompts are kept after a video's end

    def ceiling_in(self, channel_ids: Collection[int]) -> VideoCaps:
        """The caps for a channel and, in a thread, also its parent's."""
        ceiling = self.ceiling
        for channel_id in channel_ids:
            ceiling &= self.channel_ceilings.get(channel_id, VideoCaps())
        return ceiling


class SettingsDocument(Struct, frozen=True, kw_only=True):
    """The settings as stored; version 0 belongs to a server that never set anything."""

    document: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0

    def read(self) -> ServerSettings:
        """The settings. Raises ValueError for a document that no version of this program wrote."""
        return convert(self.document, ServerSettings, str_keys=True)

    def at(self, path: str) -> Any:
        """The value at a path such as `ceiling.duration`; None where nothing was set."""
        found: Any = self.document
        for word in path.split("."):
            found = found.get(word) if isinstance(found, Mapping) else None
        return found

    def changed(self, path: str, value: Any) -> "SettingsDocument":
        """A copy with another value at a path; None removes it. Raises ValueError if invalid."""
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


def _lower(one: C | None, other: C | None) -> C | None:
    return min((each for each in (one, other) if each is not None), key=rank, default=None)
