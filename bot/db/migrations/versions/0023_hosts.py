"""On which machine a process runs, and its number there."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("processes", sa.Column("host", sa.Text(), nullable=False, server_default=""))
    op.add_column("processes", sa.Column("pid", sa.Integer(), nullable=False, server_default="0"))
