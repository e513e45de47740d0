"""Videos that wait for a moderator: why one is held, and how it is decided.

A held video keeps its reservation. A card in the moderators' channel asks for the decision, and
shows it afterwards."""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import Reason, Refusal
from bot.video.moderation.acts import film_of
from bot.video.moderation.calling import role_to_call
from bot.video.moderation.channel import is_lost
from bot.video.moderation.cheaper import ways
from bot.video.moderation.screening import Hit
from bot.video.outbox import new_posts, owed
from bot.video.outbox.change import change, move, saying
from bot.video.outbox.new_posts import approval_id, reply_id
from bot.video.outbox.takes import owe_news, takes_of
from bot.video.ports.books import Books
from bot.video.servers.audit import Act
from bot.video.values.asker import Asker
from bot.video.values.contents import ApprovalContent, Decision, Why
from bot.video.values.moderation import RuleAction
from bot.video.values.prices import CREDIT
from bot.video.values.settings import Approval, ServerSettings
from bot.video.values.videos import State, VideoRequest, VideoSpec, VideoTask, new_id
from bot.video.values.visible import is_visible

PATIENCE = timedelta(hours=24)  # then a held video ends with a refund


class HeldVideo(Struct, frozen=True, kw_only=True):
    """A held video as its requester sees it; `message_id` is the reply's."""

    task_id: str
    request: VideoRequest
    message_id: int | None


def held_of(books: Books, server_id: int, user_id: int, *, most: int) -> list[HeldVideo]:
    """A person's held videos, among their oldest `most` videos without an outcome."""
    found = books.under_way(server_id, user_id=user_id, limit=most) if most else []
    return [
        HeldVideo(
            task_id=task.id,
            request=books.request(task.request_id),
            message_id=books.post(reply_id(task.id)).message_id,
        )
        for task in found
        if task.state is State.HELD and task.take <= 1
    ]


def why_held(
    approval: Approval, asker: Asker, price: int, hits: Sequence[Hit], now: datetime
) -> Why | None:
    """Why this video waits, or None. Moderators and trusted people need approval only for what a
    rule holds."""
    if any(hit.rule.action is RuleAction.HOLD for hit in hits):
        return Why.RULE
    if asker.may_moderate or asker.user_id in approval.trusted:
        return None
    if approval.new_days is not None and _is_new(asker, approval.new_days, now):
        return Why.NEW
    if asker.role_ids & set(approval.roles):
        return Why.ROLE
    if approval.above is not None and price > approval.above * CREDIT:
        return Why.PRICE
    return None


def ask_moderators(
    books: Books,
    settings: ServerSettings,
    task: VideoTask,
    why: Why,
    now: datetime,
    *,
    choose: Callable[[str], str],
    hits: Sequence[Hit] = (),
    role_ids: Collection[int] = (),
) -> None:
    """Owe the moderators' channel a card; without a channel, only `/moderate queue` lists it."""
    if settings.moderators_channel is None:
        return
    said = _asked(settings.approval, why, hits, role_ids)
    if why is not Why.MODERATOR:
        said = replace(said, calls=role_to_call(books, settings, task.server_id, now))
    if books.look_up_post(approval_id(task.id)) is None:
        books.add_post(new_posts.approval(task, settings.moderators_channel, said, now=now))
        return
    asked = change(books, approval_id(task.id), said, at=now)
    if is_lost(asked, settings.moderators_channel):
        move(books, asked.id, settings.moderators_channel, choose=choose, now=now)


def _asked(
    approval: Approval, why: Why, hits: Sequence[Hit], role_ids: Collection[int]
) -> ApprovalContent:
    """Why, with the threshold or the rule that decided."""
    match why:
        case Why.PRICE:
            return ApprovalContent(why=why, above=approval.above)
        case Why.NEW:
            return ApprovalContent(why=why, new_days=approval.new_days)
        case Why.ROLE:
            role = next((each for each in approval.roles if each in role_ids), None)
            return ApprovalContent(why=why, role=role)
    hit = next((hit for hit in hits if hit.rule.action is RuleAction.HOLD), None)
    if hit is None:
        return ApprovalContent(why=why)
    rule, words = hit.rule.name, hit.words or ""
    return ApprovalContent(why=why, rule=rule, words=words, is_costly=hit.words is None)


def hold(books: Books, act: Act, task_id: str) -> VideoTask:
    """Stop a waiting video until a moderator approves it. Raises `Refusal`."""
    task = film_of(books, act.server_id, task_id)
    held = _move(books, task, State.QUEUED, State.HELD, due_at=act.now + PATIENCE)
    if not held:
        raise Refusal("already_over" if task.is_over else "not_waiting")
    ask_moderators(
        books, books.settings(act.server_id), held[0], Why.MODERATOR, act.now, choose=act.choose
    )
    owe_news(books, held[0], books.request(held[0].request_id), act.now)
    until = (act.now + PATIENCE).timestamp()
    act.record(books, "held", user_id=task.user_id, task_id=task_id, until=until)
    return held[0]


def approve(books: Books, act: Act, task_id: str, *, is_administrator: bool = False) -> VideoTask:
    """Let a held video go on as requested. Raises `Refusal`, also for one's own video, unless one
    administers the server: nobody stands above an administrator."""
    _check_others(film_of(books, act.server_id, task_id), act, is_administrator)
    let_go = _let_go(books, act, task_id)[0]
    act.record(books, "approved", user_id=let_go.user_id, task_id=task_id)
    return let_go


def approve_cheaper(
    books: Books,
    act: Act,
    task_id: str,
    spec: VideoSpec,
    *,
    price: int,
    is_administrator: bool = False,
) -> VideoTask:
    """Let a held request go on as a cheaper one; `price` is that of all takes.

    The original request stays as it is; its takes and both ledgers change to a new request and its
    price. Raises `Refusal`, also if the new one is not cheaper.
    """
    task = film_of(books, act.server_id, task_id)
    _check_others(task, act, is_administrator)
    asked = books.request(task.request_id)
    before = sum(each.price for each in takes_of(books, task))
    if price >= before or spec not in ways(asked.spec):
        raise Refusal("not_cheaper")
    takes = _let_go(books, act, task_id)
    if len(takes) < spec.takes:
        raise Refusal("takes_begun")
    approved = replace(asked, id=new_id(act.choose), spec=spec)  # keeps the request's age
    books.add_request(approved)
    share, seconds = price // spec.takes, spec.duration
    for each in takes:
        books.reprice(each.id, request_id=approved.id, price=share, seconds=seconds)
        decided_by = json.loads(each.decided_by) | {"asked": _kind(asked.spec)}
        books.note(each.id, decided_by=json.dumps(decided_by))
    act.record(
        books,
        "approved_cheaper",
        user_id=task.user_id,
        task_id=task_id,
        asked=asked.id,
        before=before,
        after=price,
    )
    return books.task(task_id)


def _kind(spec: VideoSpec) -> dict[str, object]:
    """What a cheaper version may change."""
    return {"duration": spec.duration, "quality": spec.quality, "sound": spec.sound}


def deny(books: Books, act: Act, task_id: str, reason: str) -> VideoTask:
    """End a held video, with a reason its requester reads. Raises `Refusal`."""
    if not is_visible(reason):
        raise Refusal("reason_empty")
    task = film_of(books, act.server_id, task_id)
    ended = owed.end_takes(
        books,
        task,
        {State.HELD},
        State.CANCELLED,
        now=act.now,
        reason=Reason.DENIED,
        error_message=reason,
    )
    if ended is None:
        raise Refusal("not_held")
    _decide(books, act, task, Decision.DENIED)
    act.record(books, "denied", user_id=task.user_id, task_id=task_id, reason=reason)
    return books.task(task_id)


def expire(books: Books, task: VideoTask, now: datetime) -> None:
    """End a held video that nobody decided about in time, with a refund."""
    why = Reason.APPROVAL_EXPIRED
    owed.end_takes(books, task, {State.HELD}, State.CANCELLED, now=now, reason=why)


def _check_others(task: VideoTask, act: Act, is_administrator: bool) -> None:
    if task.user_id == act.by and not is_administrator:
        raise Refusal("held_is_yours")


def _let_go(books: Books, act: Act, task_id: str) -> list[VideoTask]:
    task = film_of(books, act.server_id, task_id)
    let_go = _move(books, task, State.HELD, State.QUEUED, due_at=None)
    if not let_go:
        raise Refusal("not_held")
    _decide(books, act, task, Decision.APPROVED)
    return let_go


def _move(
    books: Books, task: VideoTask, state: State, to: State, *, due_at: datetime | None
) -> list[VideoTask]:
    """Move all takes of the request that are in this state."""
    takes = [each.id for each in takes_of(books, task)]
    moved = [books.move_from(each, {state}, to, due_at=due_at) for each in takes]
    return [each for each in moved if each is not None]


def _decide(books: Books, act: Act, task: VideoTask, decision: Decision) -> None:
    """Note the decision on the card, and owe the card an edit if it was sent."""
    decided = saying(
        ApprovalContent, lambda said: replace(said, decision=decision, decided_by=act.by)
    )
    for each in takes_of(books, task):
        if books.look_up_post(approval_id(each.id)) is not None:
            change(books, approval_id(each.id), decided, at=act.now)


def _is_new(asker: Asker, days: int, now: datetime) -> bool:
    """Whether a member is new; without a known joining date, they are."""
    return asker.joined_at is None or now - asker.joined_at < timedelta(days=days)
