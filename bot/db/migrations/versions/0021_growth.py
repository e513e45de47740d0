"""Indexes with which no statement reads what is over: videos that ended, blanked words."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

_KEEPS_WORDS = sa.text("(prompt <> '' OR negative_prompt <> '' OR shots <> '[]' OR sought <> '')")
_KEPT: dict[str, Any] = {"sqlite_where": _KEEPS_WORDS, "postgresql_where": _KEEPS_WORDS}


def upgrade() -> None:
    op.create_index("ix_tasks_person_state", "tasks", ["user_id", "state"])
    op.create_index("ix_tasks_server_state", "tasks", ["server_id", "state"])
    orders = ["server_id", "ordered_at", "state", "price"]
    op.create_index("ix_charges_server_id", "charges", orders)
    op.create_index("ix_requests_kept", "requests", ["server_id", "created_at"], **_KEPT)
    op.create_index("ix_requests_kept_at", "requests", ["created_at"], **_KEPT)
    op.create_index("ix_boards_server_id", "boards", ["server_id", "created_at"])
    op.create_index("ix_boards_changed_at", "boards", ["state", "changed_at"])
