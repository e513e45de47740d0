"""An answer put off: the "thinking" message that a person sees until their turn comes."""

from datetime import datetime, timedelta

from msgspec import Struct

PATIENCE = timedelta(minutes=2)  # after this long nobody is at it any more: its process has died


class Deferral(Struct, frozen=True, kw_only=True):
    """A "thinking" message: one row, from its sending until it was replaced.

    `locale` is the language of whoever sees it, `due_at` when to say that nothing came of it.
    """

    interaction_id: int
    application_id: int
    token: str
    token_until: datetime
    locale: str
    due_at: datetime
