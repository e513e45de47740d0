"""Reads, saves and deletes presets."""

from collections.abc import Sequence

from msgspec import json
from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select

from bot.db.server_tables import presets
from bot.video.values.options import PresetOptions
from bot.video.values.presets import Preset

_OF_SERVER = and_(presets.c.server_id == bindparam("of_server"), presets.c.user_id == 0)
_OF_PERSON = and_(presets.c.server_id == 0, presets.c.user_id == bindparam("of_user"))
_PRESETS = (
    select(presets).where(or_(_OF_SERVER, _OF_PERSON)).order_by(presets.c.server_id, presets.c.key)
)
_REPLACED = delete(presets).where(
    presets.c.server_id == bindparam("of_server"),
    presets.c.user_id == bindparam("of_user"),
    presets.c.key == bindparam("of_key"),
)


class PresetSqlBooks:
    """Presets in one transaction."""

    connection: Connection

    def presets(self, *, server_id: int, user_id: int) -> Sequence[Preset]:
        owners = {"of_server": server_id, "of_user": user_id}
        return [
            Preset(
                id=row.id,
                server_id=row.server_id,
                user_id=row.user_id,
                name=row.name,
                options=json.decode(row.options, type=PresetOptions),
                is_locked=row.is_locked,
                saved_at=row.saved_at,
            )
            for row in self.connection.execute(_PRESETS, owners)
        ]

    def save_preset(self, preset: Preset) -> None:
        same = {"of_server": preset.server_id, "of_user": preset.user_id, "of_key": preset.key}
        self.connection.execute(_REPLACED, same)
        values = {
            "id": preset.id,
            "server_id": preset.server_id,
            "user_id": preset.user_id,
            "name": preset.name,
            "key": preset.key,
            "options": json.encode(preset.options).decode(),
            "is_locked": preset.is_locked,
            "saved_at": preset.saved_at,
        }
        self.connection.execute(insert(presets), values)

    def drop_presets(self, ids: Sequence[str]) -> None:
        self.connection.execute(delete(presets).where(presets.c.id.in_(ids)))
