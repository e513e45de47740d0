"""Searches a server's audit by person, kind of act and day, with links to videos."""

from collections.abc import Mapping
from itertools import chain

from msgspec import Struct

from bot.video.ports.books import Books
from bot.video.values.moderation import AuditEntry, AuditSearch
from bot.video.values.posts import PUBLIC, Post, PostKind, PostState

ACTS: Mapping[str, tuple[str, ...]] = {
    "settings": ("setting_changed", "setting_undone", "setup_applied", "setup_undone"),
    "limits": ("limit_set", "limit_cleared", "limit_granted", "limit_reset", "limit_undone"),
    "blocks": ("blocked", "unblocked"),
    "approvals": ("held", "approved", "approved_cheaper", "denied"),
    "videos": (
        "cancelled",
        "put_first",
        "deleted",
        "covered",
        "uncovered",
        "purged",
        "queue_posted",
        "showcased",
    ),
    "reports": ("reported", "report_dismissed"),
    "rules": (
        "rule_added",
        "rule_removed",
        "rules_added",
        "rules_imported",
        "rules_undone",
    ),
    "presets": ("preset_saved", "preset_deleted"),
    "met": ("rule_met",),
    "refused": ("refused",),
}
Message = tuple[int, int, int]  # server, channel, message


class Traced(Struct, frozen=True, kw_only=True):
    """An entry, and the place to see its video."""

    entry: AuditEntry
    message: Message | None


def acts_of(kind: str | None) -> tuple[str, ...]:
    """The acts of a kind; an empty result means all. Raises KeyError."""
    return () if kind is None else ACTS[kind]


def look(books: Books, search: AuditSearch) -> list[Traced]:
    """Entries, newest first."""
    return [
        Traced(entry=entry, message=message_of(books, entry.task_id))
        for entry in books.seek_audit(search)
    ]


def message_of(books: Books, task_id: str | None) -> Message | None:
    """Where a video is posted, or else where it was requested; never a direct message."""
    if task_id is None:
        return None
    posts = {post.kind: post for post in books.posts(task_id)}
    film, reply = posts.get(PostKind.FILM), posts.get(PostKind.REPLY)
    if film is not None and film.state is PostState.THERE and film.rung in PUBLIC:
        return _place(film)
    return None if reply is None else _place(reply)


def _place(post: Post) -> Message | None:
    if post.message_id is None or not post.server_id:
        return None
    return post.server_id, post.sent_to or post.channel_id, post.message_id


def known_acts() -> frozenset[str]:
    """Every act that belongs to a kind."""
    return frozenset(chain.from_iterable(ACTS.values()))
