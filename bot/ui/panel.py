"""The settings that `/settings` offers: their page, their kind, and how a choice is read.

`bot.video.values.settings` stores them, `bot.ui.cards.settings` draws them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import chain
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import Refusal
from bot.ui.languages import LANGUAGES
from bot.video.values.catalogue import (
    DEFAULT_MODEL,
    MODELS,
    ShotType,
    durations,
    longest_prompt,
    offered,
    rank,
)
from bot.video.values.settings import BLANK_PROMPTS_AFTER, SettingsDocument
from bot.video.values.visible import seen

UNSET = "-"  # the value of the choice that removes a setting
OFFERED = tuple(locale for each in LANGUAGES for locale in each.offered)
KEPT_DAYS = (1, 7, 30, 90, 180, 365)
OFFSETS = (*range(-11, 0), *range(1, 14))  # hours ahead of UTC
NEW_DAYS = (1, 3, 7, 14, 30, 90)
MOST_CREDITS = 10_000_000
MOST_LENGTHS = (
    24  # a select menu has 25 choices, one of them is none; Discord, components reference
)


class Page(StrEnum):
    """A page of the panel."""

    OVERVIEW = "overview"
    GENERAL = "general"
    PLACES = "places"
    DEFAULTS = "defaults"
    CEILINGS = "ceilings"
    MONEY = "money"
    CALLS = "calls"
    AUDIT = "audit"


class Kind(StrEnum):
    """How a setting is chosen."""

    CHOICE = "choice"
    CHANNEL = "channel"
    CHANNELS = "channels"
    ROLE = "role"
    ROLES = "roles"
    MEMBERS = "members"
    NUMBER = "number"
    TEXT = "text"


class Setting(Struct, frozen=True, kw_only=True):
    """One setting. `words` names its choices' labels; `unset` is the text for no choice, and
    `usual` the value that applies then."""

    path: str
    kind: Kind
    choices: tuple[Any, ...] = ()
    words: str = ""
    unset: str = "settings.unset"
    usual: Any = None
    takes_forums: bool = False  # of a channel: a forum will do

    @property
    def label(self) -> str:
        """The key of its name, the same for every channel's caps."""
        return "settings." + _CHANNEL_CEILING.sub("ceiling.", self.path)

    @property
    def channel_id(self) -> int | None:
        """The channel whose cap it is; None for a setting of the whole server."""
        match = _CHANNEL_CEILING.match(self.path)
        return int(match[1]) if match else None


_CHANNEL_CEILING = re.compile(r"^channel_ceilings\.([0-9]{1,20})\.")


def _choice(
    path: str, words: str, choices: Sequence[Any], unset: str = "own_default", *, usual: Any = None
) -> Setting:
    return Setting(
        path=path,
        kind=Kind.CHOICE,
        words=words,
        choices=tuple(choices),
        unset=f"settings.{unset}",
        usual=usual,
    )


def _option(path: str, words: str, choices: Sequence[Any]) -> Setting:
    """A default for an option of `/video`."""
    usual = MODELS[DEFAULT_MODEL].default(path.removeprefix("defaults."))
    return _choice(path, words, choices, usual=usual)


_SHOTS = (ShotType.ONE, ShotType.INTELLIGENCE)
_NO_CEILING = "no_ceiling"

_FIXED: Mapping[Page, Sequence[Setting]] = {
    Page.GENERAL: (
        _choice("language", "language", OFFERED, "server_language"),
        Setting(path="moderators_channel", kind=Kind.CHANNEL),
        Setting(path="audit_channel", kind=Kind.CHANNEL),
        Setting(path="showcase_channel", kind=Kind.CHANNEL, takes_forums=True),
        _choice("prompt_days", "days", KEPT_DAYS, usual=BLANK_PROMPTS_AFTER),
    ),
    Page.PLACES: (
        Setting(path="channels", kind=Kind.CHANNELS, unset="settings.any_channel"),
        Setting(path="roles", kind=Kind.ROLES, unset="settings.everybody"),
        _choice("age_restricted_only", "yes", (True,), "no"),
        Setting(path="spoiler_channels", kind=Kind.CHANNELS),
        _choice("paused", "yes", (True,), "no"),
        Setting(path="paused_channels", kind=Kind.CHANNELS),
    ),
    Page.MONEY: (
        Setting(path="budget", kind=Kind.NUMBER),
        _choice("approval.new_days", "days", NEW_DAYS, "unset"),
        Setting(path="approval.roles", kind=Kind.ROLES),
        Setting(path="approval.above", kind=Kind.NUMBER),
        Setting(path="approval.trusted", kind=Kind.MEMBERS, unset="settings.nobody_trusted"),
    ),
    Page.CALLS: (
        Setting(path="calls.role", kind=Kind.ROLE, unset="settings.nobody"),
        _choice("calls.quiet_from", "hour", range(24), "unset"),
        _choice("calls.quiet_to", "hour", range(24), "unset"),
        _choice("calls.utc_offset", "offset", OFFSETS, "utc"),
    ),
}


def pages() -> Mapping[Page, Sequence[Setting]]:
    """The settings on each page, limited to what the models can do."""
    offered = {**_FIXED, Page.DEFAULTS: _defaults(), Page.CEILINGS: _ceilings()}
    return {page: offered.get(page, ()) for page in Page}


def _defaults() -> list[Setting]:
    model = _choice("defaults.model", "model", tuple(MODELS), usual=DEFAULT_MODEL)
    return [
        *([model] if len(MODELS) > 1 else []),
        _option("defaults.duration", "seconds", _seconds()),
        _option("defaults.aspect_ratio", "aspect_ratio", offered("aspect_ratio")),
        _option("defaults.sound", "sound", offered("sound")),
        _option("defaults.quality", "quality", offered("quality")),
        _option("defaults.shots", "shots", _SHOTS),
        _choice("defaults.watermark", "yes", (True,), "no"),
        Setting(path="defaults.negative_prompt", kind=Kind.TEXT),
    ]


def _ceilings() -> list[Setting]:
    qualities, sounds = (sorted(offered(each), key=rank) for each in ("quality", "sound"))
    return [
        _choice("ceiling.duration", "seconds", _seconds(), _NO_CEILING),
        _choice("ceiling.quality", "quality", qualities[:-1], _NO_CEILING),
        _choice("ceiling.sound", "sound", sounds[:-1], _NO_CEILING),
    ]


def _seconds() -> list[int]:
    """As many lengths as fit in a select menu."""
    every = durations()
    return every[:: -(-len(every) // MOST_LENGTHS)]


def ceilings_of(channel_id: int) -> list[Setting]:
    """The caps of one channel."""
    return [
        replace(each, path=each.path.replace("ceiling.", f"channel_ceilings.{channel_id}.", 1))
        for each in pages()[Page.CEILINGS]
    ]


def channels_with_ceilings(settings: SettingsDocument) -> list[int]:
    """The channels with caps of their own."""
    ceilings = settings.at("channel_ceilings") or {}
    return [int(channel_id) for channel_id, ceiling in ceilings.items() if ceiling]


def find(path: str) -> Setting:
    """The setting at a path. Raises `Refusal` for one the panel does not offer."""
    match = _CHANNEL_CEILING.match(path)
    every = chain.from_iterable(pages().values())
    offered: Iterable[Setting] = ceilings_of(int(match[1])) if match else every
    for setting in offered:
        if setting.path == path:
            return setting
    raise Refusal("unknown_choice", option="settings")


def home(path: str) -> str:
    """The name of the page with this setting, as in a button or select menu."""
    match = _CHANNEL_CEILING.match(path)
    if match:
        return f"channel-{match[1]}"
    return next(page for page, found in pages().items() if any(each.path == path for each in found))


def read(setting: Setting, values: Sequence[str]) -> Any:
    """The chosen or typed value, as stored; None removes the setting.

    Raises `Refusal` for a value the setting does not accept, even from a forged client.
    """
    value = values[0].strip() if values else ""
    match setting.kind:
        case Kind.CHOICE:
            return None if value in ("", UNSET) else _chosen(setting, value)
        case Kind.CHANNEL | Kind.ROLE:
            return _ids(values[:1])[0] if values else None
        case Kind.CHANNELS | Kind.ROLES | Kind.MEMBERS:
            return _ids(values) or None
        case Kind.NUMBER:
            return _number(value) if value else None
        case Kind.TEXT:
            return _text(seen(value)) or None


def _chosen(setting: Setting, value: str) -> Any:
    for choice in setting.choices:
        if str(choice) == value:
            return choice
    raise Refusal("unknown_choice", option=setting.path)


def _ids(values: Sequence[str]) -> list[int]:
    if not all(each.isascii() and each.isdigit() and len(each) <= 20 for each in values):
        raise Refusal("unknown_choice", option="settings")
    return sorted({int(each) for each in values})


def _number(value: str) -> int:
    digits = re.sub(r"[\s.,_']", "", value)
    if not (digits.isascii() and digits.isdigit()) or int(digits) > MOST_CREDITS:
        raise Refusal("whole_number", least=0, most=MOST_CREDITS)
    return int(digits)


def _text(value: str) -> str:
    if len(value) > (limit := longest_prompt()):
        raise Refusal("negative_prompt_too_long", limit=limit, length=len(value))
    return value
