"""Messages that show a video in a server's showcase."""

from alembic import op

revision = "0020"
down_revision = "0019"

KINDS = (
    "reply", "film", "showcase", "outcome", "approval", "report", "queue", "board", "audit",
    "person", "budget", "operator",
)  # fmt: skip


def upgrade() -> None:
    words = ", ".join(f"'{kind}'" for kind in KINDS)
    with op.batch_alter_table("posts") as posts:
        posts.drop_constraint(op.f("ck_posts_kind"), type_="check")
        posts.create_check_constraint(op.f("ck_posts_kind"), f"kind IN ({words})")
