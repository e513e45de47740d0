"""How often a video was refused for its own sake, and whether it has taken far too long."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("tasks") as tasks:
        tasks.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
        tasks.add_column(
            sa.Column("stalled", sa.Boolean(), nullable=False, server_default=sa.false())
        )
