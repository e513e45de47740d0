"""Whose readers see the place in which a video was asked for; not known of older ones."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("requests") as requests:
        requests.add_column(sa.Column("seen_from", sa.BigInteger()))
