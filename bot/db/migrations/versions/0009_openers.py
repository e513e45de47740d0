"""The open boards of a person are counted whenever they open another one."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_index("ix_boards_opener_id", "boards", ["opener_id", "state"])
