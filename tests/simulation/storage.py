"""The store for a single process, emptied before each life."""

from dataclasses import dataclass

from sqlalchemy import create_engine, make_url

from bot.db.tables import metadata


@dataclass(frozen=True, kw_only=True)
class OwnLease:
    """The store's, as one process alone has it: nobody looks for what others left behind."""

    owner: int
    is_shared: bool = False

    def is_held(self) -> bool:
        return True


def empty(url: str) -> None:
    """No rows, as after the migrations."""
    place = make_url(url)
    if place.get_backend_name() == "postgresql":
        place = place.set(drivername="postgresql+psycopg")
    engine = create_engine(place)
    with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    engine.dispose()
