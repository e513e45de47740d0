"""The port of statements on blocks and prompt rules. `bot.db.moderation` implements it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.video.values.moderation import Block, PromptRule


class ModerationBooks(Protocol):
    """Blocks and rules."""

    def block(self, server_id: int, user_id: int) -> Block | None:
        """A person's block, over or not."""
        ...

    def set_block(self, block: Block) -> None:
        """In the place of an earlier one."""
        ...

    def lift_block(self, server_id: int, user_id: int, *, now: datetime) -> Block | None:
        """Remove a block; None when there is none that still holds."""
        ...

    def rules(self, server_id: int) -> Sequence[PromptRule]:
        """The rules of a server by name."""
        ...

    def add_rule(self, rule: PromptRule) -> bool:
        """False when the server has a rule of this name already."""
        ...

    def remove_rule(self, server_id: int, name: str) -> PromptRule | None:
        """The removed rule; None when there is none of this name."""
        ...
