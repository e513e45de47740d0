"""The channel of the thread in which a video was asked for; not known of older ones."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    with op.batch_alter_table("requests") as requests:
        requests.add_column(sa.Column("thread_of", sa.BigInteger()))
