"""Draws each of our messages, by its kind."""

from datetime import datetime

from discord import ui

from bot.ui.cards.audit import audit_notice
from bot.ui.cards.boards import board, board_link
from bot.ui.cards.film import film
from bot.ui.cards.moderation import held, reported
from bot.ui.cards.notices import (
    budget_notice,
    call_notice,
    operator_notice,
    outcome,
    person_notice,
)
from bot.ui.cards.queue import queue_card
from bot.ui.cards.reply import reply
from bot.video.ports.edges import About
from bot.video.values.boards import BoardCard
from bot.video.values.cards import Card
from bot.video.values.contents import (
    ApprovalContent,
    AuditContent,
    BoardLinkContent,
    BudgetContent,
    CallContent,
    OperatorContent,
    PersonContent,
    QueueContent,
    ReportContent,
)
from bot.video.values.posts import Post, PostKind, Rung


def drawn(
    post: Post,
    about: About,
    *,
    locale: str,
    now: datetime,
    per_usd: float,
    ai_label: str = "",
    uploaded_as: str | None = None,
    kept_at: str | None = None,
) -> ui.LayoutView:
    """A message as it is now; `locale` is its server's. Raises TypeError if it has no content,
    since such a message is never sent."""
    if isinstance(about, BoardCard) and isinstance(post.content, BoardLinkContent):
        return board_link(about.board)
    if isinstance(about, BoardCard):
        return board(about, per_usd=per_usd)
    if isinstance(about, Card):
        if post.kind is PostKind.FILM:
            return film(
                about,
                post,
                per_usd=per_usd,
                uploaded_as=uploaded_as,
                kept_at=kept_at,
                ai_label=ai_label,
            )
        return _of_video(post, about, now=now, per_usd=per_usd)
    return _line(post, locale=locale, per_usd=per_usd)


def _of_video(post: Post, card: Card, *, now: datetime, per_usd: float) -> ui.LayoutView:
    match post.content:
        case ApprovalContent() as said:
            return held(card, said, per_usd=per_usd)
        case ReportContent() as said:
            return reported(card, said)
    if post.kind is PostKind.OUTCOME:
        return outcome(card, in_dm=post.rung is Rung.DM)
    return reply(card, now=now, per_usd=per_usd)


def _line(post: Post, *, locale: str, per_usd: float) -> ui.LayoutView:
    match post.content:
        case QueueContent() as said:
            speaks, can_pin = said.locale or locale, bool(post.token)
            return queue_card(said, locale=speaks, per_usd=per_usd, can_pin=can_pin)
        case AuditContent() as said:
            return audit_notice(said, locale)
        case PersonContent() as said:
            return person_notice(said)
        case BudgetContent() as said:
            return budget_notice(said, locale)
        case CallContent() as said:
            return call_notice(said, locale)
        case OperatorContent() as said:
            return operator_notice(said)
    raise TypeError(f"{post.id} says nothing")
