"""Options that a person or a server keeps under a name."""

import unicodedata
from datetime import datetime

from msgspec import Struct, structs
from msgspec.structs import replace

from bot.errors import Refusal
from bot.video.values.options import Options, PresetOptions
from bot.video.values.visible import is_visible, seen

NAME_LIMIT = 50  # characters
MOST_PRESETS = 25  # of a person, and of a server: as many as Discord suggests


class Preset(Struct, frozen=True, kw_only=True):
    """Either a person's, which they use in every server, or a server's (`user_id` 0)."""

    id: str
    server_id: int  # 0 for a person's
    user_id: int
    name: str
    options: PresetOptions  # None: not part of the preset
    is_locked: bool = False  # nobody chooses other values for its options
    saved_at: datetime

    @property
    def key(self) -> str:
        """What makes the name unique: letters that look the same count as the same."""
        return name_key(self.name)


def name_key(name: str) -> str:
    """The name without differences that nobody sees."""
    return unicodedata.normalize("NFKC", name).casefold()


def read_name(written: str) -> str:
    """A name as it is kept. Raises `Refusal` if nobody could see it or it is too long."""
    name = " ".join(seen(written).split())
    if not is_visible(name):
        raise Refusal("preset_nameless")
    if len(name) > NAME_LIMIT:
        raise Refusal("preset_name_long", limit=NAME_LIMIT, length=len(name))
    return name


def with_preset(options: Options, preset: Preset) -> Options:
    """The options with those of a preset where a person gave none.

    Raises `Refusal` if the preset is locked and the person chose something else.
    """
    filled = {}
    for option, value in structs.asdict(preset.options).items():
        given = getattr(options, option)
        if value is None or given == value:
            continue
        if given is None:
            filled[option] = value
        elif preset.is_locked:
            raise Refusal("preset_locked", preset=preset.name, option=option)
    return replace(options, **filled)
