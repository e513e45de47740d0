"""Statements on small facts, and on the interactions that were handled."""

from sqlalchemy import Connection, bindparam, delete, select, text

from bot.db.tables import facts, interactions

_FACT = select(facts.c.value).where(facts.c.name == bindparam("name"))
_SET_FACT = text(
    "INSERT INTO facts (name, value) VALUES (:name, :value)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_COUNT_UP = text(
    "INSERT INTO facts (name, value) VALUES (:name, '1')"
    " ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(facts.value AS BIGINT) + 1 AS TEXT)"
    " RETURNING value"
)
# The update changes nothing; it makes PostgreSQL return and lock the existing row.
_KEEP_INTERACTION = text(
    "INSERT INTO interactions (id, heard_by) VALUES (:id, :by)"
    " ON CONFLICT (id) DO UPDATE SET id = excluded.id RETURNING heard_by"
)
_FORGET_INTERACTIONS = delete(interactions).where(interactions.c.id < bindparam("before"))


class FactSqlBooks:
    """Facts and handled interactions in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def keep_interaction(self, interaction_id: int, *, by: int) -> bool:
        values = {"id": interaction_id, "by": by}
        heard_by: int = self.connection.execute(_KEEP_INTERACTION, values).scalar_one()
        return heard_by == by

    def forget_interactions(self, *, before: int) -> None:
        self.connection.execute(_FORGET_INTERACTIONS, {"before": before})

    def fact(self, name: str) -> str | None:
        value: str | None = self.connection.execute(_FACT, {"name": name}).scalar()
        return value

    def count_up(self, name: str) -> int:
        return int(self.connection.execute(_COUNT_UP, {"name": name}).scalar_one())

    def set_fact(self, name: str, value: str) -> None:
        self.connection.execute(_SET_FACT, {"name": name, "value": value})
