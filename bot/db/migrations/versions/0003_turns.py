"""Films that a moderator put first; finds the cards about a subject."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("tasks") as tasks:
        tasks.add_column(sa.Column("first_at", sa.BigInteger()))
    op.create_index("ix_posts_subject", "posts", ["subject", "state"])
