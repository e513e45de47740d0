"""Indexes by which neither a long queue is read for what is next, nor a person's for its length."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

_IS_QUEUED = sa.text("state = 'queued'")
_IS_FIRST = sa.text("state = 'queued' AND first_at IS NOT NULL")
_QUEUED: dict[str, Any] = {"sqlite_where": _IS_QUEUED, "postgresql_where": _IS_QUEUED}
_FIRST: dict[str, Any] = {"sqlite_where": _IS_FIRST, "postgresql_where": _IS_FIRST}


def upgrade() -> None:
    op.create_index("ix_tasks_ready_at", "tasks", ["state", "ready_at"], **_QUEUED)
    queue = ["state", "created_at", "server_id", "ready_at"]
    op.create_index("ix_tasks_queue", "tasks", queue, **_QUEUED)
    in_server = ["state", "server_id", "created_at"]
    op.create_index("ix_tasks_server_queue", "tasks", in_server, **_QUEUED)
    op.create_index("ix_tasks_first_at", "tasks", ["state", "first_at"], **_FIRST)
    op.drop_index("ix_tasks_person_state", "tasks")
    of_person = ["user_id", "state", "server_id", "stalled"]
    op.create_index("ix_tasks_person_state", "tasks", of_person)
