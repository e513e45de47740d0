"""Statements on presets. `bot.db.presets` implements them."""

from collections.abc import Sequence
from typing import Protocol

from bot.video.values.presets import Preset


class PresetBooks(Protocol):
    """Presets of people and servers."""

    def presets(self, *, server_id: int, user_id: int) -> Sequence[Preset]:
        """A person's presets, then the server's, each by name."""
        ...

    def save_preset(self, preset: Preset) -> None:
        """Keep a preset in place of one with the same owner and name."""
        ...

    def drop_presets(self, ids: Sequence[str]) -> None: ...
