"""Statements on what is kept between starts: small facts, and handled interactions."""

from typing import Protocol


class FactBooks(Protocol):
    """Facts and handled interactions."""

    def keep_interaction(self, interaction_id: int, *, by: int) -> bool:
        """Whether this hearing may act; False if another one has the interaction. Never blocks."""
        ...

    def forget_interactions(self, *, before: int) -> None:
        """Forget interactions with lower ids, which are older."""
        ...

    def fact(self, name: str) -> str | None: ...

    def set_fact(self, name: str, value: str) -> None: ...

    def count_up(self, name: str) -> int:
        """Raise a fact that is a number by one, from 0, and return it."""
        ...
