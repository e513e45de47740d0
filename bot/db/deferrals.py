"""Statements on "thinking" messages: each a row until it was replaced."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec.structs import asdict
from sqlalchemy import Connection, bindparam, delete, or_, update
from sqlalchemy.dialects.postgresql import insert  # SQLite's way is the same

from bot.db.tables import deferrals, posts
from bot.video.values.deferrals import PATIENCE, Deferral
from bot.video.values.posts import PostKind, PostState

_KEEP = insert(deferrals).on_conflict_do_nothing(index_elements=["interaction_id"])
_DROP = delete(deferrals).where(deferrals.c.interaction_id == bindparam("of_id"))
_TAKE_UP = _DROP.where(deferrals.c.is_given_up.is_(False)).returning(deferrals.c.interaction_id)
_GIVE_UP = (
    update(deferrals)
    .where(or_(deferrals.c.due_at <= bindparam("now"), deferrals.c.due_at > bindparam("latest")))
    .values(is_given_up=True, due_at=bindparam("again_at"))
    .returning(*(deferrals.c[name] for name in Deferral.__struct_fields__))
)
_HURRY = update(deferrals).values(due_at=bindparam("now"))
_HURRY_CARDS = (
    update(posts)
    .where(
        posts.c.kind == PostKind.REPLY,
        posts.c.state == PostState.SENDING,
        posts.c.message_id.is_not(None),
    )
    .values(due_at=bindparam("now"))
)


class DeferralSqlBooks:
    """Answers that were put off, in one transaction."""

    connection: Connection

    def keep_deferrals(self, kept: Iterable[Deferral]) -> None:
        rows = [asdict(each) | {"is_given_up": False} for each in kept]
        if rows:
            self.connection.execute(_KEEP, rows)

    def drop_deferrals(self, interaction_ids: Iterable[int]) -> None:
        rows = [{"of_id": each} for each in interaction_ids]
        if rows:
            self.connection.execute(_DROP, rows)

    def take_up_deferral(self, interaction_id: int) -> bool:
        return self.connection.execute(_TAKE_UP, {"of_id": interaction_id}).first() is not None

    def give_up_deferrals(self, *, now: datetime, again_at: datetime) -> Sequence[Deferral]:
        values = {"now": now, "latest": now + PATIENCE, "again_at": again_at}
        return [Deferral(**row._mapping) for row in self.connection.execute(_GIVE_UP, values)]

    def hurry_deferrals(self, now: datetime) -> None:
        self.connection.execute(_HURRY, {"now": now})
        self.connection.execute(_HURRY_CARDS, {"now": now})
