"""What messages in a server's own channels still say of people once their words are gone.

Each is owed an edit, or is taken down. Messages in public channels are their readers' to delete."""

import json
from datetime import datetime
from typing import Any

from bot.video.models import Post, PostKind, PostState
from bot.video.moderation.acts import take_down
from bot.video.ports.books import Books
from bot.video.servers.audit import post_id

FORGOTTEN = {"forgotten": True}  # all that is left to say of whom an entry was about
WORDS = "words"  # what a rule matched, in an audit entry and on the card of a held film


def cover_cards(books: Books, request_ids: list[str], at: datetime) -> None:
    """Blank the cards in the moderators' channel about films whose words are gone."""
    for task in books.made_of(request_ids):
        for card in books.posts(task.id):
            if card.kind is PostKind.CARD:
                _say(books, card, _without_words(card.content), at)


def cover_audit(
    books: Books, *, before: datetime, server_id: int | None, at: datetime, limit: int
) -> int:
    """Blank what rules matched in entries that are older; how many. Without a server, in all that
    have no settings of their own."""
    entries = books.audit_with_words(before=before, server_id=server_id, limit=limit)
    for entry in entries:
        books.change_audit(entry.id, details=json.dumps(_without_words(entry.details)))
        if (line := books.look_up_post(post_id(entry))) is not None:
            _say(books, line, _without_words(line.content), at)
    return len(entries)


def leave_audit(books: Books, user_id: int, at: datetime) -> None:
    """Take a person out of the audit: what the bot and they themselves did goes, what moderators
    did stays without them."""
    for entry in books.audit_about(user_id):
        line = books.look_up_post(post_id(entry))
        if entry.actor_id in (0, user_id):
            books.drop_audit(entry.id)
            if line is not None:
                take_down(books, line, at)
            continue
        books.change_audit(entry.id, user_id=0, task_id=None, details=json.dumps(FORGOTTEN))
        if line is not None:
            kept = json.loads(line.content)
            _say(
                books, line, {name: kept.get(name) for name in ("actor", "locale")} | FORGOTTEN, at
            )


def leave_reports(books: Books, user_id: int, at: datetime) -> None:
    """Take a person's reports off the cards about other people's films."""
    for card in books.reports_by(user_id):
        content = json.loads(card.content)
        others = [each for each in content["reports"] if each["by"] != user_id]
        _say(books, card, content | {"reports": others}, at)


def _say(books: Books, post: Post, content: dict[str, Any], at: datetime) -> None:
    """Change what a message says; one that is there is edited."""
    again = {"state": PostState.DUE, "due_at": at} if post.state is PostState.THERE else {}
    books.change_post(post.id, content=json.dumps(content), **again)


def _without_words(text: str) -> dict[str, Any]:
    return {name: value for name, value in json.loads(text).items() if name != WORDS}
