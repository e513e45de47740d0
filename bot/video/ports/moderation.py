"""Statements on blocks and prompt rules. `bot.db.moderation` implements them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.video.values.moderation import Block, PromptRule


class ModerationBooks(Protocol):
    """Blocks and rules."""

    def block(self, server_id: int, user_id: int) -> Block | None:
        """A person's block, even if it is over."""
        ...

    def set_block(self, block: Block) -> None:
        """Set a block; replaces an earlier one."""
        ...

    def lift_block(self, server_id: int, user_id: int, *, now: datetime) -> Block | None:
        """Remove a block; None if none was in force."""
        ...

    def rules(self, server_id: int) -> Sequence[PromptRule]:
        """A server's rules by name."""
        ...

    def add_rule(self, rule: PromptRule) -> bool:
        """Add a rule; False if the server has one with this name."""
        ...

    def remove_rule(self, server_id: int, name: str) -> PromptRule | None:
        """Remove a rule and return it; None if there is none with this name."""
        ...
