"""An index by which nobody reads a long queue to find what a dead process drove."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

_IS_OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    open_ones: dict[str, Any] = {"sqlite_where": _IS_OPEN, "postgresql_where": _IS_OPEN}
    op.create_index("ix_tasks_owner", "tasks", ["owner"], **open_ones)
