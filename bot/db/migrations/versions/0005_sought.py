"""The words of a request folded, so that they are found in whatever case, on each database."""

import json
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("requests") as requests:
        requests.add_column(sa.Column("sought", sa.Text(), nullable=False, server_default=""))
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT id, prompt, shots FROM requests")).all()
    values = [{"of": each, "sought": _folded(prompt, shots)} for each, prompt, shots in rows]
    if values:
        change = sa.text("UPDATE requests SET sought = :sought WHERE id = :of")
        connection.execute(change, values)


def _folded(prompt: str, shots: str) -> str:
    texts = [prompt, *(shot["prompt"] for shot in json.loads(shots))]
    return unicodedata.normalize("NFKC", "\n".join(texts)).casefold()
