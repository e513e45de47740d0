"""Every kind of message has its name, and what it says is tagged with its shape."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

Said = dict[str, Any]

PIECE = 1000  # rows
KINDS = (
    "reply", "film", "outcome", "approval", "report", "queue", "board", "audit", "person", "budget",
    "operator",
)  # fmt: skip
_OF_AUDIT = ("actor", "user", "task", "message", "locale")
_READ = sa.text(
    "SELECT id, kind, subject, content, task_id FROM posts WHERE id > :after"
    " AND (kind IN ('notice', 'card') OR content <> '{}') ORDER BY id LIMIT :piece"
)
_WRITE = sa.text("UPDATE posts SET kind = :kind, content = :content WHERE id = :id")
_FLAGS = {"purge": "is_purged", "hinted": "is_hinted"}  # of any message


def upgrade() -> None:
    with op.batch_alter_table("posts") as posts:
        posts.drop_constraint(op.f("ck_posts_kind"), type_="check")
    _rewrite(op.get_bind())
    op.drop_index("ix_posts_subject", "posts")
    with op.batch_alter_table("posts") as posts:
        posts.drop_column("subject")
        words = ", ".join(f"'{kind}'" for kind in KINDS)
        posts.create_check_constraint(op.f("ck_posts_kind"), f"kind IN ({words})")
    op.create_index("ix_posts_kind", "posts", ["kind", "state"])


def _rewrite(connection: sa.Connection) -> None:
    after = ""
    while rows := connection.execute(_READ, {"after": after, "piece": PIECE}).all():
        values = []
        for post_id, kind, subject, content, task_id in rows:
            now, said = content_of(kind, subject, content, has_task=task_id is not None)
            values.append({"id": post_id, "kind": now, "content": said})
        connection.execute(_WRITE, values)
        after = rows[-1].id


def content_of(kind: str, subject: str, content: str, *, has_task: bool) -> tuple[str, str]:
    """The kind and content of now of a message of then. What no version wrote stays as it is."""
    now = _kind(kind, subject, has_task)
    try:
        shape = _shape(now, subject, json.loads(content))
    except (ValueError, TypeError, KeyError, AttributeError):
        return now, content
    return now, json.dumps(shape, separators=(",", ":"))


def _kind(kind: str, subject: str, has_task: bool) -> str:
    if kind in ("reply", "film"):
        return kind
    about = subject.partition(".")[0]
    if kind == "card" and about in ("approval", "report", "queue", "board"):
        return about
    if about in ("audit", "person", "budget"):
        return about
    return "outcome" if has_task else "operator"


def _shape(kind: str, subject: str, said: Said) -> Said:
    flags = {_FLAGS[name]: said.pop(name) for name in _FLAGS if name in said}
    if kind in ("reply", "outcome") or (kind in ("audit", "person", "budget") and not said):
        return {"type": "nothing", **flags} if flags else {}
    rest = subject.removeprefix("operator.") if kind == "operator" else subject.partition(".")[2]
    tag = rest if kind == "person" else kind
    return {"type": tag, **flags, **_SHAPES[kind](rest, said)}


def _named(said: Said, names: Mapping[str, str]) -> Said:
    """What is there of `names`, by its name of now."""
    return {now: said[then] for then, now in names.items() if said.get(then) is not None}


def _film(_: str, said: Said) -> Said:
    now = {"kept_at": "kept_at", "unfetched": "is_unfetched", "gone": "is_gone"}
    return _named(said, now) | ({"is_too_large": True} if said.get("upload") is False else {})


def _approval(_: str, said: Said) -> Said:
    now = {name: name for name in ("why", "rule", "words", "decision")} | {"by": "decided_by"}
    is_costly = "rule" in said and said.get("words", "") is None
    return _named(said, now) | ({"is_costly": True} if is_costly else {})


def _report(_: str, said: Said) -> Said:
    reports = [{"by": each["by"], "reason": each["reason"]} for each in said.get("reports", [])]
    return {"reports": reports, **_named(said, {"dismissed_by": "dismissed_by"})}


def _queue(_: str, said: Said) -> Said:
    now = {"task": "task_id", "user": "user_id", "at": "asked_at", "first": "is_first"}
    rows = [{now.get(name, name): each[name] for name in each} for each in said.get("rows", [])]
    of_page = {"page": "page", "more": "has_more", "locale": "locale", "closed": "is_closed"}
    return {"rows": rows, **_named(said, of_page)}


def _board(rest: str, said: Said) -> Said:
    return {"board_id": rest, **_named(said, {"look": "look", "at": "at"})}


def _audit(rest: str, said: Said) -> Said:
    if said.get("forgotten"):
        own = {name: said.get(name) for name in ("actor", "locale")}
        return {"action": rest, **own, "is_forgotten": True}
    own = {name: said.pop(name) for name in _OF_AUDIT if name in said}
    return {"action": rest, **own, "details": said}


def _person(_: str, said: Said) -> Said:
    return said


def _budget(_: str, said: Said) -> Said:
    return {name: said.get(name) for name in ("share", "spent", "budget", "locale")}


def _operator(rest: str, said: Said) -> Said:
    return {"cause": rest, "facts": {name: said[name] for name in said if name != "locale"}}


_SHAPES: dict[str, Callable[[str, Said], Said]] = {
    "film": _film,
    "approval": _approval,
    "report": _report,
    "queue": _queue,
    "board": _board,
    "audit": _audit,
    "person": _person,
    "budget": _budget,
    "operator": _operator,
}
