"""Reported videos: one card per video in the moderators' channel, until someone deals with it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from bot.errors import Refusal
from bot.video.moderation.acts import film_of
from bot.video.moderation.calling import role_to_call
from bot.video.moderation.channel import is_lost
from bot.video.outbox import new_posts
from bot.video.outbox.change import change, move, saying
from bot.video.outbox.new_posts import report_id
from bot.video.ports.books import Books
from bot.video.servers import audit
from bot.video.servers.audit import Act
from bot.video.values.contents import Report, ReportContent
from bot.video.values.visible import seen

REASON_LIMIT = 200  # characters
SHOWN = 5  # reports listed on a card; more are only counted


def report(
    books: Books,
    task_id: str,
    *,
    server_id: int,
    by: int,
    reason: str,
    now: datetime,
    choose: Callable[[str], str],
) -> None:
    """Tell the moderators. Raises `Refusal` without a channel, or if this person reported it."""
    task = film_of(books, server_id, task_id)
    if task.deleted_by is not None:
        raise Refusal("already_deleted")
    books.lock([f"server:{server_id}"])
    settings = books.settings(server_id)
    channel_id = settings.moderators_channel
    if channel_id is None:
        raise Refusal("no_reports_here")
    said = Report(by=by, reason=seen(reason))
    known = books.look_up_post(report_id(task_id))
    if known is None:
        calls = role_to_call(books, settings, server_id, now)
        books.add_post(new_posts.report(task, channel_id, said, calls=calls, now=now))
    else:
        card = change(books, known.id, saying(ReportContent, partial(_with, said)), at=now)
        if is_lost(card, channel_id):
            move(books, card.id, channel_id, choose=choose, now=now)
    audit.record(
        books,
        "reported",
        choose=choose,
        now=now,
        server_id=server_id,
        actor_id=by,
        user_id=task.user_id,
        task_id=task_id,
        reason=said.reason,
    )


def dismiss(books: Books, act: Act, task_id: str) -> None:
    """Note on the card that the video may stay. Raises `Refusal`."""
    task = film_of(books, act.server_id, task_id)
    if books.look_up_post(report_id(task_id)) is None:
        raise Refusal("unknown_film", id=task_id)
    by = saying(ReportContent, lambda said: replace(said, dismissed_by=act.by))
    change(books, report_id(task_id), by, at=act.now)
    act.record(books, "report_dismissed", user_id=task.user_id, task_id=task_id)


def _with(said: Report, known: ReportContent) -> ReportContent:
    """Add a report; this reopens a dismissed card."""
    if any(each.by == said.by for each in known.reports):
        raise Refusal("already_reported")
    return replace(known, reports=(*known.reports, said), dismissed_by=None)
