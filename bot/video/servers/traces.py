"""What messages in a server's own channels still say of people once their words are gone.

Each is owed an edit, or is taken down. Messages in public channels are their readers' to delete."""

import json
from datetime import datetime
from functools import partial
from typing import Any

from bot.video.contents import rewrite, rewrite_shown
from bot.video.models import PostKind
from bot.video.moderation.acts import take_down
from bot.video.ports.books import Books
from bot.video.servers.audit import post_id

FORGOTTEN = {"forgotten": True}  # all that is left to say of whom an entry was about
OF_THE_FILE = {"purge", "kept_at", "unfetched", "upload"}  # what a message says of a file
WORDS = "words"  # what a rule matched, in an audit entry and on the card of a held film


def cover_cards(books: Books, request_ids: list[str], at: datetime) -> None:
    """Blank the cards in the moderators' channel about films whose words are gone."""
    for task in books.made_of(request_ids):
        for card in books.posts(task.id):
            if card.kind is PostKind.CARD:
                rewrite_shown(books, card.id, _without_words, at)


def cover_audit(
    books: Books, *, before: datetime, server_id: int | None, at: datetime, limit: int
) -> int:
    """Blank what rules matched in entries that are older; how many. Without a server, in all that
    have no settings of their own."""
    entries = books.audit_with_words(before=before, server_id=server_id, limit=limit)
    for entry in entries:
        books.change_audit(entry.id, details=json.dumps(_without_words(json.loads(entry.details))))
        if (line := books.look_up_post(post_id(entry))) is not None:
            rewrite_shown(books, line.id, _without_words, at)
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
                rewrite(books, line.id, _only_taken_down)
            continue
        books.change_audit(entry.id, user_id=0, task_id=None, details=json.dumps(FORGOTTEN))
        if line is not None:
            rewrite_shown(books, line.id, _forgotten, at)


def leave_films(books: Books, user_id: int) -> None:
    """Leave of a person's videos that were shown what is about the file alone."""
    for film in books.films_shown_to(user_id):
        rewrite(books, film.id, _only_taken_down, user_id=0, token="")


def leave_reports(books: Books, user_id: int, at: datetime) -> None:
    """Take a person's reports off the cards about other people's films."""
    for card in books.reports_by(user_id):
        rewrite_shown(books, card.id, partial(_without_reports_by, user_id), at)


def _without_words(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name != WORDS}


def _only_taken_down(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name in OF_THE_FILE}


def _forgotten(said: dict[str, Any]) -> dict[str, Any]:
    return {name: said.get(name) for name in ("actor", "locale")} | FORGOTTEN


def _without_reports_by(user_id: int, said: dict[str, Any]) -> dict[str, Any]:
    others = [each for each in said["reports"] if each["by"] != user_id]
    return said | {"reports": others}
