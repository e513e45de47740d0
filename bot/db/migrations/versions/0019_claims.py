"""Which process delivers a message that belongs to no video."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    with op.batch_alter_table("posts") as posts:
        posts.add_column(sa.Column("owner", sa.BigInteger(), server_default="0", nullable=False))
