"""Draws each of our messages, by its kind."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from discord import ui

from bot.ui.cards.audit import audit_notice
from bot.ui.cards.boards import board, board_link
from bot.ui.cards.film import ShownClip, film, film_name
from bot.ui.cards.gallery import gallery
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
from bot.ui.cards.showcase import showcase
from bot.video.ports.edges import About, Clip
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
    clips: Sequence[Clip] = (),
) -> ui.LayoutView:
    """A message as it is now; `locale` is its server's. Raises TypeError if it has no content,
    since such a message is never sent."""
    if isinstance(about, BoardCard) and isinstance(post.content, BoardLinkContent):
        return board_link(about.board)
    if isinstance(about, BoardCard):
        return board(about, per_usd=per_usd)
    if isinstance(about, Card):
        if post.kind is PostKind.SHOWCASE:
            return showcase(_shown((clips or [Clip(post=post)])[0], about), ai_label=ai_label)
        if post.kind is PostKind.FILM:
            shown = [_shown(each, about) for each in clips or [Clip(post=post)]]
            return films(about, post, shown, per_usd=per_usd, ai_label=ai_label)
        return _of_video(post, about, now=now, per_usd=per_usd)
    return _line(post, locale=locale, per_usd=per_usd)


def films(
    card: Card,
    post: Post,
    clips: Sequence[ShownClip],
    *,
    per_usd: float,
    ai_label: str = "",
    votes: Mapping[str, int] = {},
) -> ui.LayoutView:
    """The message with a video, or with all that it carries."""
    if len(clips) > 1:
        return gallery(card, post, clips, per_usd=per_usd, ai_label=ai_label, votes=votes)
    return film(
        card,
        post,
        per_usd=per_usd,
        uploaded_as=clips[0].uploaded_as,
        kept_at=clips[0].kept_at,
        ai_label=ai_label,
    )


def _shown(clip: Clip, about: Card) -> ShownClip:
    task_id = str(clip.post.task_id)
    card = next((each for each in about.all if each.task.id == task_id), about)
    name = None if clip.film is None else film_name(task_id)
    return ShownClip(card=card, post=clip.post, uploaded_as=name, kept_at=clip.kept_at)


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
