"""Several takes of one request."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("requests", sa.Column("takes", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("tasks", sa.Column("take", sa.Integer(), nullable=False, server_default="0"))
