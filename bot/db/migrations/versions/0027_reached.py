"""When each process last reached the video API and Discord, so that one that is cut off ends."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.add_column("processes", sa.Column("api_at", sa.BigInteger()))
    op.add_column("processes", sa.Column("discord_at", sa.BigInteger()))
