"""A charge counts from when its video was ordered, not from when it was accepted; what a person
used is found over all servers."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

# What the API may have had and nobody dated counts from its acceptance.
_DATE = """
UPDATE charges SET ordered_at = COALESCE(
    (SELECT submitted_at FROM tasks WHERE tasks.id = charges.task_id),
    CASE WHEN state IN ('charged', 'possible') THEN at END
)
"""
# Where the two dates are compared, each says whether the video was ordered.
_DATE_TASKS = """
UPDATE tasks SET submitted_at = (SELECT ordered_at FROM charges WHERE charges.task_id = tasks.id)
WHERE submitted_at IS NULL
"""


def upgrade() -> None:
    op.drop_index("ix_charges_at", "charges")
    with op.batch_alter_table("charges") as charges:
        charges.add_column(sa.Column("ordered_at", sa.BigInteger()))
    op.execute(_DATE)
    op.execute(_DATE_TASKS)
    with op.batch_alter_table("charges") as charges:
        charges.drop_column("at")
    whole = ["ordered_at", "state", "server_id", "price"]
    op.create_index("ix_charges_ordered_at", "charges", whole)
    op.drop_index("ix_reservations_person", "reservations")
    op.create_index("ix_reservations_person", "reservations", ["user_id", "at"])
