"""Finds the takes of a board."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index("ix_requests_board_id", "requests", ["board_id"])
