"""Removes a person's words from the bot's messages in a server's own channels.

Each such message is owed an edit or a removal. In public channels, readers delete messages."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from msgspec.structs import replace

from bot.video.doors.inbox import empty
from bot.video.outbox.change import change, let_go, saying
from bot.video.outbox.film_post import take_down
from bot.video.outbox.notices import audit_post_id
from bot.video.outbox.owed import owe_board, owe_link
from bot.video.ports.books import Books
from bot.video.ports.privacy import Trace, Whose
from bot.video.values.boards import Board
from bot.video.values.contents import (
    ApprovalContent,
    AuditContent,
    Facts,
    Nothing,
    ReportContent,
)
from bot.video.values.posts import CARDS, Post, PostKind, PostState

FORGOTTEN = {"forgotten": True}  # replaces everything about the person of an entry
OWED = (PostState.DUE, PostState.SENDING)
WORDS = "words"  # what a rule matched


def cover_cards(books: Books, request_ids: Sequence[str], at: datetime) -> None:
    """Blank the cards in the moderators' channel about videos whose words are gone."""
    for task in books.made_of(request_ids):
        for card in books.posts(task.id):
            if card.kind in CARDS:
                change(books, card.id, saying(ApprovalContent, _without_rule_words), at=at)


def cover_audit(
    books: Books, *, before: datetime, server_id: int | None, at: datetime, limit: int
) -> int:
    """Blank what rules matched in older entries; returns their number. Without a server: in all
    servers without settings of their own."""
    entries = books.audit_with_words(before=before, server_id=server_id, limit=limit)
    for entry in entries:
        books.change_audit(entry.id, details=json.dumps(_without_words(json.loads(entry.details))))
        if (line := books.look_up_post(audit_post_id(entry.id))) is not None:
            change(books, line.id, saying(AuditContent, _without_details), at=at)
    return len(entries)


def leave_words(books: Books, whose: Whose, ids: Sequence[str]) -> int:
    """Blank requests and the cards about them; returns the number of videos."""
    blanked = books.blank_requests(Trace.WORDS, whose, ids)
    cover_cards(books, blanked, whose.before)
    return len(blanked)


def leave_audit(books: Books, whose: Whose, ids: Sequence[str]) -> int:
    """Remove a person from the audit. Acts of the bot or the person go; moderators' acts stay
    without the name."""
    for entry in books.audit_by_id(ids):
        line = books.look_up_post(audit_post_id(entry.id))
        if entry.actor_id in (0, whose.user_id):
            books.drop_audit(entry.id)
            if line is not None:
                take_down(books, line, whose.before)
                change(books, line.id, Nothing(is_purged=True))
            continue
        books.change_audit(entry.id, user_id=0, task_id=None, details=json.dumps(FORGOTTEN))
        if line is not None:
            change(books, line.id, saying(AuditContent, _forgotten), at=whose.before)
    return 0


def leave_posts(books: Books, whose: Whose, ids: Sequence[str]) -> int:
    """Remove a person's reports from cards, and blank messages to them. Facts about files stay, and
    what is owed for a video waits for its end."""
    for each in ids:
        post = books.hold_post(each)
        if isinstance(post.content, ReportContent):
            left = saying(ReportContent, partial(_without_reports_by, whose.user_id))
            change(books, post.id, left, at=whose.before)
        if post.user_id == whose.user_id:
            _leave_message(books, post, whose.before)
    return 0


def _leave_message(books: Books, post: Post, at: datetime) -> None:
    nobodys: dict[str, Any] = {"user_id": 0, "token": ""}
    if post.state is PostState.INBOX:
        post = empty(books, post, at)
    if post.state in OWED:
        if post.kind is PostKind.PERSON:
            let_go(books, post.id, content=Nothing(), **nobodys)
    elif post.kind is PostKind.FILM:
        change(books, post.id, lambda said: replace(said, is_hinted=False), **nobodys)
    else:
        change(books, post.id, Nothing(), **nobodys)


def leave_links(books: Books, whose: Whose, ids: Sequence[str]) -> int:
    """Remove the links to a person's videos."""
    books.drop_links(whose, ids)
    return 0


def leave_grants(books: Books, _: Whose, ids: Sequence[str]) -> int:
    """Remove the reasons of a person's grants."""
    books.drop_grant_reasons(ids)
    return 0


def leave_presets(books: Books, _: Whose, ids: Sequence[str]) -> int:
    """Delete a person's presets."""
    books.drop_presets(ids)
    return 0


def leave_blocks(books: Books, whose: Whose, server_ids: Sequence[int]) -> int:
    """Remove the reasons of a person's blocks."""
    books.drop_block_reasons(whose.user_id, server_ids)
    return 0


def leave_offers(books: Books, _: Whose, names: Sequence[str]) -> int:
    """Remove which smaller video a person was offered."""
    books.drop_facts(names)
    return 0


def leave_scopes(books: Books, _: Whose, names: Sequence[str]) -> int:
    """Remove the locks named after a person."""
    books.drop_scopes(names)
    return 0


def leave_boards(books: Books, whose: Whose, ids: Sequence[str]) -> int:
    """Remove a person's shots from storyboards, titles they wrote, and that they changed others'
    shots."""
    for board_id in ids:
        board = books.find_board(board_id)
        if board is not None and (left := _without(board, whose.user_id)) != board:
            books.save_board(replace(left, version=board.version + 1))
            owe_board(books, board_id, whose.before)
            owe_link(books, board_id, whose.before)
    return 0


def leave_votes(books: Books, whose: Whose, board_ids: Sequence[str]) -> int:
    """Remove a person's votes for takes."""
    for board_id in board_ids:
        books.drop_vote(board_id, whose.user_id)
        owe_board(books, board_id, whose.before)
    return 0


def _without(board: Board, user_id: int) -> Board:
    shots = tuple(
        replace(each, changed_by=0) if each.changed_by == user_id else each
        for each in board.shots
        if each.author_id != user_id
    )
    left = replace(board, shots=shots)
    if board.opener_id != user_id:
        return left
    options = replace(left.options, negative_prompt="")
    return replace(left, title="", opener_id=0, options=options)


def _without_words(said: Facts) -> Facts:
    return {name: value for name, value in said.items() if name != WORDS}


def _without_rule_words(said: ApprovalContent) -> ApprovalContent:
    return replace(said, words="")


def _without_details(said: AuditContent) -> AuditContent:
    return replace(said, details=_without_words(said.details))


def _forgotten(said: AuditContent) -> AuditContent:
    return AuditContent(action=said.action, actor=said.actor, locale=said.locale, is_forgotten=True)


def _without_reports_by(user_id: int, said: ReportContent) -> ReportContent:
    return replace(said, reports=tuple(each for each in said.reports if each.by != user_id))
